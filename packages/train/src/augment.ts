import type { Random } from '@infogan/contract';
import type { Recipe } from './recipe.ts';

/** The recipe's ranges at one moment of the training. */
export type AugmentRanges = Omit<Recipe['augment'], 'elastic'> & {
  /** Standard deviation of the elastic displacement, pixels. */
  readonly elastic: number;
};

/**
 * Copies each picture thickened or thinned, mapped affinely and bent elastically, all at random.
 * @param images [N, height, width] in [0, 1], 1 = ink
 * @returns [N, height, width] in [0, 1]
 */
export function augmentBatch(
  images: Float32Array,
  { height, width }: { height: number; width: number },
  ranges: AugmentRanges,
  random: Random,
): Float32Array {
  const size = height * width;
  const changed = new Float32Array(images.length);
  const stroke = new Float32Array(size);
  for (let start = 0; start < images.length; start += size) {
    const thickening = random.between(-ranges.thicken, ranges.thicken);
    thicken(images.subarray(start, start + size), width, height, thickening, stroke);
    const map = drawMap(ranges, random);
    const bend = ranges.elastic > 0 ? drawBend(width, height, ranges.elastic, random) : null;
    warp(stroke, width, height, map, bend, changed.subarray(start, start + size));
  }
  return changed;
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
function drawMap(ranges: AugmentRanges, random: Random): AffineMap {
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

/** Displacements of every pixel, in pixels. */
interface Bend {
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** Pixels between two nodes of an elastic bend. */
const NODE_SPACING = 7;

/**
 * An elastic bend (after Simard et al. 2003): normal displacements at the nodes of a coarse grid, in between smoothly
 * interpolated, which costs less than filtering noise at every pixel.
 */
function drawBend(width: number, height: number, deviation: number, random: Random): Bend {
  const columns = Math.ceil(width / NODE_SPACING) + 1;
  const rows = Math.ceil(height / NODE_SPACING) + 1;
  const nodes = Array.from({ length: 2 }, () =>
    Float32Array.from({ length: rows * columns }, () => deviation * random.normal()),
  );
  const [x, y] = nodes.map((grid) => {
    const field = new Float32Array(width * height);
    for (let row = 0; row < height; row++) {
      const top = Math.floor(row / NODE_SPACING);
      const v = smooth(row / NODE_SPACING - top);
      for (let column = 0; column < width; column++) {
        const left = Math.floor(column / NODE_SPACING);
        const u = smooth(column / NODE_SPACING - left);
        const at = top * columns + left;
        const above = grid[at]! * (1 - u) + grid[at + 1]! * u;
        const below = grid[at + columns]! * (1 - u) + grid[at + columns + 1]! * u;
        field[row * width + column] = above * (1 - v) + below * v;
      }
    }
    return field;
  });
  return { x: x!, y: y! };
}

/** Smoothstep: 0 to 1 with level ends. */
function smooth(t: number): number {
  return t * t * (3 - 2 * t);
}

/** Maps a picture, bilinear; outside is paper. */
export function warp(
  source: Float32Array,
  width: number,
  height: number,
  map: AffineMap,
  bend: Bend | null,
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
      const at = y * width + x;
      const sx = ixx * dx + ixy * dy + centreX + (bend === null ? 0 : bend.x[at]!);
      const sy = iyx * dx + iyy * dy + centreY + (bend === null ? 0 : bend.y[at]!);
      out[at] = sample(source, width, height, sx, sy);
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
