import * as tf from '@tensorflow/tfjs';
import { type Attributes, type Graph, ints } from '../graph.ts';
import type { Kernel } from '../kernel.ts';
import { type View, materialize, transposeView } from '../view.ts';
import { blocksConv, blocksFilterGradient, fitsBlocks } from './conv-blocks.ts';
import {
  fitsFilterGradient,
  fitsGather,
  gatherConv,
  gatherFilterGradient,
  gatherInputGradient,
} from './conv-gather.ts';
import { fitsTurned, turnedConv } from './conv-turned.ts';
import { NCHW, OIHW, padsOf, windowAttributes } from './conv-window.ts';
import { type Cut, slice } from './slicing.ts';

type Size4 = [number, number, number, number];
type Info = tf.backend_util.Conv2DInfo;

/** A view as NHWC logically, whatever the kernel's data format says. */
export const asNhwc = (view: View, dataFormat: string | undefined): View =>
  dataFormat === 'NCHW' ? transposeView(view, [0, 2, 3, 1]) : view;
export const fromNhwc = (view: View, dataFormat: string | undefined): View =>
  dataFormat === 'NCHW' ? transposeView(view, [0, 3, 1, 2]) : view;
const nhwcShape = (shape: readonly number[], dataFormat: string | undefined): Size4 =>
  (dataFormat === 'NCHW' ? [shape[0], shape[2], shape[3], shape[1]] : shape) as Size4;

export function conv2d(g: Graph, x: View, filter: View, info: Info): View {
  if (!g.symbolic && fitsGather(info)) return gatherConv(g, x, filter, info);
  if (!g.symbolic && fitsBlocks(info)) return blocksConv(g, x, filter, info);
  const shape = [info.batchSize, info.outHeight, info.outWidth, info.outChannels];
  const operands = [materialize(g, x, NCHW), materialize(g, filter, OIHW)];
  const out = NCHW.map((axis) => shape[axis]!);
  const value = g.one('Conv', operands, 'float32', out, { attributes: windowAttributes(info) });
  return { value, order: NCHW, shape, dtype: 'float32' };
}

export const Conv2D: Kernel<tf.Conv2DAttrs> = ({ g, input, attrs }) => {
  const { strides, pad, dataFormat, dilations, dimRoundingMode } = attrs;
  const x = asNhwc(input('x'), dataFormat);
  const filter = input('filter');
  const info = tf.backend_util.computeConv2DInfo(
    x.shape as Size4, filter.shape as Size4, strides, dilations, pad, dimRoundingMode,
  ); // prettier-ignore
  return fromNhwc(conv2d(g, x, filter, info), dataFormat);
};

/** The gradient by the images, which is the transposed convolution. */
export const Conv2DBackpropInput: Kernel<tf.Conv2DBackpropInputAttrs> = ({ g, input, attrs }) => {
  const { strides, pad, dataFormat, inputShape, dimRoundingMode } = attrs;
  const dy = asNhwc(input('dy'), dataFormat);
  const filter = input('filter');
  const info = tf.backend_util.computeConv2DInfo(
    nhwcShape(inputShape, dataFormat), filter.shape as Size4, strides, 1, pad, dimRoundingMode,
  ); // prettier-ignore
  return fromNhwc(convTranspose2d(g, dy, filter, info), dataFormat);
};

function convTranspose2d(g: Graph, dy: View, filter: View, info: Info): View {
  if (!g.symbolic && fitsGather(info)) return gatherInputGradient(g, dy, filter, info);
  if (!g.symbolic && fitsTurned(info)) return turnedConv(g, dy, filter, info);
  const shape = [info.batchSize, info.inHeight, info.inWidth, info.inChannels];
  const pads = padsOf(info);
  // rows and columns at the end that no window reached
  const rest = [
    info.inHeight - ((info.outHeight - 1) * info.strideHeight + info.filterHeight - pads[0]! - pads[2]!),
    info.inWidth - ((info.outWidth - 1) * info.strideWidth + info.filterWidth - pads[1]! - pads[3]!),
  ];
  const attributes: Attributes = {
    kernel_shape: ints([info.filterHeight, info.filterWidth]),
    strides: ints([info.strideHeight, info.strideWidth]),
    pads: ints(pads),
    ...(rest.every((r) => r === 0) ? {} : { output_padding: ints(rest) }),
  };
  const operands = [materialize(g, dy, NCHW), materialize(g, filter, OIHW)];
  const out = NCHW.map((axis) => shape[axis]!);
  const value = g.one('ConvTranspose', operands, 'float32', out, { attributes });
  return { value, order: NCHW, shape, dtype: 'float32' };
}

/** The gradient by the filter: images and gradient, batch and channels swapped, convolved with each other. */
export const Conv2DBackpropFilter: Kernel<tf.Conv2DBackpropFilterAttrs> = ({ g, input, attrs }) => {
  const { strides, pad, dataFormat, filterShape, dimRoundingMode } = attrs;
  const x = asNhwc(input('x'), dataFormat);
  const dy = asNhwc(input('dy'), dataFormat);
  const info = tf.backend_util.computeConv2DInfo(
    x.shape as Size4, filterShape, strides, 1, pad, dimRoundingMode,
  ); // prettier-ignore
  return filterGradient(g, x, dy, info);
};

/** How many places the windows of dy, dilated, take in the padded picture. */
const grown = (size: number, before: number, after: number, out: number, stride: number): number =>
  size + before + after - ((out - 1) * stride + 1) + 1;

function filterGradient(g: Graph, x: View, dy: View, info: Info): View {
  if (!g.symbolic && fitsFilterGradient(info)) return gatherFilterGradient(g, x, dy, info);
  if (!g.symbolic && fitsBlocks(info)) return blocksFilterGradient(g, x, dy, info);
  const pads = padsOf(info);
  const rows = grown(info.inHeight, pads[0]!, pads[2]!, info.outHeight, info.strideHeight);
  const columns = grown(info.inWidth, pads[1]!, pads[3]!, info.outWidth, info.strideWidth);
  const images = materialize(g, x, [3, 0, 1, 2]);
  const windows = materialize(g, dy, [3, 0, 1, 2]);
  const attributes: Attributes = {
    kernel_shape: ints([info.outHeight, info.outWidth]),
    strides: ints([1, 1]),
    pads: ints(pads),
    dilations: ints([info.strideHeight, info.strideWidth]),
  };
  const { inChannels, outChannels, filterHeight, filterWidth } = info;
  const value = g.one('Conv', [images, windows], 'float32', [inChannels, outChannels, rows, columns], {
    attributes,
  });
  const view: View = {
    value,
    order: [2, 3, 0, 1],
    shape: [rows, columns, inChannels, outChannels],
    dtype: 'float32',
  };
  const cuts: Cut[] = [
    { axis: 0, start: 0, stop: filterHeight, step: 1 },
    { axis: 1, start: 0, stop: filterWidth, step: 1 },
  ];
  return slice(g, view, cuts);
}
