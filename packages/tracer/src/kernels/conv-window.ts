/** How a convolution's or a pooling's window lies, in ONNX's words. */
import type * as tf from '@tensorflow/tfjs';
import { type Attributes, ints } from '../graph.ts';

type Info = tf.backend_util.Conv2DInfo;

/** Physical orders that ONNX's convolutions read: images [N,C,H,W] and filters [O,I,H,W]. */
export const NCHW = [0, 3, 1, 2];
export const OIHW = [3, 2, 0, 1];

const reach = (out: number, stride: number, filter: number, size: number, before: number): number =>
  (out - 1) * stride + filter - size - before;

/** [top, left, bottom, right]; the end is widened where rounding up asks for one more window. */
export function padsOf(info: Info): number[] {
  const { top, left, bottom, right } = info.padInfo;
  const { strideHeight, strideWidth, effectiveFilterHeight, effectiveFilterWidth } = info;
  return [
    top,
    left,
    Math.max(bottom, reach(info.outHeight, strideHeight, effectiveFilterHeight, info.inHeight, top)),
    Math.max(right, reach(info.outWidth, strideWidth, effectiveFilterWidth, info.inWidth, left)),
  ];
}

/** Attributes of Conv and of pooling; dilations are left out where they are 1. */
export function windowAttributes(info: Info): Attributes {
  const { strideHeight, strideWidth, dilationHeight, dilationWidth, filterHeight, filterWidth } = info;
  return {
    kernel_shape: ints([filterHeight, filterWidth]),
    strides: ints([strideHeight, strideWidth]),
    pads: ints(padsOf(info)),
    ...(dilationHeight === 1 && dilationWidth === 1
      ? {}
      : { dilations: ints([dilationHeight, dilationWidth]) }),
  };
}
