import * as tf from '@tensorflow/tfjs';
import { categoricals } from '@infogan/contract';
import { readHead, type Reading } from './code.ts';
import type { Gan } from './gan.ts';
import { crossEntropy, generatedLoss, meanSquaredError, oneHot, realLoss } from './losses.ts';
import { forward, type Weights } from './network.ts';
import { realPictureLoss, usesRealPictures } from './real-pictures.ts';
import type { Recipe } from './recipe.ts';

export interface Loss {
  readonly loss: tf.Tensor;
  /** Named parts to log, each a scalar. */
  readonly parts: Readonly<Record<string, tf.Tensor>>;
}

export function criticLoss(
  gan: Gan,
  recipe: Recipe,
  weights: Weights,
  x: Readonly<Record<string, tf.Tensor>>,
): Loss {
  const trunk = (pictures: tf.Tensor) => forward(gan.trunk, weights, pictures);
  const read = (features: tf.Tensor) => readHead(gan.latent, forward(gan.recognizer, weights, features));
  const judge = (features: tf.Tensor) => forward(gan.discriminator, weights, features);

  const realFeatures = trunk(x['real']!);
  const generatedFeatures = trunk(x['generated']!);
  const validity = tf.add(realLoss(judge(realFeatures)), generatedLoss(judge(generatedFeatures)));
  const info = informationLoss(gan, recipe, read(generatedFeatures), x);
  const parts = { D: validity, ...info.parts };
  if (!usesRealPictures(recipe)) return { loss: tf.add(validity, info.loss), parts };
  const known = realPictureLoss(gan, recipe, read(realFeatures), read(trunk(x['changed']!)), x);
  return { loss: tf.addN([validity, info.loss, known.loss]), parts: { ...parts, ...known.parts } };
}

/** Lower bound of the mutual information (Chen et al. 2016, section 5): how well Q reads the code that G was given. */
export function informationLoss(
  gan: Gan,
  recipe: Recipe,
  reading: Reading,
  x: Readonly<Record<string, tf.Tensor>>,
): Loss {
  const category = categoricals(gan.latent).map(({ name, labels }) => {
    const target = oneHot(x[name]!, labels.length);
    return crossEntropy(target, tf.logSoftmax(reading.logits[name]!));
  });
  const categoryLoss = tf.addN(category);
  const codeLoss = meanSquaredError(reading.codes, x['c']!);
  const { weights } = recipe;
  return {
    loss: tf.add(tf.mul(categoryLoss, weights.category), tf.mul(codeLoss, weights.codes)),
    parts: { category: categoryLoss, codes: codeLoss },
  };
}
