import { multiply } from './eigenvectors.ts';
import type { Graph } from './graph.ts';

/** How much a node goes by its neighbours, and for how many rounds. */
const ALPHA = 0.9;
const ROUNDS = 40;

/**
 * Lets every node hear its neighbours (Zhou et al. 2004, "Learning with local and global consistency"): from Y, one-hot
 * labels, F ← α D^-½ W D^-½ F + (1 - α) Y; then the largest counts. What is amiss in a few nodes comes right, a whole
 * part of the graph does not.
 * @param labels of each node [count] @returns labels of each node [count]
 */
export function spreadLabels(graph: Graph, labels: Int32Array, classes: number): Int32Array {
  const best = new Float64Array(graph.count).fill(-Infinity);
  const spread = labels.slice();
  for (let label = 0; label < classes; label++) {
    const given = Float64Array.from(labels, (other) => (other === label ? 1 : 0));
    let heard = given;
    for (let round = 0; round < ROUNDS; round++) {
      heard = multiply(graph, heard).map((value, i) => ALPHA * value + (1 - ALPHA) * given[i]!);
    }
    heard.forEach((value, i) => {
      if (value <= best[i]!) return;
      best[i] = value;
      spread[i] = label;
    });
  }
  return spread;
}
