import * as tf from '@tensorflow/tfjs';
import { Random } from '@infogan/contract';
import { buildNetwork, forward, infer, type Layer, type Shape } from '@infogan/train';
import { beforeAll, describe, expect, test } from 'vitest';

beforeAll(() => tf.setBackend('cpu'));

const normals = (random: Random, shape: readonly number[]) =>
  tf.tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()),
    [...shape],
  );

/** A network of one layer with random weights and input: value and gradients of `sum(up * y)`, by a form of ours and by TensorFlow.js's own operations. */
function compare(layer: Layer, input: Extract<Shape, { channels: number }>, count: number, plain: Plain) {
  const random = new Random(5);
  const network = buildNetwork('net', [layer], input);
  const [kernelSpec, biasSpec] = network.parameters;
  const kernel = normals(random, kernelSpec!.shape) as tf.Tensor4D;
  const bias = normals(random, biasSpec!.shape);
  const x = normals(random, [count, input.height, input.width, input.channels]) as tf.Tensor4D;
  const output = network.output as typeof input;
  const up = normals(random, [count, output.height, output.width, output.channels]);
  const weights = (kernel: tf.Tensor) => ({ [kernelSpec!.name]: kernel, [biasSpec!.name]: bias });
  const results = (run: (x: tf.Tensor, kernel: tf.Tensor) => tf.Tensor) => [
    run(x, kernel),
    ...tf.grads((x, kernel) => tf.sum(tf.mul(up, run(x, kernel))))([x, kernel]),
  ];
  const wanted = results((x, kernel) => tf.add(plain(x as tf.Tensor4D, kernel as tf.Tensor4D), bias));
  const trained = results((x, kernel) => forward(network, weights(kernel), x));
  const inferred = infer(network, weights(kernel), x);
  const difference = (a: tf.Tensor, b: tf.Tensor) => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]!;
  return {
    training: trained.map((tensor, i) => difference(tensor, wanted[i]!)),
    inference: difference(inferred, wanted[0]!),
  };
}
type Plain = (x: tf.Tensor4D, kernel: tf.Tensor4D) => tf.Tensor4D;

const filterOf = (kernel: tf.Tensor4D) => tf.transpose<tf.Tensor4D>(kernel, [2, 3, 1, 0]);

describe('upsampling and convolution in one', () => {
  test.each([
    { channels: 3, height: 4, width: 5, filters: 2 },
    { channels: 2, height: 1, width: 2, filters: 3 },
  ])('is what the two are one after the other, value and gradients: %j', ({ filters, ...input }) => {
    // one picture at a time: TensorFlow.js's cpu gradient of resizeNearestNeighbor is wrong for more
    const layer: Layer = { type: 'upsampleConv', filters, bias: true };
    const { training, inference } = compare(layer, input, 1, (x, kernel) =>
      tf.conv2d(
        tf.image.resizeNearestNeighbor(x, [2 * input.height, 2 * input.width]),
        filterOf(kernel),
        1,
        'same',
      ),
    );
    for (const difference of [...training, inference]) expect(difference).toBeLessThan(1e-4);
  });

  test('treats every picture of a batch alike', () => {
    const random = new Random(6);
    const network = buildNetwork('net', [{ type: 'upsampleConv', filters: 2, bias: false }], {
      channels: 3,
      height: 3,
      width: 3,
    });
    const weights = { 'net/upsampleConv1/kernel': normals(random, [2, 3, 3, 3]) };
    const x = normals(random, [2, 3, 3, 3]);
    const together = forward(network, weights, x);
    const apart = tf.concat(tf.split(x, 2).map((picture) => forward(network, weights, picture)));
    expect(tf.max(tf.abs(tf.sub(together, apart))).dataSync()[0]).toBeLessThan(1e-5);
  });
});

test.each([
  { kernel: 3, filters: 1 },
  { kernel: 5, filters: 3 },
  { kernel: 1, filters: 2 },
])('a convolution to few channels is the usual one, value and gradients: %j', ({ kernel, filters }) => {
  const layer: Layer = { type: 'conv', filters, kernel, stride: 1, bias: true, padding: (kernel - 1) / 2 };
  const { training, inference } = compare(layer, { channels: 4, height: 6, width: 5 }, 3, (x, weights) =>
    tf.conv2d(x, filterOf(weights), 1, 'same'),
  );
  for (const difference of [...training, inference]) expect(difference).toBeLessThan(1e-4);
});

test.each([28, 14, 7, 4, 5])(
  'a convolution of stride 2 with padding 1 halves %d pixels, rounding up',
  (size) => {
    const layer: Layer = { type: 'conv', filters: 4, kernel: 3, stride: 2, bias: true, padding: 1 };
    const input = { channels: 2, height: size, width: size };
    // zeros laid on by hand, then windows that fit: what PyTorch's Conv2d(…, 3, 2, 1) does
    const { training, inference } = compare(layer, input, 2, (x, weights) =>
      tf.conv2d(
        tf.pad(x, [
          [0, 0],
          [1, 1],
          [1, 1],
          [0, 0],
        ]),
        filterOf(weights),
        2,
        'valid',
      ),
    );
    for (const difference of [...training, inference]) expect(difference).toBeLessThan(1e-4);
    expect(buildNetwork('net', [layer], input).output).toEqual({
      channels: 4,
      height: Math.ceil(size / 2),
      width: Math.ceil(size / 2),
    });
  },
);

describe('channel dropout', () => {
  const network = buildNetwork('net', [{ type: 'channelDropout', rate: 0.25 }], {
    channels: 3,
    height: 2,
    width: 2,
  });
  const x = tf.ones([2, 2, 2, 3]);
  const mask = tf.tensor2d([
    [0, 1.5, 1],
    [1, 0, 2],
  ]);

  test('multiplies whole channels, each picture by its own row', () => {
    const y = forward(network, {}, x, undefined, { 'net/channelDropout1': mask });
    expect([...y.dataSync()]).toEqual([
      0, 1.5, 1, 0, 1.5, 1, 0, 1.5, 1, 0, 1.5, 1, 1, 0, 2, 1, 0, 2, 1, 0, 2, 1, 0, 2,
    ]);
  });

  test('does nothing in inference, and a mask that is missing is an error', () => {
    expect([...infer(network, {}, x).dataSync()]).toEqual([...x.dataSync()]);
    expect(() => forward(network, {}, x, undefined, {})).toThrow(/no mask for net\/channelDropout1/);
  });
});
