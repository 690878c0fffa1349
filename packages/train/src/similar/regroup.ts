import type { Graph } from './graph.ts';

/** Sweeps over the pieces; they settle in two or three. */
const SWEEPS = 20;

/**
 * Moves every piece of a graph, smallest first, to the group that most of its edges to other pieces lead to, until
 * all stay. A piece that is half of its group or more is what the group stands for and does not move.
 * @param group of each node [count] @param piece of each node [count]; it starts in the group of most of its nodes
 * @returns the group of each node [count]
 */
export function regroup(graph: Graph, group: Int32Array, piece: Int32Array, groups: number): Int32Array {
  const pieces = Math.max(...new Set(piece)) + 1;
  const members = table(pieces, groups);
  const edges = table(pieces, pieces);
  for (let node = 0; node < graph.count; node++) {
    members[piece[node]!]![group[node]!]! += 1;
    for (let e = graph.starts[node]!; e < graph.starts[node + 1]!; e++) {
      const other = piece[graph.neighbours[e]!]!;
      if (other !== piece[node]) edges[piece[node]!]![other]! += 1;
    }
  }
  const sizes = members.map((row) => row.reduce((sum, size) => sum + size, 0));
  const groupOf = members.map(largest);
  const order = [...sizes.keys()].toSorted((a, b) => sizes[a]! - sizes[b]!);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let moved = false;
    for (const i of order) {
      const ties = new Float64Array(groups);
      edges[i]!.forEach((count, j) => (ties[groupOf[j]!]! += count));
      const [own, best] = [groupOf[i]!, largest(ties)];
      const whole = sizes.reduce((sum, size, j) => sum + (groupOf[j] === own ? size : 0), 0);
      if (ties[best]! <= ties[own]! || 2 * sizes[i]! >= whole) continue;
      groupOf[i] = best;
      moved = true;
    }
    if (!moved) break;
  }
  return piece.map((i) => groupOf[i]!);
}

const table = (rows: number, columns: number): Float64Array[] =>
  Array.from({ length: rows }, () => new Float64Array(columns));

const largest = (values: Float64Array): number =>
  values.reduce((best, value, i) => (value > values[best]! ? i : best), 0);
