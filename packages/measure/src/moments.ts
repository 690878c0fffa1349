import type { GreyImage } from '@infogan/contract';

export interface Moments {
  /** Sum of ink. */
  readonly mass: number;
  /** Centre of the ink, pixels. */
  readonly x: number;
  readonly y: number;
  /** u11 / u02: pixels to the right per pixel down; 0 where the ink has no height. */
  readonly shear: number;
}

/** Share of the ink that may lie outside the bounding parallelogram, both sides together (Morpho-MNIST). */
const OUTSIDE = 0.02;

/** First and second moments of the ink. A picture without ink has all zeros. */
export function imageMoments({ width, height, ink }: GreyImage): Moments {
  let [mass, sx, sy, sxy, syy] = [0, 0, 0, 0, 0];
  for (let y = 0; y < height; y++) {
    let [row, rowX] = [0, 0];
    for (let x = 0; x < width; x++) {
      const value = ink[y * width + x]!;
      row += value;
      rowX += value * x;
    }
    mass += row;
    sx += rowX;
    sy += row * y;
    sxy += rowX * y;
    syy += row * y * y;
  }
  if (!(mass > 0)) return { mass: 0, x: 0, y: 0, shear: 0 };
  const [x, y] = [sx / mass, sy / mass];
  const [u11, u02] = [sxy / mass - x * y, syy / mass - y * y];
  return { mass, x, y, shear: u02 > 1e-9 ? u11 / u02 : 0 };
}

/**
 * Width and height, in pixels of `image`, of the parallelogram along the digit's slant that leaves 1 % of the ink
 * out at each of its four sides (Morpho-MNIST's `bounding_parallelogram`).
 */
export function boundingParallelogram(image: GreyImage): { width: number; height: number } {
  const { width, height, ink } = image;
  const { mass, y: middle, shear } = imageMoments(image);
  if (mass === 0) return { width: 0, height: 0 };
  // one column of ink per whole pixel of the axis that runs along the slant: x + 0.5 < t + shear * (y - middle)
  const across = new Float64Array(width + 1);
  const down = new Float64Array(height + 1);
  for (let y = 0; y < height; y++) {
    const offset = 0.5 - shear * (y - middle);
    for (let x = 0; x < width; x++) {
      const value = ink[y * width + x]!;
      const t = Math.floor(x + offset) + 1;
      across[Math.min(width, Math.max(0, t))]! += value;
      down[y + 1]! += value;
    }
  }
  return { width: extent(across, mass), height: extent(down, mass) };
}

/** Distance between the two places where the cumulative ink passes OUTSIDE/2 and 1 - OUTSIDE/2. */
function extent(inkBefore: Float64Array, mass: number): number {
  const place = (share: number): number => {
    let before = 0;
    for (let t = 0; t < inkBefore.length; t++) {
      const until = before + inkBefore[t]! / mass;
      if (until >= share) return until > before ? t - (until - share) / (until - before) : t;
      before = until;
    }
    return inkBefore.length - 1;
  };
  return Math.max(0, place(1 - OUTSIDE / 2) - place(OUTSIDE / 2));
}
