import * as tf from '@tensorflow/tfjs';
import { UserError, categoricals, type CategoricalPart, type LatentSpec } from '@infogan/contract';
import type { Gan } from '../gan.ts';
import { generatedLoss, oneHot, realLoss } from '../losses.ts';
import { forward, type Layer, type Weights } from '../network.ts';
import type { Objective } from '../objective.ts';
import { alternatingTraining } from '../step.ts';
import type { System } from './system.ts';

/**
 * The conditional GAN (Mirza & Osindero 2014): supervised, the label goes to G as its category and to D. D takes
 * it as a projection (Miyato & Koyama 2018): beside its one logit, the head has one more for each label, and the
 * sum of the first and the label's own says "real, and of this class". Trunk and generator stay those of the GAN.
 */
export const cgan: System = {
  model: 'cgan',
  adapt: ({ latent, image, networks }) => ({
    latent: latent.filter(({ kind }) => kind !== 'uniform'),
    image,
    networks: {
      ...networks,
      discriminator: withLogits(networks.discriminator, 1 + labelPart(latent).labels.length),
      recognizer: null,
    },
  }),
  training: (networks, recipe) => alternatingTraining(networks, recipe, objective(networks)),
};

function objective({ latent, trunk, discriminator }: Gan): Objective {
  const { name, labels } = labelPart(latent);
  const judge = (weights: Weights, pictures: tf.Tensor, label: tf.Tensor) => {
    const logits = forward(discriminator, weights, forward(trunk, weights, pictures));
    const [validity, byLabel] = tf.split(logits, [1, labels.length], 1) as [tf.Tensor, tf.Tensor];
    return tf.add(validity, tf.sum(tf.mul(byLabel, oneHot(label, labels.length)), 1, true));
  };
  return {
    inputs: (batchSize) => ({ label: { shape: [batchSize], dtype: 'int32' } }),
    critic(weights, x) {
      const loss = tf.add(
        realLoss(judge(weights, x['real']!, x['label']!)),
        generatedLoss(judge(weights, x['generated']!, x[name]!)),
      );
      return { loss, parts: { D: loss } };
    },
    generator(critics, x) {
      const loss = realLoss(judge(critics, x['generated']!, x[name]!));
      return { loss, parts: { G: loss } };
    },
  };
}

/** The category that stands for the dataset's label. */
function labelPart(latent: LatentSpec): CategoricalPart {
  const part = categoricals(latent)[0];
  if (part !== undefined) return part;
  throw new UserError('train: a conditional GAN needs a categorical code for the label; the preset has none');
}

function withLogits(head: readonly Layer[], units: number): Layer[] {
  const last = head.at(-1);
  if (last?.type !== 'dense') throw new Error('cgan: the discriminator must end in a dense layer');
  return [...head.slice(0, -1), { ...last, units }];
}
