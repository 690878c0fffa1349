import type { Random } from '@infogan/contract';
import type { Recipe } from './recipe.ts';

/** Code units per radian of slant: c = ±1 then spans the middle 90 % of MNIST (0.14 ± 0.26 rad). */
const CODES_PER_SLANT = 2.2;
/** Code units per unit of thickening, and per unit of enlargement, which widens the stroke too (2.57 ± 0.63 px). */
const CODES_PER_THICKENING = 1.6;
const CODES_PER_ENLARGEMENT = 2.4;

/** Changed copies of a batch, with the change that was made to each picture's slant and thickness, in code units. */
export interface AugmentedBatch {
  /** [N, size, size] in [0, 1]. */
  readonly images: Float32Array;
  /** [N, 2]: by how much c1 (slant) and c2 (thickness) must rise. */
  readonly codeChange: Float32Array;
}

/**
 * Anchored codes: copies each picture thickened or thinned by t and mapped affinely at random. The change is
 * known, so it tells what the codes must mean without any label.
 * @param images [N, height, width] in [0, 1], 1 = ink
 */
export function augmentBatch(
  images: Float32Array,
  { height, width }: { height: number; width: number },
  ranges: Recipe['augment'],
  random: Random,
): AugmentedBatch {
  const size = height * width;
  const count = images.length / size;
  const changed = new Float32Array(images.length);
  const codeChange = new Float32Array(count * 2);
  const stroke = new Float32Array(size);
  for (let i = 0; i < count; i++) {
    const source = images.subarray(i * size, (i + 1) * size);
    const thickening = random.between(-ranges.thicken, ranges.thicken);
    thicken(source, width, height, thickening, stroke);
    const map = drawMap(ranges, random);
    warp(stroke, width, height, map, changed.subarray(i * size, (i + 1) * size));
    const enlargement = Math.sqrt(Math.abs(map.xx * map.yy - map.xy * map.yx));
    codeChange[2 * i] = CODES_PER_SLANT * slantChange(source, width, map);
    codeChange[2 * i + 1] = CODES_PER_THICKENING * thickening + CODES_PER_ENLARGEMENT * (enlargement - 1);
  }
  return { images: changed, codeChange };
}

/** Blends a picture with its 4-neighbour maximum (amount > 0, thicker) or minimum (amount < 0, thinner). */
export function thicken(
  source: Float32Array,
  width: number,
  height: number,
  amount: number,
  out: Float32Array,
): void {
  const extreme = amount > 0 ? Math.max : Math.min;
  const share = Math.abs(amount);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const ink = source[at]!;
      const left = x > 0 ? source[at - 1]! : 0;
      const right = x < width - 1 ? source[at + 1]! : 0;
      const up = y > 0 ? source[at - width]! : 0;
      const down = y < height - 1 ? source[at + width]! : 0;
      out[at] = ink + share * (extreme(ink, left, right, up, down) - ink);
    }
  }
}

/** A linear map of the plane (x right, y down, origin in the picture's centre) and a shift in pixels. */
export interface AffineMap {
  readonly xx: number;
  readonly xy: number;
  readonly yx: number;
  readonly yy: number;
  readonly shiftX: number;
  readonly shiftY: number;
}

/** `Rotation * Shear * Scale`, each drawn from its range; positive rotation and shear lean to the right. */
function drawMap(ranges: Recipe['augment'], random: Random): AffineMap {
  const rotation = random.between(-ranges.rotation, ranges.rotation);
  const shear = random.between(-ranges.shear, ranges.shear);
  const scaleX = Math.exp(random.between(-ranges.scale, ranges.scale));
  const scaleY = Math.exp(random.between(-ranges.scale, ranges.scale));
  const [cos, sin] = [Math.cos(rotation), Math.sin(rotation)];
  return {
    xx: cos * scaleX,
    xy: (-cos * shear - sin) * scaleY,
    yx: sin * scaleX,
    yy: (-sin * shear + cos) * scaleY,
    shiftX: random.between(-ranges.shift, ranges.shift),
    shiftY: random.between(-ranges.shift, ranges.shift),
  };
}

/** Maps a picture, bilinear; outside is paper. */
export function warp(
  source: Float32Array,
  width: number,
  height: number,
  map: AffineMap,
  out: Float32Array,
): void {
  const determinant = map.xx * map.yy - map.xy * map.yx;
  const [ixx, ixy] = [map.yy / determinant, -map.xy / determinant];
  const [iyx, iyy] = [-map.yx / determinant, map.xx / determinant];
  const [centreX, centreY] = [(width - 1) / 2, (height - 1) / 2];
  for (let y = 0; y < height; y++) {
    const dy = y - centreY - map.shiftY;
    for (let x = 0; x < width; x++) {
      const dx = x - centreX - map.shiftX;
      const sx = ixx * dx + ixy * dy + centreX;
      const sy = iyx * dx + iyy * dy + centreY;
      out[y * width + x] = sample(source, width, height, sx, sy);
    }
  }
}

function sample(source: Float32Array, width: number, height: number, x: number, y: number): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  if (left < -1 || top < -1 || left >= width || top >= height) return 0;
  const [right, bottom] = [left + 1, top + 1];
  const [u, v] = [x - left, y - top];
  const row = top * width;
  const a = left >= 0 && top >= 0 ? source[row + left]! : 0;
  const b = right < width && top >= 0 ? source[row + right]! : 0;
  const c = left >= 0 && bottom < height ? source[row + width + left]! : 0;
  const d = right < width && bottom < height ? source[row + width + right]! : 0;
  return (a * (1 - u) + b * u) * (1 - v) + (c * (1 - u) + d * u) * v;
}

/** By how much the slant (rad, `atan(-u11 / u02)` of the central moments) rises when a picture is mapped. */
export function slantChange(source: Float32Array, width: number, map: AffineMap): number {
  let [mass, mx, my] = [0, 0, 0];
  for (let i = 0; i < source.length; i++) {
    const ink = source[i]!;
    if (ink === 0) continue;
    mass += ink;
    mx += ink * (i % width);
    my += ink * Math.floor(i / width);
  }
  if (mass === 0) return 0;
  mx /= mass;
  my /= mass;
  let [u20, u11, u02] = [0, 0, 0];
  for (let i = 0; i < source.length; i++) {
    const ink = source[i]!;
    if (ink === 0) continue;
    const x = (i % width) - mx;
    const y = Math.floor(i / width) - my;
    u20 += ink * x * x;
    u11 += ink * x * y;
    u02 += ink * y * y;
  }
  // the covariance matrix U becomes A U A^T
  const { xx, xy, yx, yy } = map;
  const mapped11 = xx * yx * u20 + (xx * yy + xy * yx) * u11 + xy * yy * u02;
  const mapped02 = yx * yx * u20 + 2 * yx * yy * u11 + yy * yy * u02;
  return Math.atan2(-mapped11, mapped02) - Math.atan2(-u11, u02);
}
