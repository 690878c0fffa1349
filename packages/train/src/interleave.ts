import * as tf from '@tensorflow/tfjs';

/** Moves pixels along an axis by one; zeros come in. */
export function shift(x: tf.Tensor4D, axis: 1 | 2, by: 1 | -1): tf.Tensor4D {
  const begin = [0, 0, 0, 0];
  const size = [...x.shape];
  const pads: [number, number][] = [0, 1, 2, 3].map(() => [0, 0]);
  begin[axis] = by === 1 ? 0 : 1;
  size[axis]! -= 1;
  pads[axis] = by === 1 ? [1, 0] : [0, 1];
  return tf.pad(tf.slice(x, begin, size), pads);
}

/** Even and odd large pixels in turn: [N, H, W, O] each, along the rows (axis 2) or the columns (axis 3). */
export function interleave([even, odd]: tf.Tensor4D[], axis: 2 | 3): tf.Tensor4D {
  const [count, height, width, outputs] = even!.shape;
  if (axis === 3) return tf.reshape(tf.concat([even!, odd!], 3), [count, height, 2 * width, outputs]);
  const rows = [even!, odd!].map((x) => tf.reshape<tf.Rank.R4>(x, [count, height, 1, width * outputs]));
  return tf.reshape(tf.concat(rows, 2), [count, 2 * height, width, outputs]);
}
