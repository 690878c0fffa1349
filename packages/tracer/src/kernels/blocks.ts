/** Blocks of space to batch and back: reshape, transpose, reshape, with padding before or cropping after. */
import type * as tf from '@tensorflow/tfjs';
import type { Kernel } from '../kernel.ts';
import { range, reshapeView, transposeView } from '../view.ts';
import { PadV2, slice } from './slicing.ts';

export const SpaceToBatchND: Kernel<tf.SpaceToBatchNDAttrs> = (call) => {
  const { g, input, attrs } = call;
  const { blockShape: block, paddings } = attrs;
  const given = input('x');
  const rest = given.shape.slice(1 + block.length);
  const all = [[0, 0], ...paddings, ...rest.map(() => [0, 0])] as [number, number][];
  const pad = { ...call, kernel: 'PadV2', attrs: { paddings: all, constantValue: 0 } };
  const x = PadV2(pad) as ReturnType<typeof input>;
  const batch = x.shape[0]!;
  const outer = block.map((size, i) => x.shape[1 + i]! / size);
  const split = reshapeView(g, x, [batch, ...outer.flatMap((size, i) => [size, block[i]!]), ...rest]);
  const k = block.length;
  const perm = [
    ...range(k).map((i) => 2 + 2 * i),
    0,
    ...range(k).map((i) => 1 + 2 * i),
    ...rest.map((_, i) => 1 + 2 * k + i),
  ];
  const cells = block.reduce((a, b) => a * b, 1);
  return reshapeView(g, transposeView(split, perm), [batch * cells, ...outer, ...rest]);
};

export const BatchToSpaceND: Kernel<tf.BatchToSpaceNDAttrs> = ({
  g,
  input,
  attrs: { blockShape: block, crops },
}) => {
  const x = input('x');
  const k = block.length;
  const rest = x.shape.slice(1 + k);
  const batch = x.shape[0]! / block.reduce((a, b) => a * b, 1);
  const inner = x.shape.slice(1, 1 + k);
  const split = reshapeView(g, x, [...block, batch, ...inner, ...rest]);
  const perm = [k, ...range(k).flatMap((i) => [k + 1 + i, i]), ...rest.map((_, i) => 1 + 2 * k + i)];
  const wide = reshapeView(g, transposeView(split, perm), [
    batch,
    ...inner.map((s, i) => s * block[i]!),
    ...rest,
  ]);
  const cuts = crops.map(([before, after], i) => ({
    axis: 1 + i,
    start: before!,
    stop: wide.shape[1 + i]! - after!,
    step: 1,
  }));
  return slice(g, wide, cuts);
};
