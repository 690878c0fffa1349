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
  const drawBend = bender(width, height);
  for (let start = 0; start < images.length; start += size) {
    const thickening = random.between(-ranges.thicken, ranges.thicken);
    thicken(images.subarray(start, start + size), width, height, thickening, stroke);
    const map = drawMap(ranges, random);
    const bend = ranges.elastic > 0 ? drawBend(ranges.elastic, random) : null;
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
  const share = Math.abs(amount);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const ink = source[at]!;
      const left = x > 0 ? source[at - 1]! : 0;
      const right = x < width - 1 ? source[at + 1]! : 0;
      const up = y > 0 ? source[at - width]! : 0;
      const down = y < height - 1 ? source[at + width]! : 0;
      // written out: Math.max of five numbers takes most of this function's time
      let extreme = ink;
      if (amount > 0) {
        if (left > extreme) extreme = left;
        if (right > extreme) extreme = right;
        if (up > extreme) extreme = up;
        if (down > extreme) extreme = down;
      } else {
        if (left < extreme) extreme = left;
        if (right < extreme) extreme = right;
        if (up < extreme) extreme = up;
        if (down < extreme) extreme = down;
      }
      out[at] = ink + share * (extreme - ink);
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
 * Elastic bends of pictures of one size (after Simard et al. 2003): normal displacements at the nodes of a coarse grid,
 * in between smoothly interpolated, which costs less than filtering noise at every pixel.
 * @returns draws the next bend; it is overwritten by the one after it
 */
function bender(width: number, height: number): (deviation: number, random: Random) => Bend {
  const columns = Math.ceil(width / NODE_SPACING) + 1;
  const grid = new Float32Array((Math.ceil(height / NODE_SPACING) + 1) * columns);
  const [across, down] = [placesOf(width), placesOf(height)];
  const bend = { x: new Float32Array(width * height), y: new Float32Array(width * height) };
  const interpolate = (field: Float32Array): void => {
    for (let row = 0; row < height; row++) {
      const first = down.node[row]! * columns;
      const v = down.share[row]!;
      for (let column = 0; column < width; column++) {
        const at = first + across.node[column]!;
        const u = across.share[column]!;
        const above = grid[at]! * (1 - u) + grid[at + 1]! * u;
        const below = grid[at + columns]! * (1 - u) + grid[at + columns + 1]! * u;
        field[row * width + column] = above * (1 - v) + below * v;
      }
    }
  };
  return (deviation, random) => {
    for (const field of [bend.x, bend.y]) {
      for (let node = 0; node < grid.length; node++) grid[node] = deviation * random.normal();
      interpolate(field);
    }
    return bend;
  };
}

/** The node before each pixel of a line, and how much the next one counts. */
function placesOf(length: number): { node: Int32Array; share: Float64Array } {
  const node = Int32Array.from({ length }, (_, i) => Math.floor(i / NODE_SPACING));
  return { node, share: Float64Array.from(node, (before, i) => smooth(i / NODE_SPACING - before)) };
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
  const u = x - left;
  const v = y - top;
  const at = top * width + left;
  if (left >= 0 && top >= 0 && left < width - 1 && top < height - 1) {
    const upper = source[at]! * (1 - u) + source[at + 1]! * u;
    return upper * (1 - v) + (source[at + width]! * (1 - u) + source[at + width + 1]! * u) * v;
  }
  const a = left >= 0 && top >= 0 ? source[at]! : 0;
  const b = left < width - 1 && top >= 0 ? source[at + 1]! : 0;
  const c = left >= 0 && top < height - 1 ? source[at + width]! : 0;
  const d = left < width - 1 && top < height - 1 ? source[at + width + 1]! : 0;
  return (a * (1 - u) + b * u) * (1 - v) + (c * (1 - u) + d * u) * v;
}
