import type { GreyImage } from '@infogan/contract';

/** How many times a picture is enlarged before its strokes are measured (Morpho-MNIST). */
export const SCALE = 4;

/** Standard deviation of the smoothing, in enlarged pixels: `2 * upscale / 6` as in skimage's pyramid_expand. */
const SIGMA = (2 * SCALE) / 6;

/** Weights of the four neighbouring pixels for each of the four positions inside a pixel. */
const PHASES = Array.from({ length: SCALE }, (_, phase) => {
  const position = (phase + 0.5) / SCALE - 0.5;
  const first = Math.floor(position) - 1;
  return { first, weights: [0, 1, 2, 3].map((k) => catmullRom(position - (first + k))) };
});

type Six = [number, number, number, number, number, number];
const SMOOTHING = gaussian(SIGMA);

/**
 * Enlarges a picture four times and smooths it, as Morpho-MNIST did by `skimage.transform.pyramid_expand(image,
 * upscale=4, order=3)`: Catmull-Rom interpolation, clipped to the range of the picture, then a Gaussian, then
 * whole bytes. (skimage 0.18 and later interpolate by a B-spline; the published measurements do not.)
 * @returns ink in [0, 1], [4 height, 4 width]
 */
export function enlarge({ width, height, ink }: GreyImage): GreyImage {
  let [low, high] = [Infinity, -Infinity];
  for (const value of ink) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const tall = stretch(ink, width, height);
  const large = stretch(tall, height * SCALE, width);
  for (let i = 0; i < large.length; i++) large[i] = Math.min(high, Math.max(low, large[i]!));
  const size = { width: width * SCALE, height: height * SCALE };
  const once = smooth(large, size.width, size.height);
  const twice = smooth(once, size.height, size.width);
  // whole bytes, rounded down, as Morpho-MNIST has them: faint ringing far from the digit goes
  for (let i = 0; i < twice.length; i++) twice[i] = Math.floor(twice[i]! * 255 + 1e-4) / 255;
  return { ...size, ink: twice };
}

/** The interpolating cubic kernel of `skimage.transform.warp(order=3)`. */
function catmullRom(x: number): number {
  const t = Math.abs(x);
  if (t >= 2) return 0;
  return t < 1 ? 1 - 2.5 * t * t + 1.5 * t ** 3 : 2 - 4 * t + 2.5 * t * t - 0.5 * t ** 3;
}

/** Weights of the middle and of the five neighbours on either side: cut off at four standard deviations. */
function gaussian(sigma: number): Six {
  const half = [0, 1, 2, 3, 4, 5].map((i) => Math.exp((-i * i) / (2 * sigma * sigma)));
  const total = 2 * half.reduce((sum, weight) => sum + weight) - 1;
  return half.map((weight) => weight / total) as Six;
}

/** Index of a line of `length` values continued by mirroring at its first and last value. */
function mirrored(i: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const r = ((i % period) + period) % period;
  return r < length ? r : period - r;
}

/** The rows top … bottom - 1 that lie within `reach` of a row with ink; the others stay zero. */
function reachOfInk(image: Float32Array, width: number, height: number, reach: number) {
  let [first, last] = [0, image.length - 1];
  while (first < image.length && image[first] === 0) first++;
  while (last > first && image[last] === 0) last--;
  return {
    top: Math.max(0, Math.floor(first / width) - reach),
    bottom: Math.min(height, Math.floor(last / width) + reach + 1),
  };
}

/** Interpolates along y at four positions a pixel; gives the transpose: [width, 4 height]. */
function stretch(image: Float32Array, width: number, height: number): Float32Array {
  const length = height * SCALE;
  const result = new Float32Array(width * length);
  const { top, bottom } = reachOfInk(image, width, height, 2);
  for (let y = top; y < bottom; y++) {
    for (let phase = 0; phase < SCALE; phase++) {
      const { first, weights } = PHASES[phase]!;
      const [w0, w1, w2, w3] = weights as [number, number, number, number];
      const r0 = mirrored(y + first, height) * width;
      const r1 = mirrored(y + first + 1, height) * width;
      const r2 = mirrored(y + first + 2, height) * width;
      const r3 = mirrored(y + first + 3, height) * width;
      let target = y * SCALE + phase;
      for (let x = 0; x < width; x++, target += length) {
        result[target] =
          w0 * image[r0 + x]! + w1 * image[r1 + x]! + w2 * image[r2 + x]! + w3 * image[r3 + x]!;
      }
    }
  }
  return result;
}

/** Convolves along y with the Gaussian, mirrored at the border; gives the transpose: [width, height]. */
function smooth(image: Float32Array, width: number, height: number): Float32Array {
  const result = new Float32Array(image.length);
  const [w0, w1, w2, w3, w4, w5] = SMOOTHING;
  const { top, bottom } = reachOfInk(image, width, height, SMOOTHING.length - 1);
  for (let y = top; y < bottom; y++) {
    const a0 = y * width;
    const [a1, b1] = [mirrored(y - 1, height) * width, mirrored(y + 1, height) * width];
    const [a2, b2] = [mirrored(y - 2, height) * width, mirrored(y + 2, height) * width];
    const [a3, b3] = [mirrored(y - 3, height) * width, mirrored(y + 3, height) * width];
    const [a4, b4] = [mirrored(y - 4, height) * width, mirrored(y + 4, height) * width];
    const [a5, b5] = [mirrored(y - 5, height) * width, mirrored(y + 5, height) * width];
    for (let x = 0, target = y; x < width; x++, target += height) {
      result[target] =
        w0 * image[a0 + x]! +
        w1 * (image[a1 + x]! + image[b1 + x]!) +
        w2 * (image[a2 + x]! + image[b2 + x]!) +
        w3 * (image[a3 + x]! + image[b3 + x]!) +
        w4 * (image[a4 + x]! + image[b4 + x]!) +
        w5 * (image[a5 + x]! + image[b5 + x]!);
    }
  }
  return result;
}
