/** Kernels that cut tensors up and put them together. They keep the order in which their operands lie. */
import * as tf from '@tensorflow/tfjs';
import type { Graph } from '../graph.ts';
import type { Kernel } from '../kernel.ts';
import { type View, full, inOrder, inverse, range, reshapeView } from '../view.ts';
import { stretchAxis } from '../stretch.ts';
import { axisOf } from './shape.ts';

/** start (inclusive), stop (exclusive) and step along some logical axes; the other axes are kept whole. */
export interface Cut {
  readonly axis: number;
  readonly start: number;
  readonly stop: number;
  readonly step: number;
}

/** ONNX's way to say "from the last, down past the first". */
const BELOW = -(2 ** 31);

export function slice(g: Graph, view: View, cuts: readonly Cut[]): View {
  const shape = [...view.shape];
  const real: (Cut & { place: number })[] = [];
  const where = inverse(view.order);
  for (const cut of cuts) {
    const size = view.shape[cut.axis]!;
    const length = Math.max(0, Math.ceil((cut.stop - cut.start) / cut.step));
    if (length === size && cut.step === 1) continue;
    shape[cut.axis] = length;
    const place = where[cut.axis]!;
    if (view.value.shape[place] !== 1 || size === 1) real.push({ ...cut, place });
  }
  if (real.length === 0) return { ...view, shape };
  const value = view.value;
  const out = value.shape.map((size, p) =>
    real.some(({ place }) => place === p) ? shape[view.order[p]!]! : size,
  );
  real.sort((a, b) => a.place - b.place);
  const operand = (pick: (cut: Cut & { place: number }) => number) => g.int64(real.map(pick));
  const inputs = [
    value,
    operand((c) => c.start),
    operand((c) => (c.stop < 0 ? BELOW : c.stop)),
    operand((c) => c.place),
  ];
  if (real.some(({ step }) => step !== 1)) inputs.push(operand((c) => c.step));
  return { ...view, value: g.one('Slice', inputs, value.type, out), shape };
}

export const Slice: Kernel<tf.SliceAttrs> = ({ g, input, attrs }) => {
  const x = input('x');
  const parsed = tf.slice_util.parseSliceParams(
    { shape: [...x.shape] } as tf.TensorInfo,
    attrs.begin,
    attrs.size,
  );
  const [begin, size] = parsed as [number[], number[]];
  const cuts = range(x.shape.length).map((axis) => ({
    axis,
    start: begin[axis]!,
    stop: begin[axis]! + size[axis]!,
    step: 1,
  }));
  return slice(g, x, cuts);
};

export const StridedSlice: Kernel<tf.StridedSliceAttrs> = ({ g, input, attrs: a }) => {
  const x = input('x');
  const info = tf.slice_util.sliceInfo(
    [...x.shape], a.begin, a.end, a.strides, a.beginMask, a.endMask, a.ellipsisMask, a.newAxisMask, a.shrinkAxisMask,
  ); // prettier-ignore
  const cuts = range(x.shape.length).map((axis) => {
    const step = info.strides[axis]!;
    const start = info.begin[axis]!;
    return { axis, start, stop: info.end[axis]!, step };
  });
  return reshapeView(g, slice(g, x, cuts), info.finalShape);
};

export const Reverse: Kernel<tf.ReverseAttrs> = ({ g, input, attrs: { dims } }) => {
  const x = input('x');
  const axes = tf.util.parseAxisParam(dims, [...x.shape]);
  return axes.reduce((view, axis) => reverse(g, view, axis), x);
};

/** Reversal keeps the length, which {@link slice} would take for a whole axis. */
function reverse(g: Graph, view: View, axis: number): View {
  const place = view.order.indexOf(axis);
  const size = view.value.shape[place]!;
  if (size === 1) return { ...view };
  const operands = [[size - 1], [BELOW], [place], [-1]].map((numbers) => g.int64(numbers));
  return { ...view, value: g.one('Slice', [view.value, ...operands], view.value.type, view.value.shape) };
}

export const Concat: Kernel<tf.ConcatAttrs> = ({ g, list, attrs }) => {
  const axis = axisOf(list[0]!, attrs.axis);
  return concat(g, list.filter((view) => !view.shape.includes(0)), axis); // prettier-ignore
};

export function concat(g: Graph, views: readonly View[], axis: number): View {
  const [head] = views;
  if (views.length === 1) return { ...head! };
  const shape = head!.shape.map((size, i) =>
    i === axis ? views.reduce((sum, v) => sum + v.shape[axis]!, 0) : size,
  );
  const lead = views.reduce((best, next) => (next.value.data || size(next) <= size(best) ? best : next));
  const order = lead.order;
  // an axis along which all operands are stretched stays so
  const shared = new Set(
    range(shape.length).filter(
      (i) => i !== axis && views.every((v) => v.shape[i] !== 1 && v.value.shape[v.order.indexOf(i)] === 1),
    ),
  );
  const operands = views.map((view) => {
    const narrow = { ...view, shape: view.shape.map((s, i) => (shared.has(i) ? 1 : s)) };
    return full(g, inOrder(g, narrow, order)).value;
  });
  const out = order.map((i) => (shared.has(i) ? 1 : shape[i]!));
  const attributes = { axis: { int: order.indexOf(axis) } };
  const value = g.one('Concat', operands, head!.value.type, out, { attributes });
  return { value, order, shape, dtype: head!.dtype };
}

const size = (view: View): number => view.value.shape.reduce((a, b) => a * b, 1);

export const Pack: Kernel<tf.PackAttrs> = ({ g, list, attrs }) => {
  const rank = list[0]!.shape.length;
  const axis = attrs.axis < 0 ? attrs.axis + rank + 1 : attrs.axis;
  const wide = list.map((view) =>
    reshapeView(g, view, [...view.shape.slice(0, axis), 1, ...view.shape.slice(axis)]),
  );
  return concat(g, wide, axis);
};

export const SplitV: Kernel<tf.SplitVAttrs> = ({ g, input, attrs }) => {
  const x = input('x');
  const axis = axisOf(x, attrs.axis);
  const sizes = tf.backend_util.prepareSplitSize(
    { shape: [...x.shape] } as tf.Tensor,
    attrs.numOrSizeSplits,
    axis,
  );
  return split(g, x, axis, sizes);
};

export function split(g: Graph, view: View, axis: number, sizes: readonly number[]): View[] {
  if (sizes.length === 1) return [{ ...view }];
  const place = view.order.indexOf(axis);
  const shaped = (part: number): number[] => view.shape.map((s, i) => (i === axis ? part : s));
  if (view.value.shape[place] === 1 && view.shape[axis] !== 1) {
    return sizes.map((part) => ({ ...view, shape: shaped(part) }));
  }
  const outputs = sizes.map((part) => ({
    type: view.value.type,
    shape: view.value.shape.map((s, p) => (p === place ? part : s)),
  }));
  const values = g.add('Split', [view.value, g.int64(sizes)], outputs, {
    attributes: { axis: { int: place } },
  });
  const { order, dtype } = view;
  return values.map((value, i) => ({ value, order, shape: shaped(sizes[i]!), dtype }));
}

export const Unpack: Kernel<tf.UnpackAttrs> = ({ g, input, attrs }) => {
  const x = input('value');
  const axis = axisOf(x, attrs.axis);
  const count = x.shape[axis]!;
  const parts = split(g, x, axis, range(count).map(() => 1)); // prettier-ignore
  const shape = x.shape.filter((_, i) => i !== axis);
  return parts.map((part) => reshapeView(g, part, shape));
};

export const PadV2: Kernel<tf.PadV2Attrs> = ({ g, input, attrs: { paddings, constantValue } }) => {
  const x = input('x');
  if (paddings.every(([before, after]) => before === 0 && after === 0)) return { ...x };
  return pad(g, x, paddings, constantValue);
};

function pad(g: Graph, x: View, paddings: readonly [number, number][], fill: number): View {
  // axes that are padded must be there in full; the others may stay stretched
  let view = x;
  paddings.forEach(([before, after], axis) => {
    if (before + after > 0) view = stretchAxis(g, view, axis);
  });
  const { order, value } = view;
  const pads = [...order.map((axis) => paddings[axis]![0]), ...order.map((axis) => paddings[axis]![1])];
  const shape = view.shape.map((s, axis) => s + paddings[axis]![0] + paddings[axis]![1]);
  const out = value.shape.map((s, p) => s + paddings[order[p]!]![0] + paddings[order[p]!]![1]);
  const inputs = [value, g.int64(pads), g.scalar(fill, value.type)];
  return { ...view, value: g.one('Pad', inputs, value.type, out), shape };
}

/** Mirrored borders by gathering, axis after axis: ONNX's Pad has no symmetric mode. */
export const MirrorPad: Kernel<tf.MirrorPadAttrs> = ({ g, input, attrs: { paddings, mode } }) => {
  const edge = mode === 'reflect' ? 0 : 1;
  return paddings.reduce((view, [before, after], axis) => {
    if (before + after === 0) return view;
    const n = view.shape[axis]!;
    const from = range(before).map((i) => before - i - edge);
    const back = range(after).map((i) => n - 2 - i + edge);
    return gatherAxis(g, view, axis, [...from, ...range(n), ...back]);
  }, input('x'));
};

/** Picks places known now along one axis. */
export function gatherAxis(g: Graph, x: View, axis: number, places: readonly number[]): View {
  const view = stretchAxis(g, x, axis);
  const p = view.order.indexOf(axis);
  const out = view.value.shape.map((s, i) => (i === p ? places.length : s));
  const attributes = { axis: { int: p } };
  const value = g.one('Gather', [view.value, g.int64(places)], view.value.type, out, { attributes });
  return { ...view, value, shape: view.shape.map((s, i) => (i === axis ? places.length : s)) };
}
