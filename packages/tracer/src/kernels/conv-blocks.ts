/**
 * Convolutions of a training step over pictures of few channels, as one matrix product: where the filter's size is a
 * multiple of the stride, the picture falls into blocks of one stride by one stride, and every window sees whole
 * blocks. Four numbers lie side by side that way in a 28x28x1 picture at stride 2, where a Gather of single pixels
 * costs what the product gains. Pictures come out channels last, as the products that follow want them; ONNX
 * Runtime's convolution gives them channels first, and so made its gradient and the activation's lie. A sixth of what
 * the MNIST step spent outside its matrix products went there; the whole step, old and new in turn, gained 3 to 5 %
 * with this, a dense kernel in the pictures' order and cheaper column sums together.
 *
 * As in conv-gather.ts, whose forms take pictures of more channels, the batch must be a number.
 */
import type * as tf from '@tensorflow/tfjs';
import { type Graph, type Value, int } from '../graph.ts';
import {
  type View,
  materialize,
  plain,
  reshapeValue,
  reshapeView,
  transposeValue,
  transposeView,
} from '../view.ts';
import { WINDOW_BYTES, gather, pictures, windowBytes } from './conv-gather.ts';
import { padsOf } from './conv-window.ts';

type Info = tf.backend_util.Conv2DInfo;

export const fitsBlocks = (info: Info): boolean =>
  info.dilationHeight === 1 &&
  info.dilationWidth === 1 &&
  info.batchSize > 1 &&
  info.strideHeight > 1 &&
  info.strideWidth > 1 &&
  info.filterHeight % info.strideHeight === 0 &&
  info.filterWidth % info.strideWidth === 0 &&
  info.inChannels * info.strideHeight * info.strideWidth >= 4 &&
  info.outChannels >= 16 &&
  windowBytes(info) <= WINDOW_BYTES;

/** y = windows * filter */
export function blocksConv(g: Graph, x: View, filter: View, info: Info): View {
  const { batchSize, outHeight, outWidth, outChannels: o } = info;
  const product = g.one('MatMul', [windows(g, x, info), weights(g, filter, info)], 'float32', [
    batchSize * outHeight * outWidth,
    o,
  ]);
  return pictures(g, product, [batchSize, outHeight, outWidth, o]);
}

/** windows, transposed, times dy */
export function blocksFilterGradient(g: Graph, x: View, dy: View, info: Info): View {
  const { filterHeight, filterWidth, inChannels, outChannels: o, strideHeight: s, strideWidth: t } = info;
  const seen = windows(g, x, info);
  const gradient = reshapeValue(g, materialize(g, dy), [seen.shape[0]!, o]);
  const shape = [seen.shape[1]!, o];
  const product = g.one('Gemm', [seen, gradient], 'float32', shape, { attributes: { transA: int(1) } });
  const byBlock = [filterHeight / s, filterWidth / t, s, t, inChannels, o];
  const taps = transposeView(reshapeView(g, plain(product), byBlock), [0, 2, 1, 3, 4, 5]);
  return reshapeView(g, taps, [filterHeight, filterWidth, inChannels, o]);
}

/** The filter's rows in the order in which a window's pixels lie, [pixels of a window * channels, o]. */
function weights(g: Graph, filter: View, info: Info): Value {
  const { filterHeight, filterWidth, inChannels, outChannels: o, strideHeight: s, strideWidth: t } = info;
  const split = reshapeView(g, filter, [filterHeight / s, s, filterWidth / t, t, inChannels, o]);
  const byBlock = materialize(g, transposeView(split, [0, 2, 1, 3, 4, 5]));
  return reshapeValue(g, byBlock, [filterHeight * filterWidth * inChannels, o]);
}

/** What each window sees, block after block, [windows of all pictures, pixels of a window * channels]. */
function windows(g: Graph, x: View, info: Info): Value {
  const { batchSize: n, inChannels: c, strideHeight: s, strideWidth: t, outHeight, outWidth } = info;
  const [down, across] = [info.filterHeight / s, info.filterWidth / t];
  const [rows, columns] = [outHeight + down - 1, outWidth + across - 1];
  const padded = pad(g, materialize(g, x), [rows * s, columns * t], info);
  const split = reshapeValue(g, padded, [n, rows, s, columns, t, c]);
  const blocks = reshapeValue(g, transposeValue(g, split, [0, 1, 3, 2, 4, 5]), [
    n,
    rows * columns,
    s * t * c,
  ]);
  const places: number[] = [];
  for (let row = 0; row < outHeight; row++) {
    for (let column = 0; column < outWidth; column++) {
      for (let i = 0; i < down; i++) {
        for (let j = 0; j < across; j++) places.push((row + i) * columns + column + j);
      }
    }
  }
  return reshapeValue(g, gather(g, blocks, places), [n * outHeight * outWidth, down * across * s * t * c]);
}

/** Zeros around the pictures; rows and columns at the end that no window reaches are cut off. */
function pad(g: Graph, x: Value, [height, width]: [number, number], info: Info): Value {
  const { batchSize: n, inHeight, inWidth, inChannels: c } = info;
  const [top, left] = padsOf(info) as [number, number];
  const after = [height - top - inHeight, width - left - inWidth] as const;
  if ([top, left, ...after].every((size) => size === 0)) return x;
  const pads = g.int64([0, top, left, 0, 0, ...after, 0]);
  return g.one('Pad', [x, pads], 'float32', [n, height, width, c]);
}
