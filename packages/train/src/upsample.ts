import * as tf from '@tensorflow/tfjs';

/** Which rows of a 3-tap filter, on a picture of doubled pixels, fall on each row of the 4-tap one on the small picture. */
const TAPS = [
  [0, 0, 1],
  [0, 1, 1],
  [1, 1, 0],
  [1, 0, 0],
] as const;

/** `vec(TAPS w TAPS^T) = vec(w) SPREAD`: [9, 16]. */
const SPREAD = Array.from({ length: 9 }, (_, from) =>
  Array.from({ length: 16 }, (_, to) => {
    const [i, j] = [Math.floor(from / 3), from % 3];
    return TAPS[Math.floor(to / 4)]![i]! * TAPS[to % 4]![j]!;
  }),
).flat();

/**
 * The kernel of the 4x4 transposed convolution with stride 2 that equals nearest-neighbour upsampling by two
 * followed by a 3x3 convolution: weights of taps that fall on the same small pixel are added. 2.25 times fewer
 * multiplications than on the large picture.
 * @param kernel [O, I, 3, 3] @returns [I, O, 4, 4]
 */
export function upsamplingKernel(kernel: tf.Tensor4D): tf.Tensor4D {
  const [outputs, inputs] = kernel.shape;
  const spread = tf.matMul(tf.reshape(kernel, [outputs * inputs, 9]), tf.tensor2d(SPREAD, [9, 16]));
  return tf.transpose(tf.reshape(spread, [outputs, inputs, 4, 4]), [1, 0, 2, 3]);
}
