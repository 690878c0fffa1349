import * as tf from '@tensorflow/tfjs';
import { categoricals, uniforms } from '@infogan/contract';
import { ATTRIBUTE_COUNT } from './attributes.ts';
import type { Reading } from './code.ts';
import type { InputSpec } from './engine/engine.ts';
import type { Gan } from './gan.ts';
import { crossEntropy, marginalEntropy, meanSquaredError, oneHot } from './losses.ts';
import type { Loss, StepTensors } from './objective.ts';
import { isUsed, type Recipe } from './recipe.ts';

/** Whether any term on real pictures has a weight; without one their changed copies need not be computed. */
export function usesRealPictures({ weights }: Recipe): boolean {
  return [weights.consistency, weights.sharpness, weights.balance, weights.anchors, weights.groups].some(
    isUsed,
  );
}

/** Changed copies [N, H, W, C] of the real pictures, the codes that both are measured to have, the group of each copy. */
export function realPictureInputs(
  { latent, image }: Gan,
  { weights, batchSize }: Recipe,
): Record<string, InputSpec> {
  const anchored = Math.min(uniforms(latent).length, ATTRIBUTE_COUNT);
  return {
    changed: { shape: [batchSize, image.height, image.width, image.channels] },
    realCodes: { shape: [batchSize, anchored] },
    changedCodes: { shape: [batchSize, anchored] },
    ...(isUsed(weights.groups) ? { group: { shape: [batchSize], dtype: 'int32' as const } } : {}),
  };
}

/**
 * What makes the categories the digits and the codes slant and thickness, without labels. With p = Q's
 * softmax on a real picture and p' on its changed copy: consistency `CE(p, p')`, sharpness `mean H(p)`, balance
 * `-H(mean p)` (the terms of a mutual information between picture and category, after Bridle et al. 1991 and
 * Ji et al. 2019), anchors: the codes of both must be their measured slant and stroke width, and groups: the changed
 * copy belongs to the group of its original (`findSimilarPictures`), category k to group k.
 */
export function realPictureLoss(gan: Gan, real: Reading, changed: Reading, x: StepTensors): Loss {
  const terms = categoricals(gan.latent).map(({ name }) => {
    const logP = tf.logSoftmax(real.logits[name]!);
    const p = tf.exp(logP);
    const consistency = crossEntropy(p, tf.logSoftmax(changed.logits[name]!));
    const sharpness = crossEntropy(p, logP);
    const balance = marginalEntropy(p);
    return { consistency, sharpness, balance };
  });
  const consistency = tf.addN(terms.map((term) => term.consistency));
  const sharpness = tf.addN(terms.map((term) => term.sharpness));
  const balance = tf.addN(terms.map((term) => term.balance));
  const groups = x['group'] === undefined ? null : groupLoss(gan, changed, x['group']);
  const anchors = tf.add(anchorLoss(real, x['realCodes']!), anchorLoss(changed, x['changedCodes']!));
  return {
    loss: tf.addN([
      tf.mul(consistency, x['consistencyWeight']!),
      tf.mul(sharpness, x['sharpnessWeight']!),
      tf.neg(tf.mul(balance, x['balanceWeight']!)),
      tf.mul(anchors, x['anchorsWeight']!),
      ...(groups === null ? [] : [tf.mul(groups, x['groupsWeight']!)]),
    ]),
    parts: { consistency, balance, anchors, ...(groups === null ? {} : { groups }) },
  };
}

function groupLoss({ latent }: Gan, { logits }: Reading, group: tf.Tensor): tf.Tensor {
  const { name, labels } = categoricals(latent)[0]!;
  return crossEntropy(oneHot(group, labels.length), tf.logSoftmax(logits[name]!));
}

/** @param measured [N, a]: codes beyond the a measured attributes are free */
function anchorLoss({ codes }: Reading, measured: tf.Tensor): tf.Tensor {
  const [count, anchored] = measured.shape as [number, number];
  return meanSquaredError(tf.slice(codes!, [0, 0], [count, anchored]), measured);
}
