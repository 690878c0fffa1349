import * as tf from '@tensorflow/tfjs';
import {
  categoricals,
  latentWidth,
  normals,
  uniforms,
  type ImageGeometry,
  type LatentSpec,
} from '@infogan/contract';
import { adam, type AdamState } from './adam.ts';
import type { InputSpec, TensorFunction } from './engine/engine.ts';
import {
  crossEntropy,
  generatedLoss,
  marginalEntropy,
  meanSquaredError,
  oneHot,
  realLoss,
} from './losses.ts';
import { buildNetwork, forward, type BuiltNetwork, type Weights } from './network.ts';
import type { Preset } from './presets/index.ts';
import type { Recipe } from './recipe.ts';
import { flatten, layoutOf, unflatten, type VectorLayout } from './vector.ts';

/** An InfoGAN's networks with the layout of each parameter vector. */
export interface Gan {
  readonly latent: LatentSpec;
  readonly image: ImageGeometry;
  readonly generator: BuiltNetwork;
  readonly trunk: BuiltNetwork;
  readonly discriminator: BuiltNetwork;
  readonly recognizer: BuiltNetwork;
  /** The three vectors that optimizers step: generator; trunk with validity head; Q head. */
  readonly layouts: Readonly<Record<VectorName, VectorLayout>>;
}
export const VECTORS = ['generator', 'discriminator', 'recognizer'] as const;
export type VectorName = (typeof VECTORS)[number];

/** @throws when the layers do not fit each other, the latent code or the picture */
export function buildGan({ latent, image, networks }: Pick<Preset, 'latent' | 'image' | 'networks'>): Gan {
  const generator = buildNetwork('generator', networks.generator, { features: latentWidth(latent) });
  const trunk = buildNetwork('trunk', networks.trunk, image);
  const discriminator = buildNetwork('discriminator', networks.discriminator, trunk.output);
  const recognizer = buildNetwork('recognizer', networks.recognizer, trunk.output);
  const layouts = {
    generator: layoutOf(generator.parameters),
    discriminator: layoutOf([...trunk.parameters, ...discriminator.parameters]),
    recognizer: layoutOf(recognizer.parameters),
  };
  return { latent, image, generator, trunk, discriminator, recognizer, layouts };
}

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

/** What the Q head says: per categorical code its logits [N, K], and the continuous codes [N, k]. */
export interface Reading {
  readonly logits: Readonly<Record<string, tf.Tensor>>;
  readonly codes: tf.Tensor;
}

/** Cuts the Q head's output into the parts of the latent code. */
export function readHead(latent: LatentSpec, output: tf.Tensor): Reading {
  const sizes = [...categoricals(latent).map(({ labels }) => labels.length), uniforms(latent).length];
  const parts = tf.split(output, sizes, 1);
  return {
    logits: Object.fromEntries(categoricals(latent).map(({ name }, i) => [name, parts[i]!])),
    codes: parts.at(-1)!,
  };
}

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

interface Loss {
  readonly loss: tf.Tensor;
  /** Named parts to log, each a scalar. */
  readonly parts: Readonly<Record<string, tf.Tensor>>;
}

function criticLoss(
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
function informationLoss(
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

/** Whether any term on real pictures has a weight; without one their changed copies need not be computed. */
function usesRealPictures({ weights }: Recipe): boolean {
  const { consistency, anchors, sharpness, balance } = weights;
  return [consistency, anchors, sharpness.from, sharpness.to, balance.from, balance.to].some(
    (weight) => weight > 0,
  );
}

/**
 * What makes the categories the digits and the codes slant and thickness, without labels. With p = Q's
 * softmax on a real picture and p' on its changed copy: consistency `CE(p, p')`, sharpness `mean H(p)`, balance
 * `-H(mean p)` (the terms of a mutual information between picture and category, after Bridle et al. 1991 and
 * Ji et al. 2019), and anchors: the codes of the copy must differ by the change that was made.
 */
function realPictureLoss(
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
  const anchors = meanSquaredError(tf.sub(changed.codes, real.codes), x['codeChange']!);
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
