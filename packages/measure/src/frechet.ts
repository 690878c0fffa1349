import { Random } from '@infogan/contract';
// ml-matrix: the kept linear algebra of mljs; its symmetric eigenvalues are all that a Fréchet distance needs
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { sliceRows, type Rows } from './features.ts';
import { NORMAL_95, type Score } from './score.ts';

/** Mean and covariance of rows of features: the Gaussian that stands for them. */
export interface Gaussian {
  readonly mean: Float64Array;
  readonly covariance: Matrix;
}

/** Items per block and number of redraws of the interval's bootstrap. */
const BLOCK = 50;
const RESAMPLES = 40;

/**
 * Fréchet distance of two Gaussians (Dowson & Landau 1982; Heusel et al. 2017 with an Inception network's
 * features, here with the judge's): |m1 - m2|² + tr(C1 + C2 - 2 (C1 C2)^½).
 */
export function frechetDistance(a: Gaussian, b: Gaussian): number {
  let means = 0;
  for (let k = 0; k < a.mean.length; k++) means += (a.mean[k]! - b.mean[k]!) ** 2;
  const root = squareRoot(a.covariance);
  // root · C2 · root is symmetric and has the eigenvalues of C1 · C2
  const product = root.mmul(b.covariance).mmul(root);
  const mixed = symmetricEigenvalues(product).reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0);
  return Math.max(0, means + a.covariance.trace() + b.covariance.trace() - 2 * mixed);
}

/**
 * Fréchet distance between two sets of features. The interval is the value ± 1.96 bootstrap standard errors
 * (blocks of fifty pictures redrawn in both sets). Percentiles would not do: redrawn sets hold pictures twice,
 * which alone lengthens the distance. The distance of finite sets is biased upward in the same way; compare it
 * with that of two real sets of the same sizes.
 */
export function scoreFrechet(a: Rows, b: Rows, seed = 1): Score {
  const value = frechetDistance(gaussianOf([sumsOf(a)]), gaussianOf([sumsOf(b)]));
  const random = new Random(seed);
  const [blocksA, blocksB] = [blocksOf(a), blocksOf(b)];
  const redrawn = Float64Array.from({ length: RESAMPLES }, () =>
    frechetDistance(gaussianOf(redraw(blocksA, random)), gaussianOf(redraw(blocksB, random))),
  );
  const half = NORMAL_95 * standardDeviation(redrawn);
  return { value, low: Math.max(0, value - half), high: value + half };
}

/** The Gaussian of rows of features. */
export function gaussian(features: Rows): Gaussian {
  return gaussianOf([sumsOf(features)]);
}

/** Sums from which means and covariances are made; they add up over blocks. */
interface Sums {
  readonly count: number;
  readonly first: Float64Array;
  /** Sum of products of features k and l >= k, [width, width]. */
  readonly second: Float64Array;
}

function sumsOf({ count, width, data }: Rows): Sums {
  const first = new Float64Array(width);
  const second = new Float64Array(width * width);
  for (let i = 0; i < count; i++) {
    const row = data.subarray(i * width, (i + 1) * width);
    for (let k = 0; k < width; k++) {
      const value = row[k]!;
      if (value === 0) continue; // half of a rectified layer
      first[k]! += value;
      for (let l = k; l < width; l++) second[k * width + l]! += value * row[l]!;
    }
  }
  return { count, first, second };
}

function gaussianOf(parts: readonly Sums[]): Gaussian {
  const width = parts[0]!.first.length;
  const [first, second] = [new Float64Array(width), new Float64Array(width * width)];
  let count = 0;
  for (const part of parts) {
    count += part.count;
    for (let k = 0; k < width; k++) first[k]! += part.first[k]!;
    for (let k = 0; k < second.length; k++) second[k]! += part.second[k]!;
  }
  const mean = first.map((sum) => sum / count);
  const covariance = Matrix.zeros(width, width);
  for (let k = 0; k < width; k++) {
    for (let l = k; l < width; l++) {
      const value = (second[k * width + l]! - count * mean[k]! * mean[l]!) / Math.max(1, count - 1);
      covariance.set(k, l, value);
      covariance.set(l, k, value);
    }
  }
  return { mean, covariance };
}

function blocksOf(features: Rows): Sums[] {
  const blocks: Sums[] = [];
  for (let first = 0; first < features.count; first += BLOCK) {
    blocks.push(sumsOf(sliceRows(features, first, Math.min(features.count, first + BLOCK))));
  }
  return blocks;
}

function redraw(blocks: readonly Sums[], random: Random): Sums[] {
  return blocks.map(() => blocks[random.integer(blocks.length)]!);
}

function squareRoot(symmetric: Matrix): Matrix {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(symmetric, {
    assumeSymmetric: true,
  });
  const roots = realEigenvalues.map((value) => Math.sqrt(Math.max(0, value)));
  return eigenvectorMatrix.mmul(Matrix.diag(roots)).mmul(eigenvectorMatrix.transpose());
}

function symmetricEigenvalues(matrix: Matrix): number[] {
  const symmetric = Matrix.add(matrix, matrix.transpose()).mul(0.5);
  return new EigenvalueDecomposition(symmetric, { assumeSymmetric: true }).realEigenvalues;
}

function standardDeviation(values: Float64Array): number {
  const middle = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}
