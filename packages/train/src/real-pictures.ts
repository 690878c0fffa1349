import * as tf from '@tensorflow/tfjs';
import { categoricals, uniforms } from '@infogan/contract';
import type { Reading } from './code.ts';
import type { InputSpec } from './engine/engine.ts';
import type { Gan } from './gan.ts';
import { crossEntropy, marginalEntropy, meanSquaredError } from './losses.ts';
import type { Loss } from './objective.ts';
import type { Recipe } from './recipe.ts';

/** Whether any term on real pictures has a weight; without one their changed copies need not be computed. */
export function usesRealPictures({ weights }: Recipe): boolean {
  const { consistency, anchors, sharpness, balance } = weights;
  return [consistency, anchors, sharpness.from, sharpness.to, balance.from, balance.to].some(
    (weight) => weight > 0,
  );
}

/** Changed copies [N, H, W, C] of the real pictures, by how much their codes must differ, and the weights that fall. */
export function realPictureInputs({ latent, image }: Gan, batchSize: number): Record<string, InputSpec> {
  const codes = uniforms(latent).length;
  return {
    changed: { shape: [batchSize, image.height, image.width, image.channels] },
    codeChange: { shape: [batchSize, codes] },
    sharpnessWeight: { shape: [] },
    balanceWeight: { shape: [] },
  };
}

/**
 * What makes the categories the digits and the codes slant and thickness, without labels. With p = Q's
 * softmax on a real picture and p' on its changed copy: consistency `CE(p, p')`, sharpness `mean H(p)`, balance
 * `-H(mean p)` (the terms of a mutual information between picture and category, after Bridle et al. 1991 and
 * Ji et al. 2019), and anchors: the codes of the copy must differ by the change that was made.
 */
export function realPictureLoss(
  gan: Gan,
  recipe: Recipe,
  real: Reading,
  changed: Reading,
  x: Readonly<Record<string, tf.Tensor>>,
): Loss {
  const { weights } = recipe;
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
  const anchors = meanSquaredError(tf.sub(changed.codes!, real.codes!), x['codeChange']!);
  return {
    loss: tf.addN([
      tf.mul(consistency, weights.consistency),
      tf.mul(sharpness, x['sharpnessWeight']!),
      tf.neg(tf.mul(balance, x['balanceWeight']!)),
      tf.mul(anchors, weights.anchors),
    ]),
    parts: { consistency, balance, anchors },
  };
}
