import type { Random } from '@infogan/contract';
import type { LabelledImages } from '@infogan/data';
import { chooseLabelled } from '../choose-labelled.ts';
import { squaredDistance, tightest, unitRows } from './clusters.ts';
import type { Graph } from './graph.ts';
import { nameGroups } from './name-groups.ts';

/** Pieces at most, for each class: more labels than that are drawn by the seed. */
const PIECES = 10;
/** Leading eigenvectors that they are told apart in, for each class. */
const VECTORS = 3;

export interface LabelledGroups {
  /** Numbers of the pictures whose labels are used [count]. */
  readonly labelled: Int32Array;
  /** The class of each picture, as far as those labels and likeness tell. */
  readonly groups: Int32Array;
}

/** How many leading eigenvectors the pieces are found in. */
export function vectorsForLabels(classes: number): number {
  return VECTORS * classes;
}

/**
 * Asks for labels where they say most. The graph is parted into a piece for each label: a way of writing a digit or so.
 * The most central picture of each is asked for, smallest piece first, since a small one is what likeness alone puts
 * with another class: the 1 with a foot. A piece whose label is not that of its group moves to the right one.
 * @param groups of each picture, in any numbering @param count of labels, as many of each class
 * @throws UserError as {@link chooseLabelled}
 */
export function labelledGroups(
  graph: Graph,
  vectors: readonly Float64Array[],
  groups: Int32Array,
  { labels }: Pick<LabelledImages, 'labels'>,
  classes: number,
  count: number,
  seed: number,
  random: Random,
): LabelledGroups {
  const rows = unitRows(vectors);
  const { of, centroids } = tightest(rows, Math.min(graph.count, count, PIECES * classes), 1, random);
  const members = centroids.map((): number[] => []);
  of.forEach((piece, i) => members[piece]!.push(i));
  const central = members.map((piece, i) =>
    least(piece, (node) => squaredDistance(rows[node]!, centroids[i]!)),
  );
  const bySize = [...members.keys()]
    .filter((i) => members[i]!.length > 0)
    .toSorted((a, b) => members[a]!.length - members[b]!.length);
  const wanted = bySize.map((i) => central[i]!);
  const labelled = chooseLabelled({ labels }, classes, count, seed, wanted);
  const named = nameGroups(groups, labelled, labels, classes);
  const known = new Set(labelled);
  for (const i of bySize) {
    if (!known.has(central[i]!)) continue;
    const label = labels[central[i]!]!;
    const [own, size] = commonest(members[i]!.map((node) => named[node]!));
    const whole = named.filter((group) => group === own).length;
    // what is half of a group or more is what it stands for
    if (own !== label && 2 * size < whole) for (const node of members[i]!) named[node] = label;
  }
  for (const node of known) named[node] = labels[node]!;
  return { labelled, groups: named };
}

function least(nodes: readonly number[], distance: (node: number) => number): number | undefined {
  let [best, smallest] = [nodes[0], Infinity];
  for (const node of nodes) {
    const value = distance(node);
    if (value < smallest) [best, smallest] = [node, value];
  }
  return best;
}

/** The commonest value, and how often it is there. */
function commonest(values: readonly number[]): [value: number, times: number] {
  const times = new Map<number, number>();
  for (const value of values) times.set(value, (times.get(value) ?? 0) + 1);
  return [...times].reduce((a, b) => (b[1] > a[1] ? b : a));
}
