/** Rows of numbers side by side: one row a picture. */
export interface Rows {
  readonly count: number;
  readonly width: number;
  /** [count, width]. */
  readonly data: Float32Array;
}

export function rows(data: Float32Array, width: number): Rows {
  return { count: data.length / width, width, data };
}

/** Rows first … last - 1, sharing memory. */
export function sliceRows({ data, width }: Rows, first: number, last: number): Rows {
  return rows(data.subarray(first * width, last * width), width);
}

/**
 * Every dot product of a row of `a` with a row of `b`: [a.count, b.count]. The one expensive step of scores that
 * compare all pictures with all; callers may pass a faster one than `dotProducts`.
 */
export type DotProducts = (a: Rows, b: Rows) => Promise<Float32Array> | Float32Array;

/** Plain JavaScript, one number after the other: right everywhere, fast enough for some thousand rows. */
export const dotProducts: DotProducts = (a, b) => {
  const products = new Float32Array(a.count * b.count);
  for (let i = 0; i < a.count; i++) {
    const left = a.data.subarray(i * a.width, (i + 1) * a.width);
    for (let j = 0; j < b.count; j++) {
      let sum = 0;
      for (let k = 0, start = j * b.width; k < left.length; k++) sum += left[k]! * b.data[start + k]!;
      products[i * b.count + j] = sum;
    }
  }
  return products;
};

/** Products held in memory at a time: 40 MB. */
const BLOCK = 10_000_000;

/**
 * Visits the squared Euclidean distances of every row of `a` to every row of `b`, some rows of `a` at a time.
 * @param visit gets the number of a row of `a` and its distances to all rows of `b`; must not keep the array
 */
export async function visitSquaredDistances(
  a: Rows,
  b: Rows,
  multiply: DotProducts,
  visit: (row: number, squared: Float32Array) => void,
): Promise<void> {
  const [aa, bb] = [squaredNorms(a), squaredNorms(b)];
  const step = Math.max(1, Math.floor(BLOCK / Math.max(1, b.count)));
  for (let first = 0; first < a.count; first += step) {
    const last = Math.min(a.count, first + step);
    const products = await multiply(sliceRows(a, first, last), b);
    for (let i = first; i < last; i++) {
      const line = products.subarray((i - first) * b.count, (i - first + 1) * b.count);
      const own = aa[i]!;
      // |a - b|² = |a|² + |b|² - 2 a·b; rounding can push a zero below zero
      for (let j = 0; j < line.length; j++) line[j] = Math.max(0, own + bb[j]! - 2 * line[j]!);
      visit(i, line);
    }
  }
}

function squaredNorms({ count, width, data }: Rows): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => {
    let sum = 0;
    for (let k = i * width; k < (i + 1) * width; k++) sum += data[k]! ** 2;
    return sum;
  });
}
