import * as tf from '@tensorflow/tfjs';
import { adam } from '../adam.ts';
import type { InputSpec, TensorFunction } from '../engine/engine.ts';
import { crossEntropy, oneHot } from '../losses.ts';
import { buildNetwork, forward, infer, type BuiltNetwork, type Layer, type Weights } from '../network.ts';
import { flatten, layoutOf, unflatten, type VectorLayout } from '../vector.ts';

const batchNorm = { type: 'batchNorm', epsilon: 1e-5 } as const;
const relu = { type: 'relu' } as const;
const conv = (filters: number, stride: number): Layer => ({
  type: 'conv',
  filters,
  kernel: 3,
  stride,
  bias: false,
});

/** Picture to features: the space in which realism and variety are measured. */
const FEATURES: Layer[] = [
  ...[conv(24, 1), conv(32, 2), conv(48, 1), conv(64, 2), conv(96, 2)].flatMap((layer) => [
    layer,
    batchNorm,
    relu,
  ]),
  { type: 'flatten' },
  { type: 'dense', units: 96, bias: false },
  batchNorm,
  relu,
];
const HEAD: Layer[] = [{ type: 'dense', units: 10, bias: true }];

export const CLASSES = 10;

export interface JudgeNetwork {
  readonly features: BuiltNetwork;
  readonly head: BuiltNetwork;
  readonly layout: VectorLayout;
}

export function buildJudge(): JudgeNetwork {
  const features = buildNetwork('features', FEATURES, { channels: 1, height: 28, width: 28 });
  const head = buildNetwork('head', HEAD, features.output);
  return { features, head, layout: layoutOf([...features.parameters, ...head.parameters]) };
}

export function judgeInputs({ layout }: JudgeNetwork, batchSize: number): Record<string, InputSpec> {
  const vector = { shape: [layout.length] };
  return {
    images: { shape: [batchSize, 28, 28, 1] },
    labels: { shape: [batchSize], dtype: 'int32' },
    rate: { shape: [] },
    averaging: { shape: [] },
    weights: vector,
    'weights/m': vector,
    'weights/v': vector,
    'weights/average': vector,
  };
}

/** One supervised step: cross-entropy with labels, Adam, running mean of the weights. */
export function judgeStep({ features, head, layout }: JudgeNetwork): TensorFunction {
  return (x) => {
    const weights = unflatten(layout, x['weights']!);
    const names = Object.keys(weights);
    const target = oneHot(x['labels']!, CLASSES);
    const { value, grads } = tf.valueAndGrads((...tensors) => {
      const named = Object.fromEntries(names.map((name, i) => [name, tensors[i]!])) as Weights;
      const logits = forward(head, named, forward(features, named, x['images']!));
      return crossEntropy(target, tf.logSoftmax(logits));
    })(names.map((name) => weights[name]!));
    const gradient = flatten(layout, Object.fromEntries(names.map((name, i) => [name, grads[i]!])));
    const state = { vector: x['weights']!, m: x['weights/m']!, v: x['weights/v']! };
    const next = adam(state, gradient, x['rate']!, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
    const average = tf.add(
      tf.mul(x['weights/average']!, x['averaging']!),
      tf.mul(next.vector, tf.sub(1, x['averaging']!)),
    );
    return {
      weights: next.vector,
      'weights/m': next.m,
      'weights/v': next.v,
      'weights/average': average,
      loss: value,
    };
  };
}

/** Picture [N, 1, 28, 28] in [0, 1] to digit probabilities [N, 10] and features [N, 96]; inference form. */
export function judgeFunction({ features, head }: JudgeNetwork, weights: Weights): TensorFunction {
  return ({ image }) => {
    const picture = tf.sub(tf.mul(tf.transpose(image!, [0, 2, 3, 1]), 2), 1);
    const seen = infer(features, weights, picture);
    return { digit: tf.softmax(infer(head, weights, seen)), features: seen };
  };
}
