import * as tf from '@tensorflow/tfjs';
import { interleave, shift } from './interleave.ts';

/**
 * Nearest-neighbour upsampling by two followed by a 3x3 convolution, in two forms that never make the large picture.
 *
 * A small pixel is seen by each tap as it is, so one product of the small picture with all nine taps is enough; a
 * pixel of the result then sums the taps that fall on it. Four times fewer multiplications than on the large picture.
 */
export function convolveUpsampled(x: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor4D {
  const op = tf.customGrad((...args) => {
    const [x, kernel] = args as [tf.Tensor4D, tf.Tensor4D];
    const save = args.at(-1) as unknown as (tensors: tf.Tensor[]) => void;
    const [count, height, width, inputs] = x.shape;
    const outputs = kernel.shape[0];
    save([x, kernel]);
    const pixels = tf.reshape(x, [-1, inputs]);
    const rows = tapRows(kernel).map((taps) =>
      tf.reshape<tf.Rank.R4>(tf.matMul(pixels, taps, false, true), [count, height, width, 3 * outputs]),
    );
    const value = interleave(
      spread(rows, 1).map((row) => interleave(spread(tf.split(row, 3, 3), 2), 3)),
      2,
    );
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [x, kernel] = saved as [tf.Tensor4D, tf.Tensor4D];
      const pixels = tf.reshape(x, [-1, inputs]);
      const halves = tf.split(tf.reshape<tf.Rank.R4>(dy, [count, height, 2, 2 * width * outputs]), 2, 2);
      const dRows = gather(
        halves.map((half) =>
          tf.concat(gather(tf.split(tf.reshape(half, [count, height, width, 2 * outputs]), 2, 3), 2), 3),
        ),
        1,
      ).map((row) => tf.reshape(row, [-1, 3 * outputs]));
      const dx = tapRows(kernel)
        .map((taps, r) => tf.matMul(dRows[r]!, taps))
        .reduce((sum, part) => tf.add(sum, part));
      const dTaps = dRows.map((row) =>
        tf.reshape(tf.matMul(row, pixels, true, false), [1, 3, outputs, inputs]),
      );
      return [tf.reshape(dx, x.shape), tf.transpose(tf.concat(dTaps, 0), [2, 3, 0, 1])];
    };
    return { value, gradFunc };
  });
  return op(x, kernel);
}

/** Weights of each row of taps, [3 * O, I]. */
function tapRows(kernel: tf.Tensor4D): tf.Tensor2D[] {
  const [outputs, inputs] = kernel.shape;
  const taps = tf.transpose(kernel, [2, 3, 0, 1]);
  return tf.split(taps, 3, 0).map((row) => tf.reshape(row, [3 * outputs, inputs]));
}

/** From what three taps see of small pixels along an axis to the even and the odd large pixels. */
function spread([before, middle, after]: tf.Tensor4D[], axis: 1 | 2): [tf.Tensor4D, tf.Tensor4D] {
  const even = tf.add<tf.Tensor4D>(tf.add(middle!, after!), shift(before!, axis, 1));
  const odd = tf.add<tf.Tensor4D>(tf.add(before!, middle!), shift(after!, axis, -1));
  return [even, odd];
}

/** The transpose of `spread`. */
function gather([even, odd]: tf.Tensor4D[], axis: 1 | 2): [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D] {
  const before = tf.add<tf.Tensor4D>(odd!, shift(even!, axis, -1));
  const after = tf.add<tf.Tensor4D>(even!, shift(odd!, axis, 1));
  return [before, tf.add<tf.Tensor4D>(even!, odd!), after];
}

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
 * The kernel of the 4x4 transposed convolution with stride 2 that is the same: weights of taps that fall on one small
 * pixel are added. 2.25 times fewer multiplications than on the large picture, in one operator: the inference form.
 * @param kernel [O, I, 3, 3] @returns [I, O, 4, 4]
 */
export function upsamplingKernel(kernel: tf.Tensor4D): tf.Tensor4D {
  const [outputs, inputs] = kernel.shape;
  const spread = tf.matMul(tf.reshape(kernel, [outputs * inputs, 9]), tf.tensor2d(SPREAD, [9, 16]));
  return tf.transpose(tf.reshape(spread, [outputs, inputs, 4, 4]), [1, 0, 2, 3]);
}
