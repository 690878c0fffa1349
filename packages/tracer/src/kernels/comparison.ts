import { mul } from '../arithmetic.ts';
import { elementwise, node } from '../elementwise.ts';
import { scalarOf } from '../fold.ts';
import type { Graph, Value } from '../graph.ts';
import type { Call, Kernel } from '../kernel.ts';
import { type View, castValue, reshapeView } from '../view.ts';

type Binary = Kernel<unknown>;

/** ONNX compares numbers only: truth values are compared as integers. */
const numeric = (g: Graph, value: Value): Value =>
  value.type === 'bool' ? castValue(g, value, 'int32') : value;

function compare({ g, kernel, input }: Call<unknown>, op: string): View {
  return elementwise(g, [input('a'), input('b')], {
    kernel,
    names: ['a', 'b'],
    dtype: 'bool',
    emit: ([x, y]) => node(g, op, [numeric(g, x!), numeric(g, y!)], 'bool'),
  });
}

function not(g: Graph, x: View): View {
  return elementwise(g, [x], {
    kernel: 'LogicalNot',
    names: ['x'],
    dtype: 'bool',
    emit: ([value]) =>
      value!.producer?.op === 'Not' ? value!.producer.inputs[0]! : node(g, 'Not', [value!], 'bool'),
  });
}

function logical({ g, kernel, input }: Call<unknown>, op: string): View {
  return elementwise(g, [input('a'), input('b')], {
    kernel,
    names: ['a', 'b'],
    dtype: 'bool',
    emit: ([x, y]) => node(g, op, [castValue(g, x!, 'bool'), castValue(g, y!, 'bool')], 'bool'),
  });
}

export const Equal: Binary = (call) => compare(call, 'Equal');
export const NotEqual: Binary = (call) => not(call.g, compare({ ...call, kernel: 'Equal' }, 'Equal'));
export const Greater: Binary = (call) => compare(call, 'Greater');
export const GreaterEqual: Binary = (call) => compare(call, 'GreaterOrEqual');
export const Less: Binary = (call) => compare(call, 'Less');
export const LessEqual: Binary = (call) => compare(call, 'LessOrEqual');
export const LogicalAnd: Binary = (call) => logical(call, 'And');
export const LogicalOr: Binary = (call) => logical(call, 'Or');
export const LogicalXor: Binary = (call) => logical(call, 'Xor');
export const LogicalNot: Binary = ({ g, input }) => not(g, input('x'));

/**
 * LeakyReLU's gradient comes as where(x > 0, dy, alpha * dy). ONNX Runtime's Where is its slowest element-wise
 * operator; dy times a slope clipped to [alpha, 1] takes a third of the time. Undefined where that is not the form.
 */
function leakySlope(g: Graph, condition: View, t: View, e: View): View | undefined {
  const [greater, scaled] = [condition.value.producer, e.value.producer];
  if (greater?.op !== 'Greater' || scalarOf(greater.inputs[1]!) !== 0) return undefined;
  const x = greater.inputs[0]!;
  const alpha =
    scaled?.op === 'Mul' && scaled.inputs[0] === t.value ? scalarOf(scaled.inputs[1]!) : undefined;
  if (alpha === undefined || alpha < 0 || alpha > 1 || x.type !== 'float32') return undefined;
  if (x.shape.length !== condition.order.length || e.order.some((axis, p) => axis !== t.order[p]))
    return undefined;
  const steep = node(g, 'Mul', [x, g.scalar(3e38)], 'float32');
  const value = g.one('Clip', [steep, g.scalar(alpha), g.scalar(1)], 'float32', x.shape);
  return { ...condition, value, dtype: 'float32' };
}

/** A condition of rank 1 picks along the first axis; otherwise all three have one shape. */
export const Select: Binary = ({ g, kernel, input }) => {
  const [condition, t, e] = [input('condition'), input('t'), input('e')];
  const leaky = leakySlope(g, condition, t, e);
  if (leaky) return mul(g, t, leaky);
  const rows = condition.shape.length === 1 && t.shape.length > 1;
  const ones = t.shape.slice(1).map(() => 1);
  const mask = rows ? reshapeView(g, condition, [condition.shape[0]!, ...ones]) : condition;
  const dtype = t.dtype === e.dtype ? t.dtype : 'float32';
  return elementwise(g, [mask, t, e], {
    kernel,
    names: ['condition', 't', 'e'],
    dtype,
    emit: ([c, x, y]) => {
      const choices = [castValue(g, x!, dtype), castValue(g, y!, dtype)];
      return node(g, 'Where', [castValue(g, c!, 'bool'), ...choices], dtype);
    },
  });
};
