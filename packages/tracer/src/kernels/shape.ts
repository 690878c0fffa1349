/** Kernels that move elements without computing: most of them are bookkeeping on views. */
import * as tf from '@tensorflow/tfjs';
import type { Kernel } from '../kernel.ts';
import { type View, broadcastTo, reshapeView, transposeView } from '../view.ts';

export const Identity: Kernel<unknown> = ({ input }) => ({ ...input('x') });

export const Reshape: Kernel<tf.ReshapeAttrs> = ({ g, input, attrs }) => {
  const x = input('x');
  const size = x.shape.reduce((a, b) => a * b, 1);
  return reshapeView(g, x, tf.util.inferFromImplicitShape(attrs.shape, size));
};

export const ExpandDims: Kernel<tf.ExpandDimsAttrs> = ({ g, input, attrs: { dim } }) => {
  const x = input('input');
  const at = dim < 0 ? dim + x.shape.length + 1 : dim;
  return reshapeView(g, x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)]);
};

export const Transpose: Kernel<tf.TransposeAttrs> = ({ input, attrs }) =>
  transposeView(input('x'), attrs.perm);

export const BroadcastTo: Kernel<tf.BroadCastToAttrs> = ({ g, input, attrs }) =>
  broadcastTo(g, input('x'), attrs.shape);

/** Axes of size 1 are stretched; the others are put behind a stretched axis and merged with it. */
export const Tile: Kernel<tf.TileAttrs> = ({ g, input, attrs: { reps } }) => {
  const x = input('x');
  const paired = x.shape.flatMap((size, i) => (reps[i] === 1 || size === 1 ? [size] : [1, size]));
  const wide = x.shape.flatMap((size, i) =>
    reps[i] === 1 || size === 1 ? [size * reps[i]!] : [reps[i]!, size],
  );
  const shape = x.shape.map((size, i) => size * reps[i]!);
  return reshapeView(g, broadcastTo(g, reshapeView(g, x, paired), wide), shape);
};

/** Depth to space by TF's order of channels: block row, block column, depth. */
export const DepthToSpace: Kernel<tf.DepthToSpaceAttrs> = ({
  g,
  input,
  attrs: { blockSize: s, dataFormat },
}) => {
  const given = input('x');
  const x = dataFormat === 'NCHW' ? transposeView(given, [0, 2, 3, 1]) : given;
  const [n, h, w, c] = x.shape as [number, number, number, number];
  const split = reshapeView(g, x, [n, h, w, s, s, c / (s * s)]);
  const out = reshapeView(g, transposeView(split, [0, 1, 3, 2, 4, 5]), [n, h * s, w * s, c / (s * s)]);
  return dataFormat === 'NCHW' ? transposeView(out, [0, 3, 1, 2]) : out;
};

/** The logical axis that an axis attribute means. */
export const axisOf = (view: View, axis: number): number => (axis < 0 ? axis + view.shape.length : axis);
