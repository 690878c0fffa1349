import { Random, UserError, deriveSeed } from '@infogan/contract';
import type { LabelledImages } from '@infogan/data';

/** Stream of random numbers that chooses the labelled pictures. */
const STREAM = 400;

/**
 * The few pictures whose labels a semi-supervised training may read: as many of each class.
 * @param count a multiple of the number of classes
 * @param wanted numbers of the pictures to be taken first, as far as their class has room; the rest is drawn by the seed
 * @returns indices [count], class by class in turn
 * @throws UserError as {@link requireLabelled}
 */
export function chooseLabelled(
  images: Pick<LabelledImages, 'labels'>,
  classes: number,
  count: number,
  seed: number,
  wanted: readonly number[] = [],
): Int32Array {
  const { labels } = images;
  requireLabelled(images, classes, count);
  const byClass = Array.from({ length: classes }, (): number[] => []);
  const drawn = new Random(deriveSeed(seed, STREAM)).permutation(labels.length);
  for (const index of new Set([...wanted, ...drawn])) byClass[labels[index]!]?.push(index);
  return Int32Array.from({ length: count }, (_, i) => byClass[i % classes]![Math.floor(i / classes)]!);
}

/**
 * Refuses a number of labelled pictures that the data cannot give.
 * @throws UserError when the count cannot be split evenly or a class has too few pictures
 */
export function requireLabelled(
  { labels }: Pick<LabelledImages, 'labels'>,
  classes: number,
  count: number,
): void {
  if (count % classes !== 0) {
    throw new UserError(
      `train: --labels ${count} cannot be split evenly over ${classes} classes; pass a multiple of ${classes}`,
    );
  }
  const each = count / classes;
  const sizes = new Uint32Array(classes);
  for (const label of labels) sizes[label]!++;
  const label = sizes.findIndex((size) => size < each);
  if (label === -1) return;
  throw new UserError(
    `train: --labels ${count} needs ${each} pictures of every class, the data has ${sizes[label]} of class ${label}; pass a smaller number`,
  );
}
