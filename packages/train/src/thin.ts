import * as tf from '@tensorflow/tfjs';

/**
 * A convolution to very few channels, stride 1, that keeps the picture's size: one product of every pixel with all
 * taps, whose thin planes are then shifted and summed. It reads the wide picture once, where a sum over windows reads
 * it once for each tap; so does its gradient.
 * @param x [N, H, W, I] @param kernel [O, I, k, k] with k odd
 */
export function convolveThin(x: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor4D {
  const op = tf.customGrad((...args) => {
    const [x, kernel] = args as [tf.Tensor4D, tf.Tensor4D];
    const save = args.at(-1) as unknown as (tensors: tf.Tensor[]) => void;
    const [count, height, width, inputs] = x.shape;
    const [outputs, , size] = kernel.shape;
    const margin = (size - 1) / 2;
    save([x, kernel]);
    const planesOf = (values: tf.Tensor) => tf.reshape<tf.Rank.R4>(values, [-1, count, height, width]);
    // planes lie one after the other: shifting them copies rows, not single numbers
    const seen = tf.matMul(tapMatrix(kernel), tf.reshape(x, [-1, inputs]), false, true);
    const padded = margins(planesOf(seen), margin);
    const shifted = offsets(size).map(([i, j], tap) =>
      tf.slice(padded, [tap * outputs, 0, i, j], [outputs, count, height, width]),
    );
    const value = tf.transpose(tf.addN(shifted), [1, 2, 3, 0]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [x, kernel] = saved as [tf.Tensor4D, tf.Tensor4D];
      const padded = margins(tf.transpose(dy as tf.Tensor4D, [3, 0, 1, 2]), margin);
      const shifted = offsets(size).map(([i, j]) =>
        tf.slice(padded, [0, 0, size - 1 - i, size - 1 - j], [outputs, count, height, width]),
      );
      const dSeen = tf.reshape<tf.Rank.R2>(tf.concat(shifted, 0), [size * size * outputs, -1]);
      const dTaps = tf.matMul(dSeen, tf.reshape(x, [-1, inputs]));
      return [
        tf.reshape(tf.matMul(dSeen, tapMatrix(kernel), true, false), x.shape),
        tf.transpose(tf.reshape(dTaps, [size, size, outputs, inputs]), [2, 3, 0, 1]),
      ];
    };
    return { value, gradFunc };
  });
  return op(x, kernel);
}

/** [k * k * O, I] */
function tapMatrix(kernel: tf.Tensor4D): tf.Tensor2D {
  const [outputs, inputs, size] = kernel.shape;
  return tf.reshape(tf.transpose(kernel, [2, 3, 0, 1]), [size * size * outputs, inputs]);
}

/** @param planes [K, N, H, W] */
function margins(planes: tf.Tensor4D, margin: number): tf.Tensor4D {
  return tf.pad(planes, [
    [0, 0],
    [0, 0],
    [margin, margin],
    [margin, margin],
  ]);
}

/** Row and column of each tap. */
function offsets(size: number): [number, number][] {
  return Array.from({ length: size * size }, (_, tap) => [Math.floor(tap / size), tap % size]);
}
