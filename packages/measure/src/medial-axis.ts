/** A black-and-white picture with a border of one paper pixel on every side. */
export interface Bitmap {
  /** Width and height including the border. */
  readonly width: number;
  readonly height: number;
  /** 1 = ink, [height, width]; the border is 0. */
  readonly ink: Uint8Array;
}

const CENTRE = 1 << 4;
const REMOVABLE = Uint8Array.from({ length: 512 }, (_, pattern) => (isRemovable(pattern) ? 1 : 0));
const PAPER_AROUND = Uint8Array.from({ length: 512 }, (_, pattern) => 9 - bitCount(pattern));

/**
 * Squared Euclidean distance of every ink pixel to the nearest paper pixel; 0 on paper. Exact.
 * What lies outside the frame counts as paper, so a picture full of ink has distances too.
 */
export function squaredDistances({ width, height, ink }: Bitmap): Uint16Array {
  const vertical = new Uint16Array(ink.length);
  for (let i = width; i < ink.length; i++) vertical[i] = ink[i] === 0 ? 0 : vertical[i - width]! + 1;
  for (let i = ink.length - width - 1; i >= 0; i--) {
    vertical[i] = Math.min(vertical[i]!, vertical[i + width]! + 1);
  }
  const squared = new Uint16Array(ink.length);
  for (let y = 1; y < height - 1; y++) {
    for (let i = y * width + 1; i < (y + 1) * width - 1; i++) {
      if (ink[i] === 0) continue;
      let nearest = vertical[i]! ** 2;
      for (let k = 1; k * k < nearest; k++) {
        const side = Math.min(vertical[i - k]!, vertical[i + k]!);
        nearest = Math.min(nearest, k * k + side * side);
      }
      squared[i] = nearest;
    }
  }
  return squared;
}

/**
 * The medial axis as `skimage.morphology.medial_axis` defines it: ink pixels are visited by growing distance to
 * paper, within one distance the least cornered first, and removed where that keeps the 8-connected pieces of
 * their 3x3 neighbourhood and at least two neighbours remain. Ties, which skimage breaks at random, are broken by
 * a fixed scramble of the position, so that the same picture always gives the same axis.
 * @param squared `squaredDistances(bitmap)`
 * @returns 1 on the axis, [height, width] with the border
 */
export function medialAxis({ width, ink }: Bitmap, squared: Uint16Array): Uint8Array {
  const axis = ink.slice();
  const keys = new Float64Array(ink.length);
  let count = 0;
  for (let i = 0; i < ink.length; i++) {
    if (ink[i] === 0) continue;
    const cornered = PAPER_AROUND[patternAt(ink, width, i)]!;
    // distance, then cornerness, then the scramble, then the position itself: one number that sorts
    keys[count++] = ((squared[i]! * 16 + cornered) * 1024 + scramble(i)) * ink.length + i;
  }
  const order = keys.subarray(0, count).sort();
  for (let k = 0; k < count; k++) {
    const i = order[k]! % ink.length;
    if (REMOVABLE[patternAt(axis, width, i)] === 1) axis[i] = 0;
  }
  return axis;
}

/** The 3x3 neighbourhood as nine bits, row by row, the pixel itself being bit 4. */
function patternAt(ink: Uint8Array, width: number, i: number): number {
  const [above, below] = [i - width, i + width];
  return (
    ink[above - 1]! |
    (ink[above]! << 1) |
    (ink[above + 1]! << 2) |
    (ink[i - 1]! << 3) |
    (ink[i]! << 4) |
    (ink[i + 1]! << 5) |
    (ink[below - 1]! << 6) |
    (ink[below]! << 7) |
    (ink[below + 1]! << 8)
  );
}

function isRemovable(pattern: number): boolean {
  return (
    (pattern & CENTRE) !== 0 &&
    bitCount(pattern) > 2 &&
    countPieces(pattern) === countPieces(pattern & ~CENTRE)
  );
}

/** Number of 8-connected pieces of a 3x3 pattern. */
function countPieces(pattern: number): number {
  let pieces = 0;
  for (let rest = pattern; rest !== 0; pieces++) {
    let piece = rest & -rest;
    for (let grown = 0; grown !== piece;) {
      grown = piece;
      for (let bit = 0; bit < 9; bit++) {
        if (((rest >> bit) & 1) === 1 && touches(piece, bit)) piece |= 1 << bit;
      }
    }
    rest &= ~piece;
  }
  return pieces;
}

function touches(piece: number, bit: number): boolean {
  for (let other = 0; other < 9; other++) {
    if (((piece >> other) & 1) === 0) continue;
    const dx = Math.abs((other % 3) - (bit % 3));
    const dy = Math.abs(Math.floor(other / 3) - Math.floor(bit / 3));
    if (dx <= 1 && dy <= 1) return true;
  }
  return false;
}

function bitCount(pattern: number): number {
  let count = 0;
  for (let rest = pattern; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** Ten bits that look random (multiplicative hash). */
function scramble(i: number): number {
  return Math.imul(i, 0x9e3779b1) >>> 22;
}
