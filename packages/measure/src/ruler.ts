import { UserError, type GreyImage } from '@infogan/contract';
import { SCALE, enlarge } from './enlarge.ts';
import { medialAxis, squaredDistances, type Bitmap } from './medial-axis.ts';
import { boundingParallelogram, imageMoments } from './moments.ts';

/** What the ruler reads in one picture. Lengths in pixels of the picture, area in square pixels. */
export interface Measurement {
  /** Radians; positive leans right. */
  readonly slant: number;
  /** Mean width of the strokes. */
  readonly thickness: number;
  readonly area: number;
  /** Length of the strokes' middle line. */
  readonly length: number;
  /** Extent of the digit along its slanted lines, 1 % of the ink left out at either side. */
  readonly width: number;
  readonly height: number;
}

export interface FrameSize {
  readonly width: number;
  readonly height: number;
}

const MNIST_FRAME: FrameSize = { width: 28, height: 28 };
const SCALE_AREA = SCALE ** 2;

/** Pictures whose brightest and darkest pixel differ by less have no strokes (half a step of a byte). */
const LEAST_CONTRAST = 0.5 / 255;

/**
 * Slant of a digit: atan(-u11 / u02) of the grey picture's central moments (Castro et al. 2019, Morpho-MNIST).
 * @param image ink [height * width] in [0, 1]
 * @returns radians, positive leans right; 0 for a picture without ink or of one line
 */
export function slant(image: Float32Array, size: FrameSize = MNIST_FRAME): number {
  return Math.atan(-imageMoments(checked(image, size)).shear);
}

/**
 * Mean thickness of the strokes in pixels: twice the mean distance to paper over the medial axis of the enlarged,
 * smoothed picture, binarised at half its range (Castro et al. 2019, Morpho-MNIST).
 * @param image ink [height * width] in [0, 1]
 * @returns pixels; 0 for a picture without ink. A picture of one tone is paper below 0.5, else all ink.
 */
export function thickness(image: Float32Array, size: FrameSize = MNIST_FRAME): number {
  const grey = checked(image, size);
  const bitmap = binarise(enlarge(grey), contrast(grey));
  const squared = squaredDistances(bitmap);
  return meanThickness(medialAxis(bitmap, squared), squared);
}

/**
 * All of Morpho-MNIST's measurements of one picture (Castro et al. 2019; its `measure_image`).
 * Every picture has finite answers; a picture without ink has zeros.
 * @param image ink [height * width] in [0, 1]
 */
export function measureImage(image: Float32Array, size: FrameSize = MNIST_FRAME): Measurement {
  const grey = checked(image, size);
  const large = enlarge(grey);
  const bitmap = binarise(large, contrast(grey));
  const squared = squaredDistances(bitmap);
  const axis = medialAxis(bitmap, squared);
  const box = boundingParallelogram(large);
  return {
    slant: Math.atan(-imageMoments(grey).shear),
    thickness: meanThickness(axis, squared),
    area: countInk(bitmap) / SCALE_AREA,
    length: axisLength(axis, bitmap.width) / SCALE,
    width: box.width / SCALE,
    height: box.height / SCALE,
  };
}

function checked(ink: Float32Array, { width, height }: FrameSize): GreyImage {
  if (ink.length !== width * height) {
    throw new UserError(
      `ruler: got ${ink.length} pixels for a picture of ${width} x ${height}; pass one channel of ink, [height * width]`,
    );
  }
  return { width, height, ink };
}

interface Range {
  readonly low: number;
  readonly high: number;
}

function contrast({ ink }: GreyImage): Range {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < ink.length; i++) {
    low = Math.min(low, ink[i]!);
    high = Math.max(high, ink[i]!);
  }
  return { low, high };
}

/** Ink where the enlarged picture reaches half its range; one tone is compared with 0.5 instead. */
function binarise({ width, height, ink }: GreyImage, picture: Range): Bitmap {
  const range = contrast({ width, height, ink });
  const flat = picture.high - picture.low < LEAST_CONTRAST;
  const threshold = flat ? 0.5 : range.low + (range.high - range.low) / 2;
  const bordered = { width: width + 2, height: height + 2 };
  const bits = new Uint8Array(bordered.width * bordered.height);
  for (let y = 0; y < height; y++) {
    const row = (y + 1) * bordered.width + 1;
    for (let x = 0; x < width; x++) bits[row + x] = ink[y * width + x]! >= threshold ? 1 : 0;
  }
  return { ...bordered, ink: bits };
}

function countInk({ ink }: Bitmap): number {
  let count = 0;
  for (let i = 0; i < ink.length; i++) count += ink[i]!;
  return count;
}

function meanThickness(axis: Uint8Array, squared: Uint16Array): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < axis.length; i++) {
    if (axis[i] === 0) continue;
    sum += Math.sqrt(squared[i]!);
    count++;
  }
  return count === 0 ? 0 : (2 * sum) / count / SCALE;
}

/** Steps along the axis: 1 to a neighbour at the side, √2 to one across the corner. */
function axisLength(axis: Uint8Array, width: number): number {
  let length = 0;
  for (let i = 0; i < axis.length; i++) {
    if (axis[i] === 0) continue;
    const below = i + width;
    length += axis[i + 1]! + axis[below]! + Math.SQRT2 * (axis[below - 1]! + axis[below + 1]!);
  }
  return length;
}
