import type * as tf from '@tensorflow/tfjs';
import { int, text } from '../graph.ts';
import type { Kernel } from '../kernel.ts';
import { castValue, materialize, plain, range, reshapeView, transposeView } from '../view.ts';
import { axisOf } from './shape.ts';

/** Slices of x along an axis, by index; the first `batchDims` axes of both go together. */
export const GatherV2: Kernel<tf.GatherV2Attrs> = ({
  g,
  input,
  attrs: { axis: given, batchDims: batch },
}) => {
  const [x, indices] = [input('x'), input('indices')];
  const axis = axisOf(x, given);
  if (batch === 0) {
    const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
    const operands = [materialize(g, x), materialize(g, indices)];
    return plain(g.one('Gather', operands, x.value.type, shape, { attributes: { axis: int(axis) } }));
  }
  // GatherND takes whole slices after the batch: the axis comes to stand there, and what it leaves goes back
  const between = range(axis - batch).map((i) => batch + i);
  const after = range(x.shape.length - axis - 1).map((i) => axis + 1 + i);
  const data = transposeView(x, [...range(batch), axis, ...between, ...after]);
  const places = castValue(g, materialize(g, reshapeView(g, indices, [...indices.shape, 1])), 'int64');
  const picked = indices.shape.slice(batch);
  const shape = [...indices.shape, ...[...between, ...after].map((a) => x.shape[a]!)];
  const attributes = { batch_dims: int(batch) };
  const found = g.one('GatherND', [materialize(g, data), places], x.value.type, shape, { attributes });
  const middle = batch + picked.length;
  return transposeView(plain(found), [
    ...range(batch),
    ...between.map((_, i) => middle + i),
    ...picked.map((_, i) => batch + i),
    ...after.map((_, i) => middle + between.length + i),
  ]);
};

/** Adds the rows of x into numSegments rows: the gradient of gathering. */
export const UnsortedSegmentSum: Kernel<tf.UnsortedSegmentSumAttrs> = ({
  g,
  input,
  attrs: { numSegments },
}) => {
  const [x, ids] = [input('x'), input('segmentIds')];
  const rest = x.shape.slice(ids.shape.length);
  const rows = ids.shape.reduce((a, b) => a * b, 1);
  const updates = materialize(g, reshapeView(g, x, [rows, ...rest]));
  const column = materialize(g, reshapeView(g, ids, [rows, 1]));
  const indices = g.one('Cast', [column], 'int64', [rows, 1], { attributes: { to: int(7) } });
  const shape = [numSegments, ...rest];
  const zeros = g.one('Expand', [g.scalar(0, x.dtype)], x.value.type, shape, { dims: shape });
  const attributes = { reduction: text('add') };
  return plain(g.one('ScatterND', [zeros, indices, updates], x.value.type, shape, { attributes }));
};

/** Elements or slices of params by index vectors, which lie along the last axis of indices. */
export const GatherNd: Kernel<unknown> = ({ g, input }) => {
  const [params, indices] = [input('params'), input('indices')];
  const depth = indices.shape.at(-1)!;
  const shape = [...indices.shape.slice(0, -1), ...params.shape.slice(depth)];
  const places = castValue(g, materialize(g, indices), 'int64');
  return plain(g.one('GatherND', [materialize(g, params), places], params.value.type, shape));
};

/** Adds updates into zeros at index vectors. */
export const ScatterNd: Kernel<tf.ScatterNdAttrs> = ({ g, input, attrs: { shape } }) => {
  const [indices, updates] = [input('indices'), input('updates')];
  const zeros = g.one('Expand', [g.scalar(0, updates.dtype)], updates.value.type, shape, { dims: shape });
  const places = castValue(g, materialize(g, indices), 'int64');
  const operands = [zeros, places, materialize(g, updates)];
  const attributes = { reduction: text('add') };
  return plain(g.one('ScatterND', operands, updates.value.type, shape, { attributes }));
};
