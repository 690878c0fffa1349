import * as tf from '@tensorflow/tfjs';
import type { ImageGeometry } from '@infogan/contract';
import type { InputSpec, TensorFunction } from './engine/engine.ts';
import { infer, type Weights } from './network.ts';
import { latentVector, readHead } from './code.ts';
import type { Gan } from './gan.ts';

/** Input of the recognizer for a fixed batch: [N, C, H, W] in [0, 1]. */
export function imageInput(
  { channels, height, width }: ImageGeometry,
  batch: number,
): Record<string, InputSpec> {
  return { image: { shape: [batch, channels, height, width] } };
}

/** Calibrated latent code in, picture [N, C, H, W] in [0, 1] out; weights in inference form. */
export function generatorFunction(gan: Gan, weights: Weights, code: CodeMap = identityCode): TensorFunction {
  return (inputs) => {
    const picture = infer(gan.generator, weights, latentVector(gan.latent, code(inputs)));
    const ink = tf.add(tf.mul(tf.transpose(picture, [0, 3, 1, 2]), 0.5), 0.5);
    return { image: ink };
  };
}

/** Turns a user's code into the one that the network was trained with. */
export type CodeMap = (inputs: Readonly<Record<string, tf.Tensor>>) => Readonly<Record<string, tf.Tensor>>;
const identityCode: CodeMap = (inputs) => inputs;

/** Picture [N, C, H, W] in [0, 1] in; class probabilities by name of categorical code and `c` out. */
export function recognizerFunction(gan: Gan, weights: Weights): TensorFunction {
  const { recognizer } = gan;
  if (recognizer === null) throw new Error('inference: the networks have no recognizer');
  return ({ image }) => {
    const picture = tf.sub(tf.mul(tf.transpose(image!, [0, 2, 3, 1]), 2), 1);
    const reading = readHead(gan.latent, infer(recognizer, weights, infer(gan.trunk, weights, picture)));
    const classes = Object.entries(reading.logits).map(
      ([name, logits]) => [name, tf.softmax(logits)] as const,
    );
    return {
      ...Object.fromEntries(classes),
      ...(reading.codes === null ? {} : { c: reading.codes }),
    };
  };
}

/** Puts weights on the current back end. Call inside tf.tidy, or dispose them. */
export function uploadWeights(
  stored: Readonly<Record<string, { shape: readonly number[]; values: Float32Array }>>,
): Weights {
  return Object.fromEntries(
    Object.entries(stored).map(([name, { shape, values }]) => [
      name,
      tf.tensor(values, [...shape], 'float32'),
    ]),
  );
}
