import * as tf from '@tensorflow/tfjs';
import { CONTINUOUS_INPUT, UserError, categoricals, uniforms, type LatentSpec } from '@infogan/contract';
import { adam, type AdamState } from '../adam.ts';
import { latentVector, readHead, type Reading } from '../code.ts';
import type { InputSpec } from '../engine/engine.ts';
import type { Gan } from '../gan.ts';
import { binaryCrossEntropy, leastSquares, meanSquaredError, oneHot } from '../losses.ts';
import { forward, type Weights } from '../network.ts';
import type { StepTensors } from '../objective.ts';
import { dropoutPass, latentPass, passTensors } from '../passes.ts';
import { weightInput, type Recipe } from '../recipe.ts';
import { tutorialSheet } from '../sample-sheet.ts';
import { gradients } from '../step.ts';
import { flatten, unflatten } from '../vector.ts';
import type { System, Training, Turn } from './system.ts';

/**
 * InfoGAN as tutorials teach it: least squares between G and D, and the information loss as a third optimization
 * problem with an Adam of its own over G, D and Q together. D steps at every batch, G and the information at every
 * second. Each of the three makes its pictures afresh, from codes of its own and with the weights as they then stand.
 */
export const tutorial: System = {
  model: 'infogan',
  adapt: (blueprint) => blueprint,
  training(gan, recipe) {
    const { recognizer } = gan;
    if (recognizer === null) throw new Error('tutorial: the networks have no recognizer');
    if (categoricals(gan.latent).length + uniforms(gan.latent).length === 0) {
      throw new UserError(
        'train: the information loss needs a code to be about; pass --code-discrete-dim of 2 or more or --code-continuous-dim of 1 or more',
      );
    }
    return tutorialTraining({ ...gan, recognizer }, recipe);
  },
};

type InfoGan = Gan & { readonly recognizer: NonNullable<Gan['recognizer']> };

/** The vectors that the information loss steps, with Adam means of its own. */
const INFORMED = ['generator', 'discriminator', 'recognizer'] as const;

function tutorialTraining(gan: InfoGan, recipe: Recipe): Training {
  const critic: Turn = { inputs: criticInputs(gan, recipe), step: criticStep(gan, recipe) };
  const generatorInputs = secondInputs(gan, recipe);
  const [generator, information] = [generatorStep(gan, recipe), informationStep(gan, recipe)];
  const all: Turn = {
    inputs: { ...critic.inputs, ...generatorInputs },
    step(x) {
      const d = critic.step(x);
      const g = generator({ ...x, ...d });
      return { ...d, ...g, ...information({ ...x, ...d, ...g }) };
    },
  };
  return { gan, state: stateInputs(gan), ...all, turns: [all, critic], sheet: tutorialSheet };
}

function criticInputs({ latent, image, trunk }: Gan, { batchSize }: Recipe): Record<string, InputSpec> {
  const { height, width, channels } = image;
  return {
    real: { shape: [batchSize, height, width, channels] },
    ...dropoutPass('real', trunk, batchSize),
    ...latentPass('generated', latent, batchSize),
    ...dropoutPass('generated', trunk, batchSize),
    discriminatorRate: { shape: [] },
  };
}

/** What G and the information take at every second batch. */
function secondInputs({ latent, trunk }: Gan, { batchSize }: Recipe): Record<string, InputSpec> {
  const passes = ['fooling', 'information'].map((pass) => ({
    ...latentPass(pass, latent, batchSize),
    ...dropoutPass(pass, trunk, batchSize),
  }));
  const scalars = ['generatorRate', 'informationRate', weightInput('category'), weightInput('codes')];
  return Object.assign({}, ...passes, ...scalars.map((name) => ({ [name]: { shape: [] } }))) as Record<
    string,
    InputSpec
  >;
}

function stateInputs({ layouts }: Gan): Record<string, InputSpec> {
  const inputs: Record<string, InputSpec> = {};
  for (const [name, { length }] of Object.entries(layouts)) {
    const means = name === 'recognizer' ? ['/information'] : ['', '/information'];
    inputs[name] = { shape: [length] };
    for (const mean of means) {
      inputs[`${name}${mean}/m`] = { shape: [length] };
      inputs[`${name}${mean}/v`] = { shape: [length] };
    }
  }
  return inputs;
}

/** D: `((D(x) - 1)^2 + D(G(z))^2) / 2`. */
function criticStep(gan: InfoGan, recipe: Recipe) {
  return (x: StepTensors) => {
    const generated = draw(gan, unflatten(gan.layouts.generator, x['generator']!), x, 'generated');
    const d = gradients(unflatten(gan.layouts.discriminator, x['discriminator']!), (weights) => {
      const real = judge(gan, weights, x['real']!, x, 'real');
      const fake = judge(gan, weights, generated, x, 'generated');
      const loss = tf.mul(tf.add(leastSquares(real, 1), leastSquares(fake, 0)), 0.5);
      return { loss, parts: { D: loss } };
    });
    return { ...descend(gan, recipe, x, 'discriminator', '', d.gradients), ...d.parts };
  };
}

/** G: `(D(G(z)) - 1)^2`. */
function generatorStep(gan: InfoGan, recipe: Recipe) {
  return (x: StepTensors) => {
    const critic = unflatten(gan.layouts.discriminator, x['discriminator']!);
    const g = gradients(unflatten(gan.layouts.generator, x['generator']!), (weights) => {
      const loss = leastSquares(judge(gan, critic, draw(gan, weights, x, 'fooling'), x, 'fooling'), 1);
      return { loss, parts: { G: loss } };
    });
    return { ...descend(gan, recipe, x, 'generator', '', g.gradients), ...g.parts };
  };
}

/** G, D's trunk and Q together: how well Q reads the code that G was given. */
function informationStep(gan: InfoGan, recipe: Recipe) {
  return (x: StepTensors) => {
    const all = Object.assign(
      {},
      ...INFORMED.map((name) => unflatten(gan.layouts[name]!, x[name]!)),
    ) as Weights;
    // the validity head reads no code
    const informed = Object.fromEntries(
      Object.entries(all).filter(([name]) => !name.startsWith(`${gan.discriminator.name}/`)),
    );
    const { gradients: byName, parts } = gradients(informed, (weights) => {
      const features = trunk(gan, weights, draw(gan, weights, x, 'information'), x, 'information');
      const reading = readHead(gan.latent, forward(gan.recognizer, weights, features));
      const loss = informationLoss(gan.latent, reading, x);
      return { loss, parts: { info: loss } };
    });
    const states = INFORMED.map((name) => descend(gan, recipe, x, name, '/information', byName));
    return { ...(Object.assign({}, ...states) as Record<string, tf.Tensor>), ...parts };
  };
}

function draw(gan: InfoGan, weights: Weights, x: StepTensors, pass: string): tf.Tensor {
  return forward(gan.generator, weights, latentVector(gan.latent, passTensors(pass, x)));
}

/** Features of pictures, with the dropout of a pass. */
function trunk(gan: InfoGan, weights: Weights, pictures: tf.Tensor, x: StepTensors, pass: string): tf.Tensor {
  return forward(gan.trunk, weights, pictures, undefined, passTensors(pass, x));
}

function judge(gan: InfoGan, weights: Weights, pictures: tf.Tensor, x: StepTensors, pass: string): tf.Tensor {
  return forward(gan.discriminator, weights, trunk(gan, weights, pictures, x, pass));
}

/** Binary cross-entropy of the category's softmax and its one-hot row, and squared error of the codes. */
function informationLoss(latent: LatentSpec, reading: Reading, x: StepTensors): tf.Tensor {
  const asked = passTensors('information', x);
  const category = categoricals(latent).map(({ name, labels }) =>
    binaryCrossEntropy(oneHot(asked[name]!, labels.length), tf.softmax(reading.logits[name]!)),
  );
  const terms = category.map((term) => tf.mul(term, x[weightInput('category')]!));
  if (reading.codes !== null) {
    const error = meanSquaredError(reading.codes, asked[CONTINUOUS_INPUT]!);
    terms.push(tf.mul(error, x[weightInput('codes')]!));
  }
  return tf.addN(terms);
}

/** A vector's step of Adam as state: the vector, and the means of `optimizer` ('' is the vector's own). */
function descend(
  { layouts }: Gan,
  { beta1, beta2 }: Recipe,
  x: StepTensors,
  name: string,
  optimizer: '' | '/information',
  byWeight: Weights,
): Record<string, tf.Tensor> {
  const means = `${name}${optimizer}`;
  const before: AdamState = { vector: x[name]!, m: x[`${means}/m`]!, v: x[`${means}/v`]! };
  const rate = x[optimizer === '' ? `${name}Rate` : 'informationRate']!;
  const settings = { beta1, beta2, epsilon: 1e-8 };
  const { vector, m, v } = adam(before, flatten(layouts[name]!, byWeight), rate, settings);
  return { [name]: vector, [`${means}/m`]: m, [`${means}/v`]: v };
}
