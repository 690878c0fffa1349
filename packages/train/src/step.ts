import * as tf from '@tensorflow/tfjs';
import { categoricals, normals, uniforms } from '@infogan/contract';
import { adam, type AdamState } from './adam.ts';
import { latentVector, readHead } from './code.ts';
import type { InputSpec, TensorFunction } from './engine/engine.ts';
import { VECTORS, type Gan, type VectorName } from './gan.ts';
import { realLoss } from './losses.ts';
import { forward, type Weights } from './network.ts';
import { criticLoss, informationLoss, type Loss } from './objective.ts';
import type { Recipe } from './recipe.ts';
import { flatten, unflatten } from './vector.ts';

/** The inputs of one step besides the state: pictures [N, H, W, C] in [-1, 1], latent code, known code changes, rates. */
export function stepInputs({ latent, image }: Gan, batchSize: number): Record<string, InputSpec> {
  const picture = [batchSize, image.height, image.width, image.channels];
  const codes = uniforms(latent).length;
  return {
    real: { shape: picture },
    changed: { shape: picture },
    codeChange: { shape: [batchSize, codes] },
    ...Object.fromEntries(
      categoricals(latent).map(({ name }) => [name, { shape: [batchSize], dtype: 'int32' as const }]),
    ),
    c: { shape: [batchSize, codes] },
    ...Object.fromEntries(normals(latent).map(({ name, size }) => [name, { shape: [batchSize, size] }])),
    generatorRate: { shape: [] },
    discriminatorRate: { shape: [] },
    recognizerRate: { shape: [] },
    averaging: { shape: [] },
    sharpnessWeight: { shape: [] },
    balanceWeight: { shape: [] },
  };
}

/** The state that a step reads and writes: per vector its weights and Adam's two means, and the averaged generator. */
export function stateInputs({ layouts }: Gan): Record<string, InputSpec> {
  const inputs: Record<string, InputSpec> = {};
  for (const name of VECTORS) {
    for (const part of ['', '/m', '/v']) inputs[name + part] = { shape: [layouts[name].length] };
  }
  inputs['generator/average'] = { shape: [layouts.generator.length] };
  return inputs;
}

/**
 * One training step as a pure function of tensors: state and batch in, new state and losses out. Engines run
 * it eagerly or trace it once into a graph; nothing in it is computed on the host.
 *
 * D and Q step first, on real, changed and generated pictures (each with its own batch statistics); then G
 * steps against the stepped D and Q.
 */
export function trainingStep(gan: Gan, recipe: Recipe): TensorFunction {
  return (x) => {
    const state = (name: VectorName): AdamState => ({
      vector: x[name]!,
      m: x[`${name}/m`]!,
      v: x[`${name}/v`]!,
    });
    const settings = { beta1: recipe.beta1, beta2: 0.999, epsilon: 1e-8 };
    const input = latentVector(gan.latent, x);
    const generate = (weights: Weights) => forward(gan.generator, weights, input);

    const generatorWeights = unflatten(gan.layouts.generator, x['generator']!);
    const generated = generate(generatorWeights);
    const critics = {
      ...unflatten(gan.layouts.discriminator, x['discriminator']!),
      ...unflatten(gan.layouts.recognizer, x['recognizer']!),
    };
    const d = gradients(critics, (weights) => criticLoss(gan, recipe, weights, { ...x, generated }));
    const discriminator = adam(
      state('discriminator'),
      flatten(gan.layouts.discriminator, d.gradients),
      x['discriminatorRate']!,
      settings,
    );
    const recognizer = adam(
      state('recognizer'),
      flatten(gan.layouts.recognizer, d.gradients),
      x['recognizerRate']!,
      settings,
    );

    const stepped = {
      ...unflatten(gan.layouts.discriminator, discriminator.vector),
      ...unflatten(gan.layouts.recognizer, recognizer.vector),
    };
    const g = gradients(generatorWeights, (weights) => {
      const features = forward(gan.trunk, stepped, generate(weights));
      const fooled = realLoss(forward(gan.discriminator, stepped, features));
      const reading = readHead(gan.latent, forward(gan.recognizer, stepped, features));
      const info = informationLoss(gan, recipe, reading, x);
      return { loss: tf.add(fooled, info.loss), parts: { G: fooled } };
    });
    const generator = adam(
      state('generator'),
      flatten(gan.layouts.generator, g.gradients),
      x['generatorRate']!,
      settings,
    );
    const average = tf.add(
      tf.mul(x['generator/average']!, x['averaging']!),
      tf.mul(generator.vector, tf.sub(1, x['averaging']!)),
    );
    return {
      ...stateOutputs({ generator, discriminator, recognizer }),
      'generator/average': average,
      ...d.parts,
      ...g.parts,
    };
  };
}

function stateOutputs(states: Readonly<Record<VectorName, AdamState>>): Record<string, tf.Tensor> {
  const outputs: Record<string, tf.Tensor> = {};
  for (const name of VECTORS) {
    outputs[name] = states[name].vector;
    outputs[`${name}/m`] = states[name].m;
    outputs[`${name}/v`] = states[name].v;
  }
  return outputs;
}

/** Gradients of a loss by name of the weight, with the loss's parts. */
function gradients(weights: Weights, lossOf: (weights: Weights) => Loss) {
  const names = Object.keys(weights);
  let parts: Loss['parts'] = {};
  const byWeight = tf.grads((...tensors) => {
    const { loss, parts: named } = lossOf(Object.fromEntries(names.map((name, i) => [name, tensors[i]!])));
    parts = Object.fromEntries(Object.entries(named).map(([name, part]) => [name, tf.keep(part)]));
    return loss;
  });
  const tensors = byWeight(names.map((name) => weights[name]!));
  return { gradients: Object.fromEntries(names.map((name, i) => [name, tensors[i]!])), parts };
}
