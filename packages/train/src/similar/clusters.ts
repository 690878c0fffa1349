import type { Random } from '@infogan/contract';
// ml-kmeans: k-means with k-means++ seeding by mljs, whose ml-matrix is here already
import { kmeans } from 'ml-kmeans';

export interface Clusters {
  /** The cluster of each point [count]. */
  readonly of: Int32Array;
  readonly centroids: readonly (readonly number[])[];
}

/** The rows of a matrix of column vectors, each of length 1. */
export function unitRows(vectors: readonly Float64Array[]): number[][] {
  return Array.from(vectors[0]!, (_, i) => {
    const row = vectors.map((vector) => vector[i]!);
    const length = Math.max(1e-12, Math.hypot(...row));
    return row.map((value) => value / length);
  });
}

/** K-means from several starts, of which the tightest counts. */
export function tightest(points: number[][], clusters: number, trials: number, random: Random): Clusters {
  const results = Array.from({ length: trials }, () => {
    const result = kmeans(points, clusters, { seed: random.integer(2 ** 31) });
    const scatter = points.reduce(
      (sum, row, i) => sum + squaredDistance(row, result.centroids[result.clusters[i]!]!),
      0,
    );
    return { of: result.clusters, centroids: result.centroids, scatter };
  });
  const { of, centroids } = results.reduce((a, b) => (b.scatter < a.scatter ? b : a));
  return { of: Int32Array.from(of), centroids };
}

export function squaredDistance(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, k) => sum + (value - b[k]!) ** 2, 0);
}
