import * as tf from '@tensorflow/tfjs';
import { categoricals, uniforms } from '@infogan/contract';
import { readHead, type Reading } from '../code.ts';
import type { Gan } from '../gan.ts';
import { crossEntropy, generatedLoss, meanSquaredError, oneHot, realLoss } from '../losses.ts';
import { labelLoss, labelledInputs } from '../labelled.ts';
import { forward, type Weights } from '../network.ts';
import type { Loss, Objective, StepTensors } from '../objective.ts';
import { realPictureInputs, realPictureLoss, usesRealPictures } from '../real-pictures.ts';
import { weightInput, weightInputs, type Recipe } from '../recipe.ts';
import { alternatingTraining } from '../step.ts';
import type { System } from './system.ts';

/** InfoGAN (Chen et al. 2016), with the terms on real pictures that make its categories the classes. */
export const infogan: System = {
  model: 'infogan',
  adapt: (blueprint) => blueprint,
  training: (networks, recipe) => alternatingTraining(networks, recipe, objective(networks, recipe)),
};

function objective(gan: Gan, recipe: Recipe): Objective {
  const { trunk, discriminator, recognizer } = gan;
  if (recognizer === null) throw new Error('infogan: the networks have no recognizer');
  if (categoricals(gan.latent).length === 0) throw new Error('infogan: the latent code needs a category');
  if (usesRealPictures(recipe) && uniforms(gan.latent).length === 0) {
    throw new Error('infogan: the terms on real pictures anchor a continuous code, the latent code has none');
  }
  const judge = (weights: Weights, features: tf.Tensor) => forward(discriminator, weights, features);
  const read = (weights: Weights, features: tf.Tensor) =>
    readHead(gan.latent, forward(recognizer, weights, features));
  return {
    inputs: (batchSize) => ({
      ...weightInputs(),
      ...(usesRealPictures(recipe) ? realPictureInputs(gan, { ...recipe, batchSize }) : {}),
      ...(recipe.labels > 0 ? labelledInputs(gan, recipe.labels) : {}),
    }),
    critic(weights, x) {
      const realFeatures = forward(trunk, weights, x['real']!);
      const generatedFeatures = forward(trunk, weights, x['generated']!);
      const validity = tf.add(
        realLoss(judge(weights, realFeatures)),
        generatedLoss(judge(weights, generatedFeatures)),
      );
      const info = informationLoss(gan, read(weights, generatedFeatures), x, 'recognizerCategory');
      const terms: Loss[] = [{ loss: validity, parts: { D: validity } }, info];
      if (usesRealPictures(recipe)) {
        const changed = read(weights, forward(trunk, weights, x['changed']!));
        terms.push(realPictureLoss(gan, read(weights, realFeatures), changed, x));
      }
      if (recipe.labels > 0) {
        terms.push(labelLoss(gan, read(weights, forward(trunk, weights, x['labelled']!)), x));
      }
      return {
        loss: tf.addN(terms.map(({ loss }) => loss)),
        parts: Object.assign({}, ...terms.map(({ parts }) => parts)) as Loss['parts'],
      };
    },
    generator(critics, x) {
      const features = forward(trunk, critics, x['generated']!);
      const fooled = realLoss(judge(critics, features));
      const info = informationLoss(gan, read(critics, features), x, 'category');
      return { loss: tf.add(fooled, info.loss), parts: { G: fooled } };
    },
  };
}

/**
 * Lower bound of the mutual information (Chen et al. 2016, section 5): how well Q reads the code that G was given.
 * @param share which side's weight the category has
 */
function informationLoss(
  gan: Gan,
  reading: Reading,
  x: StepTensors,
  share: 'category' | 'recognizerCategory',
): Loss {
  const category = categoricals(gan.latent).map(({ name, labels }) => {
    const target = oneHot(x[name]!, labels.length);
    return crossEntropy(target, tf.logSoftmax(reading.logits[name]!));
  });
  const categoryLoss = tf.addN(category);
  const weighed = tf.mul(categoryLoss, x[weightInput(share)]!);
  if (reading.codes === null) return { loss: weighed, parts: { category: categoryLoss } };
  const codeLoss = meanSquaredError(reading.codes, x['c']!);
  return {
    loss: tf.add(weighed, tf.mul(codeLoss, x['codesWeight']!)),
    parts: { category: categoryLoss, codes: codeLoss },
  };
}
