import { Random, UserError, categoricals, deriveSeed } from '@infogan/contract';
import type { LabelledImages } from '@infogan/data';
import * as tf from '@tensorflow/tfjs';
import type { Reading } from './code.ts';
import type { InputSpec } from './engine/engine.ts';
import type { Gan } from './gan.ts';
import { crossEntropy, oneHot } from './losses.ts';
import type { Loss, StepTensors } from './objective.ts';

/** Stream of random numbers that chooses the labelled pictures. */
const STREAM = 400;

/**
 * The few pictures whose labels a semi-supervised training may read: as many of each class, drawn by the seed.
 * @param count a multiple of the number of classes
 * @returns indices [count], class by class in turn
 * @throws UserError when the count cannot be split evenly or a class has too few pictures
 */
export function chooseLabelled(
  { labels }: Pick<LabelledImages, 'labels'>,
  classes: number,
  count: number,
  seed: number,
): Int32Array {
  if (count % classes !== 0) {
    throw new UserError(
      `train: --labels ${count} cannot be split evenly over ${classes} classes; pass a multiple of ${classes}`,
    );
  }
  const each = count / classes;
  const byClass = Array.from({ length: classes }, (): number[] => []);
  for (const index of new Random(deriveSeed(seed, STREAM)).permutation(labels.length)) {
    byClass[labels[index]!]?.push(index);
  }
  byClass.forEach((members, label) => {
    if (members.length >= each) return;
    throw new UserError(
      `train: --labels ${count} needs ${each} pictures of every class, the data has ${members.length} of class ${label}; pass a smaller number`,
    );
  });
  return Int32Array.from({ length: count }, (_, i) => byClass[i % classes]![Math.floor(i / classes)]!);
}

/** Most labelled pictures in one step; more take turns. */
const LABELLED_PER_STEP = 50;

/** Copies [M, H, W, C] of labelled pictures and their labels. */
export function labelledInputs({ image }: Gan, labels: number): Record<string, InputSpec> {
  const count = Math.min(labels, LABELLED_PER_STEP);
  return {
    labelled: { shape: [count, image.height, image.width, image.channels] },
    labels: { shape: [count], dtype: 'int32' },
  };
}

/** Semi-supervised: category k is label k, by cross-entropy on changed copies of the few labelled pictures. */
export function labelLoss({ latent }: Gan, { logits }: Reading, x: StepTensors): Loss {
  const { name, labels } = categoricals(latent)[0]!;
  const target = oneHot(x['labels']!, labels.length);
  const loss = crossEntropy(target, tf.logSoftmax(logits[name]!));
  return { loss: tf.mul(loss, x['labelsWeight']!), parts: { supervised: loss } };
}
