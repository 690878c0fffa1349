import type { GreyImage } from '@infogan/contract';
import { imageMoments } from '@infogan/measure';
import { warp } from '../augment.ts';

/**
 * Shears a picture so that its slant is none and moves its centre of ink into the middle.
 * @param out [height, width] in [0, 1], overwritten
 */
export function setUpright({ width, height, ink }: GreyImage, out: Float32Array): void {
  const { mass, x, y, shear } = imageMoments({ width, height, ink });
  const shiftY = mass > 0 ? (height - 1) / 2 - y : 0;
  const shiftX = mass > 0 ? (width - 1) / 2 - x - shear * shiftY : 0;
  const map = { xx: 1, xy: -shear, yx: 0, yy: 1, shiftX, shiftY };
  warp(ink, width, height, map, null, out);
}
