import type { Random } from '@infogan/contract';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { Graph } from './graph.ts';

/** Lanczos steps at most, between two looks at what is left, and how little may be left. */
const MOST_STEPS = 500;
const CHECK_EVERY = 50;
const TOLERANCE = 1e-3;

/**
 * Eigenvectors of D^-½ W D^-½, by Lanczos' method with full reorthogonalisation, until they stand still.
 * @returns `wanted` vectors [count], largest eigenvalue first
 */
export function leadingEigenvectors(graph: Graph, wanted: number, random: Random): Float64Array[] {
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
export function multiply({ count, starts, neighbours }: Graph, vector: Float64Array): Float64Array {
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
