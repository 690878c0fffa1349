import { fromBytes } from '@infogan/contract';
import type { LabelledImages } from '@infogan/data';

/** Ink [0, 1] of each byte, and the same in tanh's range [-1, 1]. */
const INK = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);
const TANH = toTanhRange(INK);

/** Pictures by index as ink [N, height, width] in [0, 1]. */
export function gatherPictures(images: LabelledImages, indices: Int32Array): Float32Array {
  return gather(images, indices, INK);
}

/** Pictures by index in the range of tanh, [N, height, width] in [-1, 1]. */
export function gatherTanhPictures(images: LabelledImages, indices: Int32Array): Float32Array {
  return gather(images, indices, TANH);
}

function gather({ pixels, height, width }: LabelledImages, indices: Int32Array, values: Float32Array) {
  const size = height * width;
  const gathered = new Float32Array(indices.length * size);
  for (let i = 0; i < indices.length; i++) {
    const start = indices[i]! * size;
    for (let k = 0; k < size; k++) gathered[i * size + k] = values[pixels[start + k]!]!;
  }
  return gathered;
}

/** The first pictures, at most `count`, as ink [N, height, width] in [0, 1]. */
export function firstPictures({ pixels, height, width }: LabelledImages, count: number): Float32Array {
  return fromBytes(pixels.subarray(0, count * height * width));
}

/** Ink [0, 1] to the range of tanh [-1, 1]. */
export function toTanhRange(ink: Float32Array): Float32Array {
  const result = new Float32Array(ink.length);
  for (let i = 0; i < ink.length; i++) result[i] = ink[i]! * 2 - 1;
  return result;
}
