/**
 * Other formulas for the convolutions of a training step, chosen by shape because ONNX Runtime's CPU kernels
 * run them faster (measured by bench/tracer-step.ts; figures for 128 pictures, 32 -> 64 channels, 4x4, stride 2):
 *
 * - forward: all pictures stacked into one tall one, so that one large matrix product is made instead of 128
 *   small ones: 2.4 ms in place of 3.6;
 * - gradient by the images at stride 1: a convolution with the filter turned around, 24 ms in place of
 *   ConvTranspose's 51 (3x3, 64 -> 128 channels, 28x28, 32 pictures);
 * - gradient by the filter: one matrix product per filter tap over channels-last pictures, 2.5 ms in place of 3.5
 *   for a convolution of the transposed tensors.
 *
 * They hold for a batch that is a number. Graphs with symbolic sizes keep the plain, readable forms.
 */
import type * as tf from '@tensorflow/tfjs';
import { type Graph, type Value, int, ints } from '../graph.ts';
import { type View, materialize, reshapeValue, transposeValue } from '../view.ts';
import { padsOf, windowAttributes } from './conv.ts';

type Info = tf.backend_util.Conv2DInfo;

const CNHW = [3, 0, 1, 2];

const isDilated = (info: Info): boolean => info.dilationHeight !== 1 || info.dilationWidth !== 1;

/** Worth it for many small pictures: a large picture keeps two threads busy by itself. */
export function fitsTall(info: Info): boolean {
  const pixels = info.outHeight * info.outWidth;
  return (
    !isDilated(info) &&
    info.batchSize >= 8 &&
    pixels <= 256 &&
    info.filterHeight >= info.strideHeight &&
    info.filterHeight > 1
  );
}

export function tallConv(g: Graph, x: View, filter: View, info: Info): View {
  const {
    batchSize: n,
    inHeight,
    inWidth,
    inChannels,
    outHeight,
    outWidth,
    outChannels,
    strideHeight: s,
  } = info;
  const [top, left, , right] = padsOf(info) as [number, number, number, number];
  // rows from one picture to the next: no window sees two pictures, and all begin at a multiple of the stride
  const reach = (outHeight - 1) * s + info.filterHeight - top;
  const period = Math.ceil(Math.max(inHeight + top, reach) / s) * s;
  const gap = [0, 0, 0, 0, 0, 0, period - inHeight, 0];
  const images = materialize(g, x, CNHW);
  const padded = g.one('Pad', [images, g.int64(gap)], 'float32', [inChannels, n, period, inWidth]);
  const tall = reshapeValue(g, padded, [1, inChannels, n * period, inWidth]);
  const bottom = Math.max(0, info.filterHeight - s - top);
  const attributes = { ...windowAttributes(info), pads: ints([top, left, bottom, right]) };
  const rows = period / s;
  const kernel = materialize(g, filter, [3, 2, 0, 1]);
  const y = g.one('Conv', [tall, kernel], 'float32', [1, outChannels, n * rows, outWidth], { attributes });
  const stacked = reshapeValue(g, y, [outChannels, n, rows, outWidth]);
  const value = cut(g, stacked, [2], [outHeight]);
  return { value, order: CNHW, shape: [n, outHeight, outWidth, outChannels], dtype: 'float32' };
}

/** Keeps the first elements along some axes. */
function cut(g: Graph, value: Value, axes: readonly number[], sizes: readonly number[]): Value {
  const shape = value.shape.map((size, axis) => (axes.includes(axis) ? sizes[axes.indexOf(axis)]! : size));
  if (shape.every((size, axis) => size === value.shape[axis])) return value;
  const operands = [axes.map(() => 0), sizes, axes].map((numbers) => g.int64(numbers));
  return g.one('Slice', [value, ...operands], value.type, shape);
}

export const fitsTurned = (info: Info): boolean =>
  info.strideHeight === 1 &&
  info.strideWidth === 1 &&
  !isDilated(info) &&
  info.batchSize > 1 &&
  turnedPads(info).every((pad) => pad >= 0);

function turnedPads(info: Info): number[] {
  const { filterHeight: kh, filterWidth: kw, inHeight, inWidth, outHeight, outWidth } = info;
  const [top, left] = padsOf(info) as [number, number];
  const [before, across] = [kh - 1 - top, kw - 1 - left];
  return [before, across, inHeight - outHeight + kh - 1 - before, inWidth - outWidth + kw - 1 - across];
}

/** The gradient by the images at stride 1: dy convolved with the filter turned by half a turn. */
export function turnedConv(g: Graph, dy: View, filter: View, info: Info): View {
  const { filterHeight: kh, filterWidth: kw, inChannels, outChannels, batchSize, inHeight, inWidth } = info;
  const kernel = materialize(g, filter, [2, 3, 0, 1]);
  const turned =
    kh * kw === 1
      ? kernel
      : g.one('Slice', [kernel, g.int64([kh - 1, kw - 1]), g.int64([-kh - 1, -kw - 1]), g.int64([2, 3]), g.int64([-1, -1])], 'float32', [inChannels, outChannels, kh, kw]); // prettier-ignore
  const pads = turnedPads(info);
  const attributes = { kernel_shape: ints([kh, kw]), strides: ints([1, 1]), pads: ints(pads) };
  const operands = [materialize(g, dy, [0, 3, 1, 2]), turned];
  const value = g.one('Conv', operands, 'float32', [batchSize, inChannels, inHeight, inWidth], {
    attributes,
  });
  return { value, order: [0, 3, 1, 2], shape: [batchSize, inHeight, inWidth, inChannels], dtype: 'float32' };
}

/** Thin products, as for one input channel, are no faster than the convolution. */
export const fitsTaps = (info: Info): boolean =>
  !isDilated(info) && info.batchSize > 1 && info.inChannels * info.strideHeight * info.strideWidth >= 16;

/**
 * The gradient by the filter. Blocks of stride x stride pixels become channels; each tap of the filter over
 * blocks is then the product of a shifted window of pictures, transposed, with dy.
 */
export function tapFilterGradient(g: Graph, x: View, dy: View, info: Info): View {
  const { batchSize: n, inHeight, inWidth, inChannels: c, outHeight, outWidth, outChannels: o } = info;
  const { strideHeight: sh, strideWidth: sw, filterHeight: kh, filterWidth: kw } = info;
  const [top, left] = padsOf(info) as [number, number];
  const [tapsH, tapsW] = [Math.ceil(kh / sh), Math.ceil(kw / sw)];
  const [rows, columns] = [outHeight - 1 + tapsH, outWidth - 1 + tapsW];
  const pixels = cut(g, materialize(g, x, [0, 1, 2, 3]), [1, 2], [Math.min(inHeight, rows * sh - top), Math.min(inWidth, columns * sw - left)]); // prettier-ignore
  const [, height, width] = pixels.shape as [number, number, number, number];
  const gap = [0, top, left, 0, 0, rows * sh - top - height, columns * sw - left - width, 0];
  const padded = gap.every((size) => size === 0)
    ? pixels
    : g.one('Pad', [pixels, g.int64(gap)], 'float32', [n, rows * sh, columns * sw, c]);
  const split = reshapeValue(g, padded, [n, rows, sh, columns, sw * c]);
  const depth = sh * sw * c;
  const blocks = reshapeValue(g, transposeValue(g, split, [0, 1, 3, 2, 4]), [n, rows, columns, depth]);
  const windows = reshapeValue(g, materialize(g, dy, [0, 1, 2, 3]), [n * outHeight * outWidth, o]);
  const products: Value[] = [];
  for (let i = 0; i < tapsH; i++) {
    for (let j = 0; j < tapsW; j++) {
      const shifted = window(g, blocks, [i, j], [outHeight, outWidth]);
      const matrix = reshapeValue(g, shifted, [n * outHeight * outWidth, depth]);
      const attributes = { transA: int(1), transB: int(0) };
      products.push(g.one('Gemm', [matrix, windows], 'float32', [depth, o], { attributes }));
    }
  }
  const all =
    products.length === 1
      ? products[0]!
      : g.one('Concat', products, 'float32', [products.length * depth, o], { attributes: { axis: int(0) } });
  // [tapsH, tapsW, sh, sw, c, o]: tap rows and rows within a block make the filter's rows
  const taps = reshapeValue(g, all, [tapsH, tapsW, sh, sw, c, o]);
  const oihw = transposeValue(g, taps, [5, 4, 0, 2, 1, 3]);
  const kernel = cut(g, reshapeValue(g, oihw, [o, c, tapsH * sh, tapsW * sw]), [2, 3], [kh, kw]);
  return { value: kernel, order: [3, 2, 0, 1], shape: [kh, kw, c, o], dtype: 'float32' };
}

function window(g: Graph, blocks: Value, start: [number, number], size: [number, number]): Value {
  const [n, rows, columns, depth] = blocks.shape as [number, number, number, number];
  if (size[0] === rows && size[1] === columns) return blocks;
  const stop = [start[0] + size[0], start[1] + size[1]];
  const operands = [start, stop, [1, 2]].map((numbers) => g.int64(numbers));
  return g.one('Slice', [blocks, ...operands], 'float32', [n, size[0], size[1], depth]);
}
