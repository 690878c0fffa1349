import * as tf from '@tensorflow/tfjs';
import { normals } from '@infogan/contract';
import type { Gan } from '../gan.ts';
import { generatedLoss, realLoss } from '../losses.ts';
import { forward, type Weights } from '../network.ts';
import type { Objective } from '../objective.ts';
import { alternatingTraining } from '../step.ts';
import type { System } from './system.ts';

/** The plain GAN (Goodfellow et al. 2014): noise to picture, no code to ask with and none to read. */
export const gan: System = {
  model: 'gan',
  adapt: ({ latent, image, networks }) => ({
    latent: normals(latent),
    image,
    networks: { ...networks, recognizer: null },
  }),
  training: (networks, recipe) => alternatingTraining(networks, recipe, objective(networks)),
};

function objective(networks: Gan): Objective {
  const judge = (weights: Weights, pictures: tf.Tensor) =>
    forward(networks.discriminator, weights, forward(networks.trunk, weights, pictures));
  return {
    inputs: () => ({}),
    critic(weights, x) {
      const loss = tf.add(
        realLoss(judge(weights, x['real']!)),
        generatedLoss(judge(weights, x['generated']!)),
      );
      return { loss, parts: { D: loss } };
    },
    generator(critics, x) {
      const loss = realLoss(judge(critics, x['generated']!));
      return { loss, parts: { G: loss } };
    },
  };
}
