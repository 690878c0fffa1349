import * as tf from '@tensorflow/tfjs';
import { adam, type AdamState } from './adam.ts';
import { withChannelsLast } from './channels-last.ts';
import { latentVector } from './code.ts';
import type { InputSpec, TensorFunction } from './engine/engine.ts';
import type { Gan } from './gan.ts';
import { latentInputs } from './latent-arrays.ts';
import { forward, type Weights } from './network.ts';
import type { Loss, Objective } from './objective.ts';
import type { Recipe } from './recipe.ts';
import type { Training } from './systems/system.ts';
import { flatten, unflatten } from './vector.ts';

/** The training of a GAN whose two sides take turns, whatever they descend. */
export function alternatingTraining(gan: Gan, recipe: Recipe, objective: Objective): Training {
  return {
    gan,
    inputs: stepInputs(gan, recipe.batchSize, objective),
    state: stateInputs(gan),
    step: trainingStep(gan, recipe, objective),
  };
}

/** The inputs of one step besides the state: pictures [N, H, W, C] in [-1, 1], latent code, rates, the objective's own. */
function stepInputs(gan: Gan, batchSize: number, objective: Objective): Record<string, InputSpec> {
  const { height, width, channels } = gan.image;
  return {
    real: { shape: [batchSize, height, width, channels] },
    ...objective.inputs(batchSize),
    ...latentInputs(gan.latent, batchSize),
    ...Object.fromEntries(Object.keys(gan.layouts).map((name) => [`${name}Rate`, { shape: [] }])),
    averaging: { shape: [] },
  };
}

/** The state that a step reads and writes: per vector its weights, Adam's two means and the running average of the weights. */
function stateInputs({ layouts }: Gan): Record<string, InputSpec> {
  const inputs: Record<string, InputSpec> = {};
  for (const [name, { length }] of Object.entries(layouts)) {
    for (const part of ['', '/m', '/v', '/average']) inputs[name + part] = { shape: [length] };
  }
  return inputs;
}

/**
 * One training step as a pure function of tensors: state and batch in, new state and losses out. Engines run
 * it eagerly or trace it once into a graph; nothing in it is computed on the host.
 *
 * The critics (D, and Q where there is one) step first, on the generator's pictures as they are; then G steps
 * against the stepped critics. Each pass through a network has its own batch statistics.
 */
function trainingStep(gan: Gan, recipe: Recipe, objective: Objective): TensorFunction {
  const { generator: layout, ...criticLayouts } = gan.layouts;
  const settings = { beta1: recipe.beta1, beta2: recipe.beta2, epsilon: 1e-8 };
  return (x) => {
    const descend = (name: string, gradients: Weights): AdamState => {
      const state = { vector: x[name]!, m: x[`${name}/m`]!, v: x[`${name}/v`]! };
      return adam(state, flatten(gan.layouts[name]!, gradients), x[`${name}Rate`]!, settings);
    };
    const weightsOf = (vectors: Readonly<Record<string, tf.Tensor>>): Weights =>
      Object.assign(
        {},
        ...Object.entries(criticLayouts).map(([name, critic]) => unflatten(critic, vectors[name]!)),
      ) as Weights;
    const arrange = (weights: Weights) => withChannelsLast(gan.trunk, weights);
    const input = latentVector(gan.latent, x);
    const generate = (weights: Weights) => forward(gan.generator, weights, input);
    const generatorWeights = unflatten(layout, x['generator']!);

    const generated = generate(generatorWeights);
    const d = gradients(weightsOf(x), (weights) => objective.critic(arrange(weights), { ...x, generated }));
    const critics = Object.keys(criticLayouts).map((name) => [name, descend(name, d.gradients)] as const);

    const stepped = arrange(
      weightsOf(Object.fromEntries(critics.map(([name, { vector }]) => [name, vector]))),
    );
    const g = gradients(generatorWeights, (weights) =>
      objective.generator(stepped, { ...x, generated: generate(weights) }),
    );
    const generator = descend('generator', g.gradients);
    return {
      ...stateOutputs({ generator, ...Object.fromEntries(critics) }, x),
      ...d.parts,
      ...g.parts,
    };
  };
}

function stateOutputs(
  states: Readonly<Record<string, AdamState>>,
  x: Readonly<Record<string, tf.Tensor>>,
): Record<string, tf.Tensor> {
  const outputs: Record<string, tf.Tensor> = {};
  for (const [name, { vector, m, v }] of Object.entries(states)) {
    const average = tf.add(
      tf.mul(x[`${name}/average`]!, x['averaging']!),
      tf.mul(vector, tf.sub(1, x['averaging']!)),
    );
    Object.assign(outputs, {
      [name]: vector,
      [`${name}/m`]: m,
      [`${name}/v`]: v,
      [`${name}/average`]: average,
    });
  }
  return outputs;
}

/** Gradients of a loss by name of the weight, with the loss's parts. */
export function gradients(weights: Weights, lossOf: (weights: Weights) => Loss) {
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
