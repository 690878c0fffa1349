import * as tf from '@tensorflow/tfjs';
import { categoricals, uniforms, type LatentSpec } from '@infogan/contract';
import { oneHot } from './losses.ts';

/** The generator's input vector: every part of the latent code side by side, categories one-hot. @returns [N, width] */
export function latentVector(latent: LatentSpec, inputs: Readonly<Record<string, tf.Tensor>>): tf.Tensor2D {
  let code = 0;
  const parts = latent.map((part) => {
    switch (part.kind) {
      case 'normal':
        return inputs[part.name]!;
      case 'categorical':
        return oneHot(inputs[part.name]!, part.labels.length);
      case 'uniform':
        return tf.slice(inputs['c']!, [0, code++], [-1, 1]);
    }
  });
  return tf.concat(parts, 1) as tf.Tensor2D;
}

/** What the Q head says: per categorical code its logits [N, K], and the continuous codes [N, k], null without any. */
export interface Reading {
  readonly logits: Readonly<Record<string, tf.Tensor>>;
  readonly codes: tf.Tensor | null;
}

/** Cuts the Q head's output into the parts of the latent code. */
export function readHead(latent: LatentSpec, output: tf.Tensor): Reading {
  const [classes, codes] = [categoricals(latent), uniforms(latent).length];
  const sizes = [...classes.map(({ labels }) => labels.length), ...(codes > 0 ? [codes] : [])];
  // TensorFlow.js has no gradient for a split into one
  const parts = sizes.length === 1 ? [output] : tf.split(output, sizes, 1);
  return {
    logits: Object.fromEntries(classes.map(({ name }, i) => [name, parts[i]!])),
    codes: codes > 0 ? parts.at(-1)! : null,
  };
}
