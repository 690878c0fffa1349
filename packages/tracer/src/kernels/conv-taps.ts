/**
 * Convolutions of a training step as matrix products over channels-last pictures.
 *
 * Blocks of stride x stride pixels become channels, so that every convolution has stride 1 over blocks. Each tap
 * of the filter is then one product of a shifted window of blocks with a matrix of weights. ONNX Runtime's
 * convolution makes a small product per picture instead, which leaves most of two cores idle when pictures are
 * small. Milliseconds for 128 pictures, 14x14x32 -> 7x7x64, 4x4, stride 2, two threads: forward 1.6 against 3.1,
 * by the images 2.0 against 2.9, by the filter 1.5 against 3.4 (bench/tracer-step.ts shows what a step gains).
 *
 * These forms need the batch as a number; graphs with symbolic sizes keep the plain, readable ones.
 */
import type * as tf from '@tensorflow/tfjs';
import { type Graph, type Value, int } from '../graph.ts';
import { type View, materialize, reshapeValue, transposeValue } from '../view.ts';
import { padsOf } from './conv-window.ts';

type Info = tf.backend_util.Conv2DInfo;

/** The picture in blocks, and how many taps the filter has over blocks. */
interface Blocks {
  readonly tapsH: number;
  readonly tapsW: number;
  readonly rows: number;
  readonly columns: number;
  /** Channels of a block. */
  readonly depth: number;
  readonly pixels: number;
}

function blocksOf(info: Info): Blocks {
  const { strideHeight: sh, strideWidth: sw, outHeight, outWidth } = info;
  const [tapsH, tapsW] = [Math.ceil(info.filterHeight / sh), Math.ceil(info.filterWidth / sw)];
  return {
    tapsH,
    tapsW,
    rows: outHeight - 1 + tapsH,
    columns: outWidth - 1 + tapsW,
    depth: sh * sw * info.inChannels,
    pixels: info.batchSize * outHeight * outWidth,
  };
}

/** Above this a window no longer stays in the cache, and copying it costs what the product gains. */
const CACHE_BYTES = 8 << 20;

/** Whether the gradient by the filter is worth it: thin products are no faster than the convolution. */
export const fitsFilterGradient = (info: Info): boolean =>
  info.dilationHeight === 1 && info.dilationWidth === 1 && info.batchSize > 1 && blocksOf(info).depth >= 16;

/** Whether the forward product and the gradient by the images are worth it. */
export function fitsTaps(info: Info): boolean {
  const { depth, pixels } = blocksOf(info);
  return (
    fitsFilterGradient(info) &&
    info.filterHeight % info.strideHeight === 0 &&
    info.filterWidth % info.strideWidth === 0 &&
    info.outChannels >= 16 &&
    4 * pixels * Math.max(depth, info.outChannels) <= CACHE_BYTES
  );
}

/** y = sum over taps of window * weights. */
export function tapConv(g: Graph, x: View, filter: View, info: Info): View {
  const { pixels } = blocksOf(info);
  const { batchSize, outHeight, outWidth, outChannels: o } = info;
  const weights = tapWeights(g, filter, info);
  const product = windows(g, x, info).reduce<Value | undefined>((sum, window, t) => {
    const operands = sum ? [window, weights[t]!, sum] : [window, weights[t]!];
    return g.one('Gemm', operands, 'float32', [pixels, o], { attributes: { transB: int(1) } });
  }, undefined);
  const shape = [batchSize, outHeight, outWidth, o];
  return { value: reshapeValue(g, product!, shape), order: [0, 1, 2, 3], shape, dtype: 'float32' };
}

/** Every block gathers dy from the windows that saw it: one product of dy, shifted by each tap, with all weights. */
export function tapInputGradient(g: Graph, dy: View, filter: View, info: Info): View {
  const { tapsH, tapsW, rows, columns, depth } = blocksOf(info);
  const {
    batchSize: n,
    inHeight,
    inWidth,
    inChannels: c,
    outChannels: o,
    strideHeight: sh,
    strideWidth: sw,
  } = info;
  const source = materialize(g, dy);
  const shifted: Value[] = [];
  for (let i = 0; i < tapsH; i++) {
    for (let j = 0; j < tapsW; j++) {
      const pads = [0, i, j, 0, 0, tapsH - 1 - i, tapsW - 1 - j, 0];
      shifted.push(pad(g, source, pads));
    }
  }
  const wide = concat(g, shifted, 3, [n, rows, columns, tapsH * tapsW * o]);
  const matrix = reshapeValue(g, wide, [n * rows * columns, tapsH * tapsW * o]);
  const weights = reshapeValue(g, allWeights(g, filter, info), [tapsH * tapsW * o, depth]);
  const product = g.one('MatMul', [matrix, weights], 'float32', [n * rows * columns, depth]);
  const split = reshapeValue(g, product, [n, rows, columns, sh, sw * c]);
  const grid = reshapeValue(g, transposeValue(g, split, [0, 1, 3, 2, 4]), [n, rows * sh, columns * sw, c]);
  const [top, left] = padsOf(info) as [number, number];
  const reached = [Math.min(inHeight, rows * sh - top), Math.min(inWidth, columns * sw - left)] as [
    number,
    number,
  ];
  const cut = crop(g, grid, [top, left], reached);
  // rows and columns at the end that no window saw
  const value = pad(g, cut, [0, 0, 0, 0, 0, inHeight - reached[0], inWidth - reached[1], 0]);
  return { value, order: [0, 1, 2, 3], shape: [n, inHeight, inWidth, c], dtype: 'float32' };
}

/** The weights of a tap: window, transposed, times dy. */
export function tapFilterGradient(g: Graph, x: View, dy: View, info: Info): View {
  const { tapsH, tapsW, depth, pixels } = blocksOf(info);
  const {
    inChannels: c,
    outChannels: o,
    strideHeight: sh,
    strideWidth: sw,
    filterHeight: kh,
    filterWidth: kw,
  } = info;
  const gradient = reshapeValue(g, materialize(g, dy), [pixels, o]);
  const attributes = { transA: int(1) };
  const products = windows(g, x, info).map((window) =>
    g.one('Gemm', [window, gradient], 'float32', [depth, o], { attributes }),
  );
  const all = concat(g, products, 0, [products.length * depth, o]);
  const taps = reshapeValue(g, all, [tapsH, tapsW, sh, sw, c, o]);
  const oihw = transposeValue(g, taps, [5, 4, 0, 2, 1, 3]);
  const whole = reshapeValue(g, oihw, [o, c, tapsH * sh, tapsW * sw]);
  const kernel = slice(g, whole, [0, 0], [kh, kw], [2, 3]);
  return { value: kernel, order: [3, 2, 0, 1], shape: [kh, kw, c, o], dtype: 'float32' };
}

/** What each tap sees, [pixels, depth]; shared between the forward product and the gradient by the filter. */
function windows(g: Graph, x: View, info: Info): Value[] {
  const { tapsH, tapsW, rows, columns, depth, pixels } = blocksOf(info);
  const {
    batchSize: n,
    inHeight,
    inWidth,
    inChannels: c,
    outHeight,
    outWidth,
    strideHeight: sh,
    strideWidth: sw,
  } = info;
  const [top, left] = padsOf(info) as [number, number];
  const [height, width] = [Math.min(inHeight, rows * sh - top), Math.min(inWidth, columns * sw - left)];
  const seen = crop(g, materialize(g, x), [0, 0], [height, width]);
  const padded = pad(g, seen, [0, top, left, 0, 0, rows * sh - top - height, columns * sw - left - width, 0]);
  const split = reshapeValue(g, padded, [n, rows, sh, columns, sw * c]);
  const blocks = reshapeValue(g, transposeValue(g, split, [0, 1, 3, 2, 4]), [n, rows, columns, depth]);
  const result: Value[] = [];
  for (let i = 0; i < tapsH; i++) {
    for (let j = 0; j < tapsW; j++) {
      result.push(reshapeValue(g, crop(g, blocks, [i, j], [outHeight, outWidth]), [pixels, depth]));
    }
  }
  return result;
}

/** [tapsH, tapsW, o, sh, sw, c] */
function allWeights(g: Graph, filter: View, info: Info): Value {
  const { tapsH, tapsW } = blocksOf(info);
  const { inChannels: c, outChannels: o, strideHeight: sh, strideWidth: sw } = info;
  const oihw = reshapeValue(g, materialize(g, filter, [3, 2, 0, 1]), [o, c, tapsH, sh, tapsW, sw]);
  return transposeValue(g, oihw, [2, 4, 0, 3, 5, 1]);
}

function tapWeights(g: Graph, filter: View, info: Info): Value[] {
  const { tapsH, tapsW, depth } = blocksOf(info);
  const taps = tapsH * tapsW;
  const o = info.outChannels;
  const all = reshapeValue(g, allWeights(g, filter, info), [taps, o, depth]);
  if (taps === 1) return [reshapeValue(g, all, [o, depth])];
  const outputs = Array.from({ length: taps }, () => ({ type: 'float32' as const, shape: [1, o, depth] }));
  const sizes = g.int64(outputs.map(() => 1));
  const parts = g.add('Split', [all, sizes], outputs, { attributes: { axis: int(0) } });
  return parts.map((part) => reshapeValue(g, part, [o, depth]));
}

function pad(g: Graph, value: Value, pads: readonly number[]): Value {
  if (pads.every((size) => size === 0)) return value;
  const rank = value.shape.length;
  const shape = value.shape.map((size, axis) => size + pads[axis]! + pads[axis + rank]!);
  return g.one('Pad', [value, g.int64(pads)], value.type, shape);
}

const crop = (
  g: Graph,
  value: Value,
  start: readonly [number, number],
  size: readonly [number, number],
): Value => slice(g, value, start, size, [1, 2]);

function slice(
  g: Graph,
  value: Value,
  start: readonly number[],
  size: readonly number[],
  axes: readonly number[],
): Value {
  const shape = value.shape.map((whole, axis) => (axes.includes(axis) ? size[axes.indexOf(axis)]! : whole));
  if (shape.every((length, axis) => length === value.shape[axis])) return value;
  const stop = start.map((first, i) => first + size[i]!);
  return g.one('Slice', [value, g.int64(start), g.int64(stop), g.int64(axes)], value.type, shape);
}

function concat(g: Graph, values: readonly Value[], axis: number, shape: readonly number[]): Value {
  if (values.length === 1) return values[0]!;
  return g.one('Concat', values, 'float32', shape, { attributes: { axis: int(axis) } });
}
