/* oxlint-disable vitest/expect-expect, unicorn/consistent-function-scoping -- check() in parity.ts holds the assertions, functions under test stand in their tests */
/** Kernels over pictures: convolution, resizing, normalisation, pooling. */
import * as tf from '@tensorflow/tfjs';
import { trace } from '@infogan/tracer';
import { describe, expect, test } from 'vitest';
import { run, x } from './cases.ts';
import { difference, runOrt } from './parity.ts';

describe('convolution', () => {
  type Pad = 'same' | 'valid' | number | [[0, 0], [number, number], [number, number], [0, 0]];
  const cases: [number[], number[], number | [number, number], Pad][] = [
    [[2, 7, 6, 3], [3, 3, 3, 4], 1, 'same'], [[2, 8, 8, 2], [4, 4, 2, 3], 2, 'same'],
    [[2, 7, 9, 2], [3, 2, 2, 3], [2, 3], 'valid'], [[1, 7, 7, 3], [3, 3, 3, 2], 2, [[0, 0], [1, 2], [0, 1], [0, 0]]],
    [[2, 6, 6, 3], [1, 1, 3, 5], 1, 'valid'], [[3, 5, 5, 1], [5, 5, 1, 2], 1, 'valid'], [[2, 8, 8, 2], [3, 3, 2, 2], 2, 1],
    [[2, 28, 28, 1], [4, 4, 1, 3], 2, 'same'],
    // enough channels for products over gathered windows
    [[2, 7, 6, 16], [3, 3, 16, 16], 1, 'same'], [[3, 8, 8, 8], [4, 4, 8, 16], 2, 'same'],
    [[2, 9, 8, 4], [3, 3, 4, 16], 2, 'same'], [[2, 12, 11, 4], [4, 5, 4, 16], 3, 'valid'],
    [[2, 5, 5, 16], [1, 1, 16, 16], 1, 'valid'], [[2, 6, 6, 16], [1, 1, 16, 16], 2, 'same'],
    // few channels and a filter that is a multiple of the stride: blocks
    [[2, 28, 28, 1], [4, 4, 1, 16], 2, 'same'], [[3, 11, 9, 2], [4, 2, 2, 16], 2, 'same'],
    [[2, 13, 12, 1], [6, 4, 1, 17], [3, 2], 'valid'], [[2, 9, 9, 3], [2, 2, 3, 16], 2, 'valid'],
    [[2, 10, 9, 1], [4, 4, 1, 16], 2, 3],
  ]; // prettier-ignore
  test.each(cases)('%j with %j, stride %j, pad %j', async (image, filter, stride, pad) => {
    await run({
      inputs: { a: x(image), f: x(filter, -1, 1, 2) },
      fn: ({ a, f }) =>
        tf.conv2d(
          a as tf.Tensor4D,
          f as tf.Tensor4D,
          stride,
          pad,
          'NHWC',
          1,
          typeof pad === 'string' ? undefined : 'floor',
        ),
    });
    if (Array.isArray(pad) || typeof pad === 'number') return;
    const four = image as [number, number, number, number];
    const down = tf.backend_util.computeConv2DInfo(four, filter as typeof four, stride, 1, pad).outShape;
    await run({
      inputs: { a: x(down), f: x(filter, -1, 1, 2) },
      fn: ({ a, f }) =>
        tf.conv2dTranspose(
          a as tf.Tensor4D,
          f as tf.Tensor4D,
          image as [number, number, number, number],
          stride,
          pad,
        ),
    });
  });

  /** What a convolution at stride 2 and its gradient by the kernel become, Reshapes left out. */
  function operatorsOf(image: number[], kernel: number[], dy: number[]): string[] {
    const { model } = trace(
      (x) => {
        const y = (filter: tf.Tensor): tf.Tensor =>
          tf.conv2d(x['image'] as tf.Tensor4D, filter as tf.Tensor4D, 2, 'same');
        return { y: y(x['kernel']!), gradient: tf.grad(y)(x['kernel']!, x['dy']) };
      },
      { image: { shape: image }, kernel: { shape: kernel }, dy: { shape: dy } },
    );
    const ops = model.graph!.node.map(({ opType }) => opType);
    return ops.filter((op) => op !== 'Reshape').toSorted();
  }

  test('of a training step is one product over windows that one Gather lays out, and so is its gradient', () => {
    const ops = operatorsOf([8, 14, 14, 32], [4, 4, 32, 64], [8, 7, 7, 64]);
    expect(ops).toEqual(['Gather', 'Gemm', 'MatMul', 'Pad']);
  });

  test('over few channels is one product over blocks of a stride, and so is its gradient', () => {
    const ops = operatorsOf([8, 28, 28, 1], [4, 4, 1, 32], [8, 14, 14, 32]);
    // the picture into blocks, the kernel into their order, its gradient back
    expect(ops).toEqual(['Gather', 'Gemm', 'MatMul', 'Pad', 'Transpose', 'Transpose', 'Transpose']);
  });

  test('dilated, NCHW, rank 3', async () => {
    const f = x([3, 3, 2, 4], -1, 1, 2);
    await run({
      inputs: { a: x([2, 9, 9, 2]), f },
      fn: (i) => tf.conv2d(i['a'] as tf.Tensor4D, i['f'] as tf.Tensor4D, 1, 'same', 'NHWC', 2),
      how: { by: [] },
    });
    await run({
      inputs: { a: x([9, 9, 2]), f },
      fn: (i) => tf.conv2d(i['a'] as tf.Tensor3D, i['f'] as tf.Tensor4D, 2, 'same'),
    });
  });
});

describe('resizing', () => {
  const cases: [[number, number], boolean, boolean][] = [
    [[8, 10], false, false], [[8, 10], false, true], [[7, 3], false, false], [[7, 3], true, false],
    [[2, 9], false, true], [[1, 1], false, false], [[4, 5], true, false],
  ]; // prettier-ignore
  test.each(cases)('to %j, alignCorners %j, halfPixelCenters %j', async (size, align, half) => {
    const two = { a: x([2, 4, 5, 3]) };
    // TF.js's cpu gradients: nearest is wrong for more than one image, bilinear for images that are not square,
    // and both ignore halfPixelCenters
    const one = { a: x([1, 5, 5, 3]) };
    for (const resize of [tf.image.resizeNearestNeighbor, tf.image.resizeBilinear]) {
      const fn = ({ a }: Record<string, tf.Tensor>): tf.Tensor => resize(a as tf.Tensor4D, size, align, half);
      await run({ inputs: two, fn, how: { by: [] } });
      if (!half) await run({ inputs: one, fn });
    }
  });

  test('the gradient is the transposed map, for several images and half pixels too', async () => {
    const [a, d] = [x([2, 4, 5, 3]), x([2, 8, 10, 3], -1, 1, 2)];
    for (const resize of [tf.image.resizeNearestNeighbor, tf.image.resizeBilinear]) {
      for (const half of [false, true]) {
        const up = (t: tf.Tensor): tf.Tensor => resize<tf.Tensor4D>(t as tf.Tensor4D, [8, 10], false, half);
        const { bytes } = trace(
          (i) => ({
            forward: tf.sum(tf.mul(up(i['a']!), i['d']!)),
            backward: tf.sum(tf.mul(tf.grad(up)(i['a']!, i['d']), i['a']!)),
          }),
          { a: { shape: a.shape }, d: { shape: d.shape } },
        );
        const { forward, backward } = await runOrt({ bytes }, { a, d });
        expect(difference(backward!.data, forward!.data)).toBeLessThan(1e-5);
      }
    }
  });
});

describe('normalisation', () => {
  test('batchNorm', async () => {
    await run({
      inputs: { a: x([2, 3, 4, 5]), m: x([5]), v: x([5], 0.5, 2), s: x([5], 0.5, 2, 3), o: x([5], -1, 1, 4) },
      fn: ({ a, m, v, s, o }) => tf.batchNorm(a!, m as tf.Tensor1D, v as tf.Tensor1D, o, s, 1e-3),
    });
    await run({
      inputs: { a: x([6, 5]), m: x([5]), v: x([5], 0.5, 2) },
      fn: ({ a, m, v }) => tf.batchNorm2d(a as tf.Tensor2D, m as tf.Tensor1D, v as tf.Tensor1D),
      how: { by: [] },
    });
  });
});

describe('pooling and depthwise convolution', () => {
  type Pad = 'same' | 'valid' | number;
  const cases: [number[], [number, number], [number, number], Pad][] = [
    [[2, 6, 6, 3], [2, 2], [2, 2], 'valid'], [[2, 7, 5, 2], [3, 2], [2, 1], 'same'], [[1, 8, 8, 1], [3, 3], [2, 2], 1],
    [[2, 5, 5, 2], [3, 3], [1, 1], 'same'], [[2, 7, 7, 2], [2, 3], [3, 2], 'valid'],
  ]; // prettier-ignore
  test.each(cases)('%j by %j, stride %j, pad %j', async (shape, size, stride, pad) => {
    const mode = typeof pad === 'number' ? 'floor' : undefined;
    await run({
      inputs: { a: x(shape) },
      fn: ({ a }) => tf.maxPool(a as tf.Tensor4D, size, stride, pad, mode),
    });
    await run({
      inputs: { a: x(shape) },
      fn: ({ a }) => tf.avgPool(a as tf.Tensor4D, size, stride, pad, mode),
    });
    // ties, as after a ReLU: the gradient goes to the first
    const few = { shape, data: Array.from(x(shape, 0, 2).data, Math.round) };
    await run({
      inputs: { a: few },
      fn: ({ a }) => tf.maxPool(a as tf.Tensor4D, size, stride, pad, mode),
    });
    if (stride[0] !== stride[1]) return;
    const f = x([...size, shape[3]!, 2], -1, 1, 2);
    await run({
      inputs: { a: x(shape), f },
      fn: (i) =>
        tf.depthwiseConv2d(i['a'] as tf.Tensor4D, i['f'] as tf.Tensor4D, stride, pad, 'NHWC', 1, mode),
    });
  });

  test('separable and dilated depthwise', async () => {
    await run({
      inputs: { a: x([2, 6, 6, 3]), d: x([3, 3, 3, 2], -1, 1, 2), p: x([1, 1, 6, 4], -1, 1, 3) },
      fn: ({ a, d, p }) =>
        tf.separableConv2d(a as tf.Tensor4D, d as tf.Tensor4D, p as tf.Tensor4D, 1, 'same'),
    });
    await run({
      inputs: { a: x([2, 8, 8, 3]), d: x([3, 3, 3, 2], -1, 1, 2) },
      fn: ({ a, d }) => tf.depthwiseConv2d(a as tf.Tensor4D, d as tf.Tensor4D, 1, 'same', 'NHWC', 2),
      how: { by: [] },
    });
  });
});
