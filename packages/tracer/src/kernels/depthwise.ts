/** Depthwise convolution is ONNX's grouped convolution; a filter [kh, kw, C, M] becomes [C*M, 1, kh, kw]. */
import * as tf from '@tensorflow/tfjs';
import { type Attributes, type Graph, type Value, int, ints } from '../graph.ts';
import type { Kernel } from '../kernel.ts';
import { type View, materialize, reshapeValue, transposeValue } from '../view.ts';
import { asNhwc, fromNhwc } from './conv.ts';
import { NCHW, padsOf, windowAttributes } from './conv-window.ts';
import { type Cut, slice } from './slicing.ts';

type Size4 = [number, number, number, number];
type Info = tf.backend_util.Conv2DInfo;

const infoOf = (x: readonly number[], filter: readonly number[], a: tf.DepthwiseConv2dNativeAttrs): Info =>
  tf.backend_util.computeConv2DInfo(
    x as Size4, filter as Size4, a.strides, a.dilations ?? 1, a.pad, a.dimRoundingMode, true,
  ); // prettier-ignore

const kernelOf = (g: Graph, filter: View): Value => {
  const value = materialize(g, filter, [2, 3, 0, 1]);
  const [c, m, kh, kw] = value.shape as Size4;
  return reshapeValue(g, value, [c * m, 1, kh, kw]);
};

export function depthwiseConv2d(g: Graph, x: View, filter: View, info: Info): View {
  const shape = [info.batchSize, info.outHeight, info.outWidth, info.outChannels];
  const attributes: Attributes = { ...windowAttributes(info), group: int(info.inChannels) };
  const operands = [materialize(g, x, NCHW), kernelOf(g, filter)];
  const value = g.one('Conv', operands, 'float32', NCHW.map((axis) => shape[axis]!), { attributes }); // prettier-ignore
  return { value, order: NCHW, shape, dtype: 'float32' };
}

export const DepthwiseConv2dNative: Kernel<tf.DepthwiseConv2dNativeAttrs> = ({ g, input, attrs }) => {
  const x = asNhwc(input('x'), attrs.dataFormat);
  const filter = input('filter');
  return fromNhwc(depthwiseConv2d(g, x, filter, infoOf(x.shape, filter.shape, attrs)), attrs.dataFormat);
};

export const DepthwiseConv2dNativeBackpropInput: Kernel<tf.DepthwiseConv2dNativeBackpropInputAttrs> = ({
  g,
  input,
  attrs,
}) => {
  const [dy, filter] = [input('dy'), input('filter')];
  const info = infoOf(attrs.inputShape, filter.shape, { ...attrs, dataFormat: 'NHWC' });
  const pads = padsOf(info);
  const rest = [
    info.inHeight -
      ((info.outHeight - 1) * info.strideHeight + info.effectiveFilterHeight - pads[0]! - pads[2]!),
    info.inWidth - ((info.outWidth - 1) * info.strideWidth + info.effectiveFilterWidth - pads[1]! - pads[3]!),
  ];
  const attributes: Attributes = {
    ...windowAttributes(info),
    group: int(info.inChannels),
    ...(rest.every((r) => r === 0) ? {} : { output_padding: ints(rest) }),
  };
  const shape = [info.batchSize, info.inHeight, info.inWidth, info.inChannels];
  const operands = [materialize(g, dy, NCHW), kernelOf(g, filter)];
  const value = g.one('ConvTranspose', operands, 'float32', NCHW.map((axis) => shape[axis]!), { attributes }); // prettier-ignore
  return { value, order: NCHW, shape, dtype: 'float32' };
};

/** One group per picture and channel: pictures are the channels of one convolution, dy its filters. */
export const DepthwiseConv2dNativeBackpropFilter: Kernel<tf.DepthwiseConv2dNativeBackpropFilterAttrs> = ({
  g,
  input,
  attrs,
}) => {
  const [x, dy] = [input('x'), input('dy')];
  const info = infoOf(x.shape, attrs.filterShape, { ...attrs, dataFormat: 'NHWC' });
  const { batchSize: n, inChannels: c, outChannels, outHeight, outWidth, inHeight, inWidth } = info;
  const multiplier = outChannels / c;
  const pads = padsOf(info);
  const images = reshapeValue(g, materialize(g, x, [3, 0, 1, 2]), [1, c * n, inHeight, inWidth]);
  // dy [N, oh, ow, C*M] as [C, N, M, oh, ow]
  const split = reshapeValue(g, materialize(g, dy, NCHW), [n, c, multiplier, outHeight, outWidth]);
  const windows = transposeValue(g, split, [1, 0, 2, 3, 4]);
  const filters = reshapeValue(g, windows, [c * n * multiplier, 1, outHeight, outWidth]);
  const rows = inHeight + pads[0]! + pads[2]! - (outHeight - 1) * info.strideHeight;
  const columns = inWidth + pads[1]! + pads[3]! - (outWidth - 1) * info.strideWidth;
  const attributes: Attributes = {
    kernel_shape: ints([outHeight, outWidth]),
    strides: ints([info.dilationHeight, info.dilationWidth]),
    pads: ints(pads),
    dilations: ints([info.strideHeight, info.strideWidth]),
    group: int(c * n),
  };
  const out = [
    Math.floor((rows - 1) / info.dilationHeight) + 1,
    Math.floor((columns - 1) / info.dilationWidth) + 1,
  ];
  const each = g.one('Conv', [images, filters], 'float32', [1, c * n * multiplier, ...out], { attributes });
  const apart = reshapeValue(g, each, [c, n, multiplier, ...out]);
  const summed = g.one('ReduceSum', [apart, g.int64([1])], 'float32', [c, multiplier, ...out], {
    attributes: { keepdims: int(0) },
  });
  const view: View = {
    value: summed,
    order: [2, 3, 0, 1],
    shape: [...out, c, multiplier],
    dtype: 'float32',
  };
  const cuts: Cut[] = [
    { axis: 0, start: 0, stop: info.filterHeight, step: 1 },
    { axis: 1, start: 0, stop: info.filterWidth, step: 1 },
  ];
  return slice(g, view, cuts);
};
