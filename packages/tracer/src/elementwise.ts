/**
 * Element-wise nodes over lazily laid out operands: the largest operand sets the physical order, the others are
 * brought into it (a vector over channels only needs a reshape), and whatever all operands leave stretched
 * stays stretched in the result.
 */
import { TraceError } from './errors.ts';
import { foldKernel } from './fold.ts';
import { type Graph, type NodeOptions, type Value, sizeOf } from './graph.ts';
import { type DType, type View, inOrder, padRank, range, reshapeValue } from './view.ts';

export interface Aligned {
  /** Operands that broadcast against each other by ONNX's rules, all in `order`. */
  readonly operands: Value[];
  readonly order: readonly number[];
  /** What the operands broadcast to, of full rank. */
  readonly physical: readonly number[];
}

/** TF.js's (and NumPy's) broadcasting of logical shapes. */
export function broadcastShape(shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  return range(rank).map((axis) => {
    const sizes = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1).filter((size) => size !== 1);
    if (sizes.some((size) => size !== sizes[0])) {
      throw new TraceError(
        `shapes ${shapes.map((shape) => `[${shape.join()}]`).join(' and ')} do not broadcast.`,
      );
    }
    return sizes[0] ?? 1;
  });
}

/** Brings views into one physical order, stretched to nothing more than they are. */
export function align(g: Graph, views: readonly View[]): Aligned {
  const shape = broadcastShape(views.map((view) => view.shape));
  const rank = shape.length;
  const padded = views.map((view) => padOrder(view, rank));
  const lead = padded.reduce((best, next) => (weight(g, next) > weight(g, best) ? next : best));
  const order = lead.order;
  const operands = padded.map((view, i) => bring(g, views[i]!, view, order));
  const physical = range(rank).map((p) => {
    const sizes = operands.map((value) => value.shape[p - rank + value.shape.length] ?? 1);
    return sizes.find((size) => size !== 1) ?? 1;
  });
  return { operands, order, physical };
}

interface Padded {
  readonly view: View;
  /** Logical axes, of the result's rank, in the order in which they lie. */
  readonly order: readonly number[];
}

function padOrder(view: View, rank: number): Padded {
  const extra = rank - view.shape.length;
  return { view, order: [...range(extra), ...view.order.map((axis) => axis + extra)] };
}

/**
 * How much a view has to say about the order: computed before constant, large before small. Between equals,
 * ONNX's channels-first order wins in graphs for inference, channels-last in training steps, whose convolutions
 * are products over channels-last pictures.
 */
function weight(g: Graph, { view, order }: Padded): number {
  const moved = order.some((axis, p) => axis !== p) === g.symbolic ? 0.5 : 0;
  return (view.value.data ? 0 : 1e12) + sizeOf(view.value.shape) + moved;
}

function bring(g: Graph, original: View, { view, order: own }: Padded, order: readonly number[]): Value {
  const { value } = view;
  if (sizeOf(value.shape) === 1) return value.data ? reshapeValue(g, value, []) : value;
  const rank = order.length;
  const extra = rank - view.shape.length;
  const sizeAlong = (axis: number): number =>
    axis < extra ? 1 : value.shape[view.order.indexOf(axis - extra)]!;
  const real = (axis: number): boolean => sizeAlong(axis) !== 1;
  const ownReal = own.filter(real);
  const inPlace = order.filter(real).every((axis, i) => axis === ownReal[i]);
  const laid = inPlace ? value : inOrder(g, padRank(g, original, rank), order).value;
  const target = order.map(sizeAlong);
  const lead = target.findIndex((size) => size !== 1);
  const trimmed = target.slice(lead);
  if (
    same(
      laid.shape.slice(
        Math.max(
          0,
          laid.shape.findIndex((size) => size !== 1),
        ),
      ),
      trimmed,
    )
  ) {
    // a reshape that only put axes of size 1 in front is not needed here
    const source = laid.producer?.op === 'Reshape' ? laid.producer.inputs[0] : undefined;
    return source && same(source.shape, trimmed) ? source : laid;
  }
  return reshapeValue(g, laid, trimmed);
}

const same = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, i) => size === b[i]);

export interface Elementwise {
  /** The TF.js kernel, by which constants are folded. */
  readonly kernel: string;
  /** The kernel's own names of the operands. */
  readonly names: readonly string[];
  readonly attrs?: object;
  readonly dtype: DType;
  /** Records the nodes; gets operands that broadcast by ONNX's rules and the physical shape of the result. */
  readonly emit: (operands: readonly Value[], shape: readonly number[]) => Value;
}

/** Applies an element-wise operation to views, folding it where all of them are constants. */
export function elementwise(g: Graph, views: readonly View[], operation: Elementwise): View {
  const shape = broadcastShape(views.map((view) => view.shape));
  const { operands: narrow, order, physical } = align(g, views);
  const operands = narrow.map((value) => widened(g, value, physical));
  const value = fold(g, operands, views, operation) ?? operation.emit(operands, trim(operands));
  return { value: reshapeValue(g, value, physical), order, shape, dtype: operation.dtype };
}

/**
 * A vector over few channels, repeated along one more axis of a large operand: ONNX Runtime goes through a broadcast
 * run by run, and up to twice as long where a run is 32 numbers (128x14x14x32 times 32: 0.3 ms) as where it is 448.
 */
function widened(g: Graph, value: Value, physical: readonly number[]): Value {
  const shape = physical.slice(-2);
  const [width, channels] = shape as [number, number];
  const short = value.shape.length === 1 && value.shape[0] === channels && channels >= 8 && channels <= 64;
  if (g.symbolic || !short || value.data || width === 1 || sizeOf(physical) < 1 << 17) return value;
  return g.one('Expand', [value], value.type, shape, { dims: shape });
}

/** ONNX's result shape for the operands as they are (without axes of size 1 that no operand has). */
function trim(operands: readonly Value[]): number[] {
  return broadcastShape(operands.map((value) => value.shape));
}

function fold(
  g: Graph,
  operands: readonly Value[],
  views: readonly View[],
  { kernel, names, attrs, dtype }: Elementwise,
): Value | undefined {
  if (kernel === 'Select' || !operands.every((value) => value.data)) return undefined;
  const known = operands.map((value, i) => [
    names[i]!,
    { data: value.data!, shape: value.shape, dtype: views[i]!.dtype },
  ]);
  const result = foldKernel(kernel, Object.fromEntries(known), attrs ?? {})?.[0];
  return result && g.constant(result.data, dtype, result.shape);
}

/** One ONNX node over operands that broadcast, of the element type given. */
export function node(
  g: Graph,
  op: string,
  operands: readonly Value[],
  type: DType,
  attributes: NonNullable<NodeOptions['attributes']> = {},
): Value {
  return g.one(op, operands, type, broadcastShape(operands.map((value) => value.shape)), { attributes });
}
