import { categoricals } from '@infogan/contract';
import * as tf from '@tensorflow/tfjs';
import type { Reading } from './code.ts';
import type { InputSpec } from './engine/engine.ts';
import type { Gan } from './gan.ts';
import { crossEntropy, oneHot } from './losses.ts';
import type { Loss, StepTensors } from './objective.ts';

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
