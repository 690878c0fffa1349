import type { GreyImage } from '@infogan/contract';
import type { LabelledImages } from '@infogan/data';
import { imageMoments } from '@infogan/measure';
import { warp } from '../augment.ts';
import { gatherPictures } from '../pictures.ts';

/** All pictures set upright. @param images one channel */
export function uprightPictures(images: LabelledImages): LabelledImages {
  const { count, height, width } = images;
  const size = height * width;
  const pixels = new Uint8Array(count * size);
  const ink = new Float32Array(size);
  for (let i = 0; i < count; i++) {
    setUpright({ width, height, ink: gatherPictures(images, Int32Array.of(i)) }, ink);
    for (let k = 0; k < size; k++) pixels[i * size + k] = Math.round(255 * ink[k]!);
  }
  return { ...images, pixels };
}

/**
 * Shears a picture so that its slant is none and moves its centre of ink into the middle.
 * @param out [height, width] in [0, 1], overwritten
 */
function setUpright({ width, height, ink }: GreyImage, out: Float32Array): void {
  const { mass, x, y, shear } = imageMoments({ width, height, ink });
  const shiftY = mass > 0 ? (height - 1) / 2 - y : 0;
  const shiftX = mass > 0 ? (width - 1) / 2 - x - shear * shiftY : 0;
  const map = { xx: 1, xy: -shear, yx: 0, yy: 1, shiftX, shiftY };
  warp(ink, width, height, map, null, out);
}
