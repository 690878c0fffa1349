import * as tf from '@tensorflow/tfjs';

/** Convolution. @param x [N, H, W, I] @param kernel [O, I, h, w] @param padding zeros on every side, or TensorFlow's 'same' */
export function convolve(
  x: tf.Tensor4D,
  kernel: tf.Tensor4D,
  stride: number,
  padding: number | 'same' = 'same',
): tf.Tensor4D {
  const filter = tf.transpose<tf.Tensor4D>(kernel, [2, 3, 1, 0]);
  if (padding === 'same') return tf.conv2d(x, filter, stride, padding);
  return tf.conv2d(x, filter, stride, padding, 'NHWC', 1, 'floor');
}

/** 'same' transposed convolution: height and width times `stride`. @param x [N, H, W, I] @param kernel [I, O, h, w] */
export function convolveTransposed(x: tf.Tensor4D, kernel: tf.Tensor4D, stride: number): tf.Tensor4D {
  const [batch, height, width] = x.shape;
  const filters = kernel.shape[1];
  const output: [number, number, number, number] = [batch, height * stride, width * stride, filters];
  return tf.conv2dTranspose(x, tf.transpose(kernel, [2, 3, 1, 0]), output, stride, 'same');
}

/** Mean and variance of each channel over all other axes. @param x [N, C] or [N, H, W, C] */
export function channelMoments(x: tf.Tensor): { mean: tf.Tensor; variance: tf.Tensor } {
  const axes = x.shape.map((_, axis) => axis).slice(0, -1);
  const mean = tf.mean(x, axes);
  return { mean, variance: tf.relu(tf.sub(tf.mean(tf.square(x), axes), tf.square(mean))) };
}

/**
 * Batch normalisation by the batch's own statistics (Ioffe & Szegedy 2015), with its gradient written as the
 * closed formula: two reductions and three passes over the pictures, where autodiff would take a dozen.
 * `dx = f dy - (f inv dscale / M)(x - mean) - f doffset / M` with `f = scale inv`, `inv = 1/sqrt(variance + epsilon)`,
 * `doffset = sum dy`, `dscale = inv sum(dy (x - mean))`, M = values per channel.
 * @param x [N, C] or [N, H, W, C] @param scale [C] @param offset [C]
 */
export function normalizeBatch(
  x: tf.Tensor,
  scale: tf.Tensor,
  offset: tf.Tensor,
  epsilon: number,
): tf.Tensor {
  const axes = x.shape.map((_, axis) => axis).slice(0, -1);
  const perChannel = x.size / x.shape[x.rank - 1]!;
  // TensorFlow.js types customGrad's last argument, the function that saves tensors, as a tensor
  const op = tf.customGrad((...args) => {
    const [x, scale, offset] = args as [tf.Tensor, tf.Tensor, tf.Tensor];
    const save = args.at(-1) as unknown as (tensors: tf.Tensor[]) => void;
    const { mean, variance } = channelMoments(x);
    const inverse = tf.rsqrt(tf.add(variance, epsilon));
    save([x, scale, mean, inverse]);
    const factor = tf.mul(scale, inverse);
    const value = tf.add(tf.mul(x, factor), tf.sub(offset, tf.mul(mean, factor)));
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [x, scale, mean, inverse] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
      const factor = tf.mul(scale, inverse);
      const dOffset = tf.sum(dy, axes);
      const dScale = tf.mul(inverse, tf.sub(tf.sum(tf.mul(dy, x), axes), tf.mul(mean, dOffset)));
      const slope = tf.div(tf.mul(tf.mul(factor, inverse), dScale), perChannel);
      const shift = tf.sub(tf.mul(slope, mean), tf.div(tf.mul(factor, dOffset), perChannel));
      const dx = tf.add(tf.sub(tf.mul(dy, factor), tf.mul(x, slope)), shift);
      return [dx, dScale, dOffset];
    };
    return { value, gradFunc };
  });
  return op(x, scale, offset);
}
