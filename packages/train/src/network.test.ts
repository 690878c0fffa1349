import * as tf from '@tensorflow/tfjs';
import { Random } from '@infogan/contract';
import { buildNetwork, foldBatchNorm, forward, infer, initialWeights, type Layer } from '@infogan/train';
import { beforeAll, describe, expect, test } from 'vitest';
import { withChannelsLast } from './channels-last.ts';

beforeAll(() => tf.setBackend('cpu'));

const norm = { type: 'batchNorm', epsilon: 1e-5 } as const;
const cases: Record<string, Layer[]> = {
  'conv, batch norm': [
    { type: 'conv', filters: 3, kernel: 4, stride: 2, bias: true },
    norm,
    { type: 'relu' },
  ],
  'transposed conv, batch norm': [
    { type: 'convTranspose', filters: 3, kernel: 4, stride: 2, bias: false },
    norm,
  ],
  'dense, batch norm': [
    { type: 'flatten' },
    { type: 'dense', units: 5, bias: false },
    norm,
    { type: 'tanh' },
  ],
  'batch norm behind an activation': [
    { type: 'conv', filters: 3, kernel: 3, stride: 1, bias: true },
    { type: 'leakyRelu', slope: 0.2 },
    norm,
    { type: 'conv', filters: 2, kernel: 3, stride: 1, bias: true },
  ],
};

describe('batch norm folded into its neighbours', () => {
  test.each(Object.entries(cases))('%s: inference form gives the training form’s numbers', (_, layers) => {
    const random = new Random(3);
    const network = buildNetwork('net', layers, { channels: 2, height: 6, width: 6 });
    const arrays = initialWeights(network, random);
    for (const values of Object.values(arrays))
      values.forEach((_, i) => (values[i]! += 0.3 * random.normal()));
    const shapes = Object.fromEntries(network.parameters.map(({ name, shape }) => [name, shape]));
    const upload = (weights: Record<string, Float32Array>) =>
      Object.fromEntries(
        Object.entries(weights).map(([name, v]) => [name, tf.tensor(v, [...(shapes[name] ?? [v.length])])]),
      );
    const x = tf.tensor4d(
      Float32Array.from({ length: 5 * 36 * 2 }, () => random.normal()),
      [5, 6, 6, 2],
    );
    const statistics: Record<string, { mean: Float32Array; variance: Float32Array }> = {};
    const trained = forward(network, upload(arrays), x, (layer, { mean, variance }) => {
      statistics[layer] = { mean: mean.dataSync<'float32'>(), variance: variance.dataSync<'float32'>() };
    });
    const inferred = infer(network, upload(foldBatchNorm(network, arrays, statistics)), x);
    expect(tf.max(tf.abs(tf.sub(trained, inferred))).dataSync()[0]).toBeLessThan(1e-5);
  });
});

test('batch norm’s closed gradient is the one that autodiff finds', () => {
  const random = new Random(4);
  const tensor = (shape: number[]) =>
    tf.tensor(
      Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal()),
      shape,
    );
  const network = buildNetwork('net', [norm], { channels: 3, height: 4, width: 4 });
  const [x, scale, offset, up] = [tensor([2, 4, 4, 3]), tensor([3]), tensor([3]), tensor([2, 4, 4, 3])];
  const ours = tf.grads((x, scale, offset) =>
    tf.sum(
      tf.mul(up, forward(network, { 'net/batchNorm1/scale': scale, 'net/batchNorm1/offset': offset }, x)),
    ),
  )([x, scale, offset]);
  const plain = tf.grads((x, scale, offset) => {
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    return tf.sum(tf.mul(up, tf.batchNorm(x, mean, variance, offset, scale, 1e-5)));
  })([x, scale, offset]);
  ours.forEach((gradient, i) => {
    expect(tf.max(tf.abs(tf.sub(gradient, plain[i]!))).dataSync()[0]).toBeLessThan(1e-4);
  });
});

test('a dense kernel in the pictures’ order changes neither the features nor the gradient of the stored one', () => {
  const random = new Random(5);
  const layers: Layer[] = [
    { type: 'conv', filters: 3, kernel: 3, stride: 2, bias: true },
    { type: 'flatten' },
    { type: 'dense', units: 5, bias: true },
  ];
  const network = buildNetwork('net', layers, { channels: 2, height: 4, width: 6 });
  const normal = (shape: readonly number[]) => {
    const size = shape.reduce((product, dim) => product * dim, 1);
    return tf.tensor(
      Float32Array.from({ length: size }, () => random.normal()),
      [...shape],
    );
  };
  const stored = Object.fromEntries(network.parameters.map(({ name, shape }) => [name, normal(shape)]));
  const [x, dy] = [normal([4, 4, 6, 2]), normal([4, 5])];
  const kernel = 'net/dense1/kernel';
  const [plain, sorted] = [stored, withChannelsLast(network, stored)].map((weights) =>
    forward(network, weights, x),
  );
  const by = (weightsOf: (kernel: tf.Tensor) => Record<string, tf.Tensor>) =>
    tf.grad((value) => tf.sum(tf.mul(forward(network, weightsOf(value), x), dy)))(stored[kernel]!);
  const gradient = by((value) => ({ ...stored, [kernel]: value }));
  const throughOrder = by((value) => ({ ...withChannelsLast(network, { ...stored, [kernel]: value }) }));
  const apart = (a: tf.Tensor, b: tf.Tensor) => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0];
  expect(apart(plain!, sorted!)).toBeLessThan(1e-5);
  expect(apart(gradient, throughOrder)).toBeLessThan(1e-5);
});

test('layers that do not fit are refused by name', () => {
  const dense: Layer = { type: 'dense', units: 5, bias: true };
  expect(() => buildNetwork('net', [dense], { channels: 1, height: 4, width: 4 })).toThrow(
    /net\/dense1 needs features but gets pictures; put a flatten layer/,
  );
  expect(() =>
    buildNetwork('net', [{ type: 'reshape', channels: 2, height: 2, width: 2 }], { features: 9 }),
  ).toThrow(/net\/reshape1 cannot reshape/);
});
