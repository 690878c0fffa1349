import { countPairs, hungarian } from '@infogan/measure';

/**
 * Numbers the groups as the classes of the few labelled pictures in them, one to one: where labels may be used,
 * category k is label k, and so group k must be.
 * @param groups of every picture @param known numbers of the labelled pictures @param labels of every picture
 */
export function nameGroups(
  groups: Int32Array,
  known: Int32Array,
  labels: ArrayLike<number>,
  classes: number,
): Int32Array {
  const seen = [...known];
  const counts = countPairs(
    seen.map((index) => groups[index]!),
    seen.map((index) => labels[index]!),
    classes,
    classes,
  );
  const names = hungarian(counts);
  return groups.map((group) => names[group]!);
}
