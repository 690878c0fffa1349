import type { Random } from '@infogan/contract';
import { tightest, unitRows } from './clusters.ts';
import type { Graph } from './graph.ts';
import { regroup } from './regroup.ts';

/** Starts of k-means: one alone often splits a group and merges two others. */
const TRIALS = 8;
/** Pieces of a group, on average, and in how many more eigenvectors than groups they are told apart. */
const PIECES = 3;
const MORE_VECTORS = 4;

/** How many leading eigenvectors the groups are found in. */
export function vectorsFor(groups: number): number {
  return groups + MORE_VECTORS;
}

/**
 * Parts a graph into groups with many edges inside and few between (normalised cut, Shi & Malik 2000; Ng, Jordan &
 * Weiss 2001): k-means over the rows, of length 1, of the leading eigenvectors of D^-½ W D^-½. A small tight part, a
 * way of writing a digit with few likenesses to any other, may land in whatever group: pieces, three for each group,
 * then move to where their edges lead.
 * @param vectors the leading eigenvectors, `vectorsFor(groups)` or more
 * @returns the group of each node [count], 0 … groups - 1
 */
export function spectralGroups(
  graph: Graph,
  vectors: readonly Float64Array[],
  groups: number,
  random: Random,
): Int32Array {
  const whole = tightest(unitRows(vectors.slice(0, groups)), groups, TRIALS, random);
  const rows = unitRows(vectors.slice(0, vectorsFor(groups)));
  const pieces = tightest(rows, Math.min(graph.count, PIECES * groups), 1, random);
  return regroup(graph, whole.of, pieces.of, groups);
}
