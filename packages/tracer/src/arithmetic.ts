/** The four operations with the simplifications that keep traced graphs small. */
import { elementwise, node } from './elementwise.ts';
import { scalarOf } from './fold.ts';
import type { Graph, Value } from './graph.ts';
import { type View, broadcastTo, fillOf, uniform } from './view.ts';
import { broadcastShape } from './elementwise.ts';

const outShape = (a: View, b: View): number[] => broadcastShape([a.shape, b.shape]);

export function add(g: Graph, a: View, b: View): View {
  if (fillOf(a) === 0) return broadcastTo(g, b, outShape(a, b));
  if (fillOf(b) === 0) return broadcastTo(g, a, outShape(a, b));
  return binary(g, 'Add', a, b, ([x, y]) => node(g, 'Add', [x!, y!], a.dtype));
}

export function sub(g: Graph, a: View, b: View): View {
  if (fillOf(b) === 0) return broadcastTo(g, a, outShape(a, b));
  if (fillOf(a) === 0) return broadcastTo(g, neg(g, b), outShape(a, b));
  return binary(g, 'Sub', a, b, ([x, y]) => node(g, 'Sub', [x!, y!], a.dtype));
}

export function mul(g: Graph, a: View, b: View): View {
  const shape = outShape(a, b);
  for (const [x, y] of [
    [a, b],
    [b, a],
  ] as const) {
    const k = fillOf(y);
    if (k === 1) return broadcastTo(g, x, shape);
    if (k === 0) return uniform(g, 0, shape, x.dtype); // autodiff multiplies dead branches by zero
    if (k === -1) return broadcastTo(g, neg(g, x), shape);
  }
  return binary(g, 'Multiply', a, b, ([x, y]) => mulValues(g, x!, y!));
}

/** x*y; a constant factor that x already carries is multiplied into y. */
function mulValues(g: Graph, x: Value, y: Value): Value {
  for (const [value, factor] of [
    [x, scalarOf(y)],
    [y, scalarOf(x)],
  ] as const) {
    const inner = value.producer;
    if (factor === undefined || inner?.op !== 'Mul' || value.type !== 'float32') continue;
    for (const [rest, other] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const own = scalarOf(inner.inputs[other]!);
      if (own !== undefined) return node(g, 'Mul', [inner.inputs[rest]!, g.scalar(own * factor)], 'float32');
    }
  }
  return node(g, 'Mul', [x, y], x.type as View['dtype']);
}

export function div(g: Graph, a: View, b: View): View {
  const k = fillOf(b);
  if (a.dtype === 'float32' && k !== undefined && k !== 0 && Number.isFinite(1 / k)) {
    return mul(g, a, uniform(g, 1 / k, b.shape, 'float32'));
  }
  if (fillOf(a) === 0 && k === undefined) return uniform(g, 0, outShape(a, b), a.dtype);
  return binary(g, 'RealDiv', a, b, ([x, y]) => node(g, 'Div', [x!, y!], a.dtype));
}

export function neg(g: Graph, x: View): View {
  return elementwise(g, [x], {
    kernel: 'Neg',
    names: ['x'],
    dtype: x.dtype,
    emit: ([value]) => {
      const inner = value!.producer;
      if (inner?.op === 'Neg') return inner.inputs[0]!;
      const own = inner?.op === 'Mul' ? scalarOf(inner.inputs[1]!) : undefined;
      if (own !== undefined) return node(g, 'Mul', [inner!.inputs[0]!, g.scalar(-own)], 'float32');
      return node(g, 'Neg', [value!], x.dtype);
    },
  });
}

function binary(
  g: Graph,
  kernel: string,
  a: View,
  b: View,
  emit: (operands: readonly Value[]) => Value,
): View {
  return elementwise(g, [a, b], { kernel, names: ['a', 'b'], dtype: a.dtype, emit });
}
