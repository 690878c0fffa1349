import type { Random } from '@infogan/contract';
// ml-kmeans: k-means with k-means++ seeding by mljs, whose ml-matrix is here already
import { kmeans } from 'ml-kmeans';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { Graph } from './graph.ts';
import { regroup } from './regroup.ts';

/** Lanczos steps at most, between two looks at what is left, and how little may be left. */
const MOST_STEPS = 500;
const CHECK_EVERY = 50;
const TOLERANCE = 1e-3;
/** Starts of k-means, of which the tightest counts: one alone often splits a group and merges two others. */
const TRIALS = 8;
/** Pieces of a group, on average, and in how many more eigenvectors than groups they are told apart. */
const PIECES = 3;
const MORE_VECTORS = 4;

/**
 * Parts a graph into groups with many edges inside and few between (normalised cut, Shi & Malik 2000; Ng, Jordan &
 * Weiss 2001): k-means over the rows, of length 1, of the leading eigenvectors of D^-½ W D^-½. A small tight part, a
 * way of writing a digit with few likenesses to any other, may land in whatever group: pieces, three for each group,
 * then move to where their edges lead.
 * @returns the group of each node [count], 0 … groups - 1
 */
export function spectralGroups(graph: Graph, groups: number, random: Random): Int32Array {
  const vectors = leadingEigenvectors(graph, groups + MORE_VECTORS, random);
  const whole = tightest(unitRows(vectors.slice(0, groups)), groups, TRIALS, random);
  const pieces = tightest(unitRows(vectors), Math.min(graph.count, PIECES * groups), 1, random);
  return regroup(graph, whole, pieces, groups);
}

/** The rows of a matrix of column vectors, each of length 1. */
function unitRows(vectors: readonly Float64Array[]): number[][] {
  return Array.from(vectors[0]!, (_, i) => {
    const row = vectors.map((vector) => vector[i]!);
    const length = Math.max(1e-12, Math.hypot(...row));
    return row.map((value) => value / length);
  });
}

/** The cluster of each row by k-means. */
function tightest(points: number[][], clusters: number, trials: number, random: Random): Int32Array {
  const results = Array.from({ length: trials }, () => {
    const result = kmeans(points, clusters, { seed: random.integer(2 ** 31) });
    const scatter = points.reduce(
      (sum, row, i) => sum + squaredDistance(row, result.centroids[result.clusters[i]!]!),
      0,
    );
    return { clusters: result.clusters, scatter };
  });
  return Int32Array.from(results.reduce((a, b) => (b.scatter < a.scatter ? b : a)).clusters);
}

function squaredDistance(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, k) => sum + (value - b[k]!) ** 2, 0);
}

/**
 * By Lanczos' method with full reorthogonalisation, until the vectors stand still.
 * @returns `wanted` vectors [count], largest eigenvalue first
 */
function leadingEigenvectors(graph: Graph, wanted: number, random: Random): Float64Array[] {
  const { count } = graph;
  const most = Math.min(MOST_STEPS, count);
  const basis: Float64Array[] = [];
  const tridiagonal = Matrix.zeros(most, most);
  let current = unit(Float64Array.from({ length: count }, () => random.normal()));
  for (let k = 0; k < most; k++) {
    basis.push(current);
    const next = multiply(graph, current);
    for (const [j, vector] of basis.entries()) {
      const share = dot(next, vector);
      if (j === k) tridiagonal.set(k, k, share);
      for (let i = 0; i < count; i++) next[i]! -= share * vector[i]!;
    }
    const length = Math.sqrt(dot(next, next));
    if (length < 1e-12) break;
    if (k + 1 < most) {
      tridiagonal.set(k, k + 1, length);
      tridiagonal.set(k + 1, k, length);
    }
    if (basis.length % CHECK_EVERY === 0 && rest(tridiagonal, basis.length, wanted, length) < TOLERANCE)
      break;
    current = unit(next);
  }
  const vectors = eigenvectors(tridiagonal, basis.length, wanted);
  return vectors.map((weights) => {
    const vector = new Float64Array(count);
    basis.forEach((part, k) => {
      for (let i = 0; i < count; i++) vector[i]! += weights[k]! * part[i]!;
    });
    return vector;
  });
}

/** The leading eigenvectors of the first `size` rows and columns, largest eigenvalue first. */
function eigenvectors(symmetric: Matrix, size: number, wanted: number): number[][] {
  const part = symmetric.subMatrix(0, size - 1, 0, size - 1);
  const { eigenvectorMatrix } = new EigenvalueDecomposition(part, { assumeSymmetric: true });
  // eigenvalues ascend
  const places = Array.from({ length: Math.min(wanted, size) }, (_, w) => size - 1 - w);
  return places.map((place) => eigenvectorMatrix.getColumn(place));
}

/** How far the leading vectors are from eigenvectors: the largest |S v - λ v|, which Lanczos' method gives for nothing. */
function rest(tridiagonal: Matrix, size: number, wanted: number, length: number): number {
  const vectors = eigenvectors(tridiagonal, size, wanted);
  return Math.max(...vectors.map((vector) => length * Math.abs(vector.at(-1)!)));
}

/** D^-½ W D^-½ times a vector. */
function multiply({ count, starts, neighbours }: Graph, vector: Float64Array): Float64Array {
  const scaled = vector.map((value, i) => value / Math.sqrt(starts[i + 1]! - starts[i]!));
  const product = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let sum = 0;
    for (let e = starts[i]!; e < starts[i + 1]!; e++) sum += scaled[neighbours[e]!]!;
    product[i] = sum / Math.sqrt(starts[i + 1]! - starts[i]!);
  }
  return product;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function unit(vector: Float64Array): Float64Array {
  const length = Math.sqrt(dot(vector, vector));
  return vector.map((value) => value / length);
}
