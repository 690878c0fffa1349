import { fromBytes } from '@infogan/contract';
import type { LabelledImages } from '@infogan/data';

/** Pictures by index as ink [N, height, width] in [0, 1]. */
export function gatherPictures(
  { pixels, height, width }: LabelledImages,
  indices: Int32Array | readonly number[],
): Float32Array {
  const size = height * width;
  const gathered = new Float32Array(indices.length * size);
  indices.forEach((index, i) => {
    for (let k = 0; k < size; k++) gathered[i * size + k] = pixels[index * size + k]! / 255;
  });
  return gathered;
}

/** The first pictures, at most `count`, as ink [N, height, width] in [0, 1]. */
export function firstPictures({ pixels, height, width }: LabelledImages, count: number): Float32Array {
  return fromBytes(pixels.subarray(0, count * height * width));
}

/** Ink [0, 1] to the range of tanh [-1, 1]. */
export function toTanhRange(ink: Float32Array): Float32Array {
  return ink.map((value) => value * 2 - 1);
}
