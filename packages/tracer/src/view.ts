/**
 * Lazy layouts. TF.js sees a tensor in its own axis order (NHWC); the recorded value may lie otherwise (NCHW)
 * and may be stretched along some axes. A view says how, so that transposing, expanding and most reshaping
 * are bookkeeping, and a node is added only when a consumer needs another layout.
 */
import { type ElementType, type Graph, type Value, int, ints, sizeOf } from './graph.ts';

export type DType = 'float32' | 'int32' | 'bool';

export interface View {
  readonly value: Value;
  /** `order[p]` is the logical axis that lies at physical axis p. */
  readonly order: readonly number[];
  /** Logical shape. Where it is not 1 but the value's dimension is, the view is stretched (broadcast). */
  readonly shape: readonly number[];
  readonly dtype: DType;
}

export const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

export function inverse(order: readonly number[]): number[] {
  const result = Array.from({ length: order.length }, () => 0);
  order.forEach((axis, p) => (result[axis] = p));
  return result;
}

const same = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((x, i) => x === b[i]);

/** A view of a value that lies as TF.js sees it. */
export function plain(value: Value): View {
  return { value, order: range(value.shape.length), shape: value.shape, dtype: value.type as DType };
}

/** One number, stretched to a shape. */
export function uniform(g: Graph, number: number, shape: readonly number[], dtype: DType): View {
  const value = reshapeValue(g, g.scalar(number, dtype), shape.map(() => 1)); // prettier-ignore
  return { value, order: range(shape.length), shape, dtype };
}

/** A constant from TF.js; constants that hold one number throughout are kept as that number. */
export function constant(
  g: Graph,
  data: ArrayLike<number>,
  shape: readonly number[],
  dtype: DType,
  label?: string,
): View {
  const first = data[0];
  if (label === undefined && first !== undefined && allEqual(data, first))
    return uniform(g, first, shape, dtype);
  return plain(g.constant(data, dtype, shape, label));
}

function allEqual(data: ArrayLike<number>, first: number): boolean {
  for (let i = 1; i < data.length; i++) if (!Object.is(data[i], first)) return false;
  return true;
}

/** Size along a logical axis as it physically lies: 1 where the view is stretched. */
export const physicalSize = (view: View, axis: number): number => view.value.shape[view.order.indexOf(axis)]!;

export const isStretched = (view: View): boolean =>
  view.order.some((axis, p) => view.value.shape[p] !== view.shape[axis]);

/** The number that fills a view, if it is a constant of one element. */
export function fillOf(view: View): number | undefined {
  return view.value.data?.length === 1 ? view.value.data[0] : undefined;
}

export function reshapeValue(g: Graph, value: Value, shape: readonly number[]): Value {
  if (same(value.shape, shape)) return value;
  if (value.data) return g.constant(value.data, value.type, shape, value.label);
  const { producer } = value;
  const source = producer?.op === 'Reshape' ? producer.inputs[0]! : value;
  if (same(source.shape, shape)) return source;
  return g.one('Reshape', [source], value.type, shape, { dims: shape });
}

export function transposeValue(g: Graph, value: Value, perm: readonly number[]): Value {
  if (perm.every((axis, p) => axis === p)) return value;
  const shape = perm.map((axis) => value.shape[axis]!);
  // a transpose that moves only axes of size 1 moves no data
  const moved = perm.filter((axis) => value.shape[axis] !== 1);
  if (moved.every((axis, i) => i === 0 || moved[i - 1]! < axis)) return reshapeValue(g, value, shape);
  if (value.data) return g.constant(transposeData(value, perm), value.type, shape, value.label);
  const { producer } = value;
  if (producer?.op === 'Transpose') {
    const first = producer.attributes['perm'] as { ints: readonly number[] };
    return transposeValue(g, producer.inputs[0]!, perm.map((axis) => first.ints[axis]!)); // prettier-ignore
  }
  return g.one('Transpose', [value], value.type, shape, { attributes: { perm: ints(perm) } });
}

function transposeData(value: Value, perm: readonly number[]): ArrayLike<number> {
  const data = value.data!;
  const strides = value.shape.map((_, i) => sizeOf(value.shape.slice(i + 1)));
  const shape = perm.map((axis) => value.shape[axis]!);
  const steps = perm.map((axis) => strides[axis]!);
  const result = value.type === 'float32' ? new Float32Array(data.length) : new Int32Array(data.length);
  const at = shape.map(() => 0);
  let from = 0;
  for (let i = 0; i < result.length; i++) {
    result[i] = data[from]!;
    for (let d = shape.length - 1; d >= 0; d--) {
      from += steps[d]!;
      if (++at[d]! < shape[d]!) break;
      from -= steps[d]! * shape[d]!;
      at[d] = 0;
    }
  }
  return result;
}

/** The same tensor lying in another physical order; a Transpose if it must be. Stretched axes stay stretched. */
export function inOrder(g: Graph, view: View, order: readonly number[]): View {
  if (same(view.order, order)) return view;
  const where = inverse(view.order);
  const value = transposeValue(g, view.value, order.map((axis) => where[axis]!)); // prettier-ignore
  return { ...view, value, order };
}

/** The same tensor with nothing stretched; an Expand if it must be. */
export function full(g: Graph, view: View): View {
  if (!isStretched(view)) return view;
  const shape = view.order.map((axis) => view.shape[axis]!);
  return { ...view, value: g.one('Expand', [view.value], view.value.type, shape, { dims: shape }) };
}

/** The value itself in a given physical order, by default the logical one. */
export function materialize(
  g: Graph,
  view: View,
  order: readonly number[] = range(view.shape.length),
): Value {
  return full(g, inOrder(g, view, order)).value;
}

export function transposeView(view: View, perm: readonly number[]): View {
  const becomes = inverse(perm);
  return {
    ...view,
    order: view.order.map((axis) => becomes[axis]!),
    shape: perm.map((axis) => view.shape[axis]!),
  };
}

/**
 * Reshape. Old and new axes fall into groups of equal size; where the old axes of every group lie next to each
 * other in order, no data moves and the groups keep their physical places.
 */
export function reshapeView(g: Graph, view: View, shape: readonly number[]): View {
  if (same(view.shape, shape)) return view;
  const groups = matchGroups(view.shape, shape);
  if (!groups || sizeOf(shape) === 0) {
    const value = reshapeValue(g, materialize(g, view), shape);
    return { value, order: range(shape.length), shape, dtype: view.dtype };
  }
  const where = inverse(view.order);
  const stretched = (axis: number): boolean => view.value.shape[where[axis]!] !== view.shape[axis];
  for (const { from } of groups) {
    const real = from.filter((axis) => view.shape[axis] !== 1);
    if (real.some(stretched) && !real.every(stretched)) return reshapeView(g, full(g, view), shape);
  }
  const position = new Map<number, number>(); // physical rank of each real axis, stretched ones aside
  view.order
    .filter((axis) => view.shape[axis] !== 1 && !stretched(axis))
    .forEach((axis, p) => position.set(axis, p));
  for (const { from } of groups) {
    const places = from.filter((axis) => position.has(axis)).map((axis) => position.get(axis)!);
    if (places.some((p, i) => i > 0 && p !== places[i - 1]! + 1)) {
      return reshapeView(g, inOrder(g, view, range(view.shape.length)), shape);
    }
  }
  const first = (from: readonly number[]): number =>
    Math.min(...from.map((axis) => position.get(axis) ?? Infinity));
  // groups without data (size 1, or stretched) go after the group that precedes them logically
  const keys = groups.map(({ from }) => first(from));
  keys.forEach((key, i) => (keys[i] = Number.isFinite(key) ? key : (keys[i - 1] ?? -1)));
  const lying = range(groups.length).sort((i, j) => keys[i]! - keys[j]! || i - j);
  const order = lying.flatMap((i) => groups[i]!.to);
  const isStretchedTo = new Set(
    groups.flatMap(({ from, to }) => (from.some((a) => view.shape[a] !== 1 && stretched(a)) ? to : [])),
  );
  const physical = order.map((axis) => (isStretchedTo.has(axis) ? 1 : shape[axis]!));
  return { value: reshapeValue(g, view.value, physical), order, shape, dtype: view.dtype };
}

interface Group {
  from: number[];
  to: number[];
}

/** Splits two shapes of equal size into the finest runs of axes with equal products. */
function matchGroups(from: readonly number[], to: readonly number[]): Group[] | undefined {
  const groups: Group[] = [];
  let i = 0;
  let j = 0;
  while (i < from.length || j < to.length) {
    const group: Group = { from: [], to: [] };
    let a = 1;
    let b = 1;
    if (i < from.length) a = from[(group.from.push(i), i++)]!;
    if (j < to.length) b = to[(group.to.push(j), j++)]!;
    while (a !== b) {
      if (a < b && i < from.length) a *= from[(group.from.push(i), i++)]!;
      else if (b < a && j < to.length) b *= to[(group.to.push(j), j++)]!;
      else return undefined;
    }
    groups.push(group);
  }
  return groups;
}

/** Puts axes of size 1 in front until the view has a rank. */
export function padRank(g: Graph, view: View, rank: number): View {
  const extra = rank - view.shape.length;
  if (extra <= 0) return view;
  const ones = range(extra).map(() => 1);
  return {
    ...view,
    value: reshapeValue(g, view.value, [...ones, ...view.value.shape]),
    order: [...range(extra), ...view.order.map((axis) => axis + extra)],
    shape: [...ones, ...view.shape],
  };
}

/** Stretches a view to a shape, as tf.broadcastTo does, without adding a node that touches data. */
export function broadcastTo(g: Graph, view: View, shape: readonly number[]): View {
  if (same(view.shape, shape)) return view;
  return { ...padRank(g, view, shape.length), shape };
}

export function castValue(g: Graph, value: Value, type: ElementType): Value {
  if (value.type === type) return value;
  return g.one('Cast', [value], type, value.shape, { attributes: { to: int(TYPE_CODES[type]) } });
}

/** TensorProto.DataType of each element type. */
export const TYPE_CODES: Readonly<Record<ElementType, number>> = { float32: 1, int32: 6, int64: 7, bool: 9 };
