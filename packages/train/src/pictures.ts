import { fromBytes } from '@infogan/contract';
import type { LabelledImages } from '@infogan/data';

/** Ink [0, 1] of each byte, and the same in tanh's range [-1, 1]. */
const INK = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);
const TANH = toTanhRange(INK);

/** Pictures by index as ink [N, height, width, channels] in [0, 1]. */
export function gatherPictures(images: LabelledImages, indices: Int32Array): Float32Array {
  return gather(images, indices, INK);
}

/** Pictures by index in the range of tanh, [N, height, width, channels] in [-1, 1]. */
export function gatherTanhPictures(images: LabelledImages, indices: Int32Array): Float32Array {
  return gather(images, indices, TANH);
}

function gather(
  { pixels, height, width, channels }: LabelledImages,
  indices: Int32Array,
  values: Float32Array,
): Float32Array {
  const size = height * width * channels;
  const gathered = new Float32Array(indices.length * size);
  for (let i = 0; i < indices.length; i++) {
    const start = indices[i]! * size;
    for (let k = 0; k < size; k++) gathered[i * size + k] = values[pixels[start + k]!]!;
  }
  return gathered;
}

/** The first pictures, at most `count`, as ink [N, height, width, channels] in [0, 1]. */
export function firstPictures(images: LabelledImages, count: number): Float32Array {
  return pictureRange(images, 0, Math.min(images.count, count));
}

/** Ink [0, 1] to the range of tanh [-1, 1]. */
export function toTanhRange(ink: Float32Array): Float32Array {
  const result = new Float32Array(ink.length);
  for (let i = 0; i < ink.length; i++) result[i] = ink[i]! * 2 - 1;
  return result;
}

/** Pictures from `first` up to `last` as ink [N, height, width, channels] in [0, 1]. */
export function pictureRange(images: LabelledImages, first: number, last: number): Float32Array {
  const size = images.height * images.width * images.channels;
  return fromBytes(images.pixels.subarray(first * size, last * size));
}

/** [N, height, width, channels] to [N, channels, height, width]. */
export function channelsFirst(
  pictures: Float32Array,
  { height, width, channels }: Pick<LabelledImages, 'height' | 'width' | 'channels'>,
): Float32Array {
  if (channels === 1) return pictures;
  const plane = height * width;
  const planar = new Float32Array(pictures.length);
  for (let start = 0; start < pictures.length; start += plane * channels) {
    for (let c = 0; c < channels; c++) {
      for (let i = 0; i < plane; i++) planar[start + c * plane + i] = pictures[start + i * channels + c]!;
    }
  }
  return planar;
}
