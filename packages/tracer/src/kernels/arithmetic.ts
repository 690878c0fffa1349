import { add, div, mul, neg, sub } from '../arithmetic.ts';
import { elementwise, node } from '../elementwise.ts';
import type { Call, Kernel } from '../kernel.ts';
import { type View, castValue, plain, uniform } from '../view.ts';

type Binary = Kernel<unknown>;

/** A kernel of operands a and b that is one ONNX node of their own type. */
function same(op: string): Binary {
  return (call) => pair(call, (x, y) => node(call.g, op, [x, y], call.input('a').dtype));
}

function pair(
  { g, kernel, input }: Call<unknown>,
  emit: (x: View['value'], y: View['value']) => View['value'],
): View {
  const views = [input('a'), input('b')];
  const { dtype } = input('a');
  return elementwise(g, views, { kernel, names: ['a', 'b'], dtype, emit: ([x, y]) => emit(x!, y!) });
}

export const Add: Binary = ({ g, input }) => add(g, input('a'), input('b'));
export const Sub: Binary = ({ g, input }) => sub(g, input('a'), input('b'));
export const Multiply: Binary = ({ g, input }) => mul(g, input('a'), input('b'));
export const RealDiv: Binary = ({ g, input }) => div(g, input('a'), input('b'));
export const Neg: Binary = ({ g, input }) => neg(g, input('x'));
export const Maximum = same('Max');
export const Minimum = same('Min');
export const Pow = same('Pow');
export const AddN: Binary = ({ g, list }) => list.reduce((a, b) => add(g, a, b));

export const SquaredDifference: Binary = ({ g, input }) => {
  const difference = sub(g, input('a'), input('b'));
  return mul(g, difference, difference);
};

/** TF.js rounds towards minus infinity, ONNX's integer Div towards zero: divide as floats. */
export const FloorDiv: Binary = (call) => {
  const { g, input } = call;
  return pair(call, (x, y) => {
    const quotient = node(g, 'Div', [castValue(g, x, 'float32'), castValue(g, y, 'float32')], 'float32');
    return castValue(g, node(g, 'Floor', [quotient], 'float32'), input('a').dtype);
  });
};

/** The remainder has the divisor's sign, unlike that of ONNX's Mod on floats. */
export const Mod: Binary = (call) => {
  const { g, input } = call;
  const { dtype } = input('a');
  return pair(call, (x, y) => {
    if (dtype !== 'float32') return node(g, 'Mod', [x, y], dtype);
    const turns = node(g, 'Floor', [node(g, 'Div', [x, y], dtype)], dtype);
    return node(g, 'Sub', [x, node(g, 'Mul', [turns, y], dtype)], dtype);
  });
};

/** atan(a / b), corrected by the quadrant. */
export const Atan2: Binary = (call) => {
  const { g } = call;
  return pair(call, (y, x) => {
    const zero = g.scalar(0);
    const where = (c: View['value'], t: View['value'], e: View['value']): View['value'] =>
      node(g, 'Where', [c, t, e], 'float32');
    const angle = node(g, 'Atan', [node(g, 'Div', [y, x], 'float32')], 'float32');
    const turn = where(node(g, 'Less', [y, zero], 'bool'), g.scalar(-Math.PI), g.scalar(Math.PI));
    const left = node(g, 'Add', [angle, turn], 'float32');
    const turned = where(node(g, 'Less', [x, zero], 'bool'), left, angle);
    // straight up or down, and the origin, where the quotient is not a number
    const sign = node(g, 'Mul', [node(g, 'Sign', [y], 'float32'), g.scalar(Math.PI / 2)], 'float32');
    return where(node(g, 'Equal', [x, zero], 'bool'), sign, turned);
  });
};

export const ZerosLike: Binary = ({ g, input }) => uniform(g, 0, input('x').shape, input('x').dtype);
export const OnesLike: Binary = ({ g, input }) => uniform(g, 1, input('x').shape, input('x').dtype);

export const Fill: Kernel<{ shape: number[]; value: number; dtype: View['dtype'] }> = ({ g, attrs }) =>
  uniform(g, attrs.value, attrs.shape, attrs.dtype ?? 'float32');

/** start, start + step, ... A length that depends on a symbolic size cannot be: the emitter says so. */
export const Range: Kernel<{ start: number; stop: number; step: number; dtype: 'float32' | 'int32' }> = ({
  g,
  attrs: { start, stop, step, dtype },
}) => {
  const length = Math.max(0, Math.ceil((stop - start) / step));
  const numbers = Array.from({ length }, (_, i) => start + i * step);
  return plain(
    g.constant(dtype === 'int32' ? numbers : Float32Array.from(numbers), dtype ?? 'float32', [length]),
  );
};

export const LinSpace: Kernel<{ start: number; stop: number; num: number }> = ({
  g,
  attrs: { start, stop, num },
}) => {
  const step = num > 1 ? (stop - start) / (num - 1) : 0;
  return plain(
    g.constant(
      Float32Array.from({ length: num }, (_, i) => start + i * step),
      'float32',
      [num],
    ),
  );
};
