/**
 * Convolutions of a training step as large matrix products over channels-last pictures.
 *
 * One Gather lays what every window sees side by side ("im2col": a row for each window, its pixels one after the
 * other), then the convolution is one product with the filter, and so are its gradients. ONNX Runtime's convolution
 * makes a small product per picture instead, which leaves most of two cores idle when pictures are small; and its
 * Gather works on all cores, where Pad, Slice and Transpose work on one. Milliseconds for 128 pictures,
 * 14x14x32 -> 7x7x64, 4x4, stride 2, two threads of a busy machine: forward and gradient by the filter 6.1 (8.0 as a
 * sum over shifted slices), gradient by the pictures 4.9 (6.4). bench/tracer-step.ts shows what a step gains.
 *
 * These forms need the batch as a number; graphs with symbolic sizes keep the plain, readable ones.
 */
import type * as tf from '@tensorflow/tfjs';
import { type Graph, type Value, int } from '../graph.ts';
import { type View, inverse, materialize, plain, range, reshapeValue } from '../view.ts';
import { padsOf } from './conv-window.ts';

type Info = tf.backend_util.Conv2DInfo;

/** Above this, laying the windows of all pictures out costs what the product gains. */
export const WINDOW_BYTES = 48 << 20;
/** The same for the gradient by the filter, which gains more: from here on it is the memory that speaks against it. */
const FILTER_GRADIENT_BYTES = 256 << 20;

const windowSize = (info: Info): number => info.filterHeight * info.filterWidth * info.inChannels;
const pixelsOf = (info: Info): number => info.batchSize * info.outHeight * info.outWidth;
export const windowBytes = (info: Info): number => 4 * pixelsOf(info) * windowSize(info);

/** Whether the gradient by the filter is worth it: thin products are no faster than the convolution. */
export const fitsFilterGradient = (info: Info): boolean =>
  info.dilationHeight === 1 &&
  info.dilationWidth === 1 &&
  info.batchSize > 1 &&
  info.inChannels * info.strideHeight * info.strideWidth >= 16 &&
  windowBytes(info) <= FILTER_GRADIENT_BYTES;

/** Whether the forward product and the gradient by the pictures are worth it. */
export const fitsGather = (info: Info): boolean =>
  fitsFilterGradient(info) &&
  info.filterHeight >= info.strideHeight &&
  info.filterWidth >= info.strideWidth &&
  info.outChannels >= 16 &&
  windowBytes(info) <= WINDOW_BYTES;

/** y = windows * filter */
export function gatherConv(g: Graph, x: View, filter: View, info: Info): View {
  const { batchSize, outHeight, outWidth, outChannels: o } = info;
  const weights = reshapeValue(g, materialize(g, filter), [windowSize(info), o]);
  const product = g.one('MatMul', [windows(g, x, info), weights], 'float32', [pixelsOf(info), o]);
  return pictures(g, product, [batchSize, outHeight, outWidth, o]);
}

/** windows, transposed, times dy */
export function gatherFilterGradient(g: Graph, x: View, dy: View, info: Info): View {
  const { inChannels, outChannels: o, filterHeight, filterWidth } = info;
  const gradient = reshapeValue(g, materialize(g, dy), [pixelsOf(info), o]);
  const attributes = { transA: int(1) };
  const shape = [windowSize(info), o];
  const product = g.one('Gemm', [windows(g, x, info), gradient], 'float32', shape, { attributes });
  return pictures(g, product, [filterHeight, filterWidth, inChannels, o]);
}

/**
 * Every pixel gathers dy from the windows that saw it. Which taps of the filter saw it depends on where the pixel lies
 * between two steps of the stride: one product for each such phase, then a Gather puts all pixels in their places.
 */
export function gatherInputGradient(g: Graph, dy: View, filter: View, info: Info): View {
  const { batchSize: n, inHeight, inWidth, inChannels: c, outChannels: o, filterWidth } = info;
  const { outHeight, outWidth, strideHeight, strideWidth } = info;
  const [top, left] = padsOf(info) as [number, number];
  const down = phasesOf(inHeight, outHeight, info.filterHeight, strideHeight, top);
  const across = phasesOf(inWidth, outWidth, filterWidth, strideWidth, left);
  const source = reshapeValue(g, materialize(g, dy), [n, outHeight * outWidth, o]);
  const weights = reshapeValue(g, materialize(g, filter, [0, 1, 3, 2]), [
    info.filterHeight * filterWidth,
    o,
    c,
  ]);
  const products: Value[] = [];
  const places: number[] = [];
  for (const rows of down) {
    for (const columns of across) {
      const taps = rows.taps.flatMap((i) => columns.taps.map((j) => i * filterWidth + j));
      const reads = rows.reads.flatMap((ys) =>
        columns.reads.flatMap((xs) =>
          ys.flatMap((y) => xs.map((x) => (y < 0 || x < 0 ? -1 : y * outWidth + x))),
        ),
      );
      for (const y of rows.pixels) for (const x of columns.pixels) places.push(y * inWidth + x);
      const count = rows.pixels.length * columns.pixels.length;
      const matrix = reshapeValue(g, gather(g, source, reads), [n * count, taps.length * o]);
      const part = reshapeValue(g, pick(g, weights, taps), [taps.length * o, c]);
      const product = g.one('MatMul', [matrix, part], 'float32', [n * count, c]);
      products.push(reshapeValue(g, product, [n, count, c]));
    }
  }
  const shape = [n, inHeight * inWidth, c];
  const all =
    products.length === 1
      ? products[0]!
      : g.one('Concat', products, 'float32', shape, { attributes: { axis: int(1) } });
  const value = places.every((place, i) => place === i) ? all : gather(g, all, inverse(places));
  return pictures(g, value, [n, inHeight, inWidth, c]);
}

/** The pixels of a line that the same taps reach. */
interface Phase {
  readonly taps: readonly number[];
  readonly pixels: readonly number[];
  /** For each pixel, the window that each tap saw it from; -1 where there is none. */
  readonly reads: readonly (readonly number[])[];
}

function phasesOf(size: number, windows: number, filter: number, stride: number, before: number): Phase[] {
  return range(Math.min(stride, size)).map((first) => {
    const taps = range(filter).filter((tap) => (first + before - tap) % stride === 0);
    const pixels = range(size).filter((pixel) => pixel % stride === first);
    const seen = (place: number): number => (place >= 0 && place < windows ? place : -1);
    return {
      taps,
      pixels,
      reads: pixels.map((pixel) => taps.map((tap) => seen((pixel + before - tap) / stride))),
    };
  });
}

/** What each window sees, [windows of all pictures, filter height * filter width * channels]. */
function windows(g: Graph, x: View, info: Info): Value {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, filterHeight, filterWidth } = info;
  const [top, left] = padsOf(info) as [number, number];
  const reads: number[] = [];
  for (let row = 0; row < outHeight; row++) {
    for (let column = 0; column < outWidth; column++) {
      for (let i = 0; i < filterHeight; i++) {
        for (let j = 0; j < filterWidth; j++) {
          const [y, x] = [row * info.strideHeight + i - top, column * info.strideWidth + j - left];
          reads.push(y < 0 || x < 0 || y >= inHeight || x >= inWidth ? -1 : y * inWidth + x);
        }
      }
    }
  }
  const source = reshapeValue(g, materialize(g, x), [batchSize, inHeight * inWidth, inChannels]);
  return reshapeValue(g, gather(g, source, reads), [pixelsOf(info), windowSize(info)]);
}

/** Pixels by place from each picture; -1 reads zeros. @param source [n, pixels, channels] */
export function gather(g: Graph, source: Value, places: readonly number[]): Value {
  const [n, pixels, channels] = source.shape as [number, number, number];
  const outside = places.includes(-1);
  const known = outside ? pad(g, source) : source;
  const indices = g.int64(places.map((place) => (place < 0 ? pixels : place)));
  const attributes = { axis: int(1) };
  return g.one('Gather', [known, indices], 'float32', [n, places.length, channels], { attributes });
}

/** One pixel of zeros behind each picture's own. */
function pad(g: Graph, source: Value): Value {
  const [n, pixels, channels] = source.shape as [number, number, number];
  return g.one('Pad', [source, g.int64([0, 0, 0, 0, 1, 0])], 'float32', [n, pixels + 1, channels]);
}

/** Some taps of the filter. @param weights [taps, o, c] */
function pick(g: Graph, weights: Value, taps: readonly number[]): Value {
  if (taps.length === weights.shape[0]) return weights;
  const shape = [taps.length, ...weights.shape.slice(1)];
  return g.one('Gather', [weights, g.int64(taps)], 'float32', shape, { attributes: { axis: int(0) } });
}

export function pictures(g: Graph, value: Value, shape: readonly number[]): View {
  return plain(reshapeValue(g, value, shape));
}
