/* oxlint-disable vitest/expect-expect, unicorn/consistent-function-scoping, unicorn/no-array-fill-with-reference-type -- check() in parity.ts holds the assertions, functions under test stand in their tests, tf.fill is no array's */
import * as tf from '@tensorflow/tfjs';
import { describe, test } from 'vitest';
import { run, whole, x } from './cases.ts';
import type { Numbers } from './parity.ts';

type T = tf.Tensor;
const unary: [string, (t: T) => T, number?, number?][] = [
  ['abs', tf.abs], ['acos', tf.acos, -0.9, 0.9], ['acosh', tf.acosh, 1.1, 3], ['asin', tf.asin, -0.9, 0.9],
  ['asinh', tf.asinh], ['atan', tf.atan], ['atanh', tf.atanh, -0.9, 0.9], ['ceil', tf.ceil, -3, 3],
  ['clip', (t) => tf.clipByValue(t, -0.5, 0.25)], ['cos', tf.cos], ['cosh', tf.cosh], ['elu', tf.elu, -2, 2],
  ['erf', tf.erf], ['exp', tf.exp], ['expm1', tf.expm1], ['floor', tf.floor, -3, 3],
  ['leakyRelu', (t) => tf.leakyRelu(t, 0.1)], ['steep leakyRelu', (t) => tf.leakyRelu(t, 1.5)], ['log', tf.log, 0.1, 2], ['log1p', tf.log1p, -0.5, 2],
  ['logSigmoid', tf.logSigmoid], ['neg', tf.neg], ['onesLike', (t) => tf.mul(tf.onesLike(t), t)],
  ['reciprocal', tf.reciprocal, 0.5, 2], ['relu', tf.relu], ['relu6', tf.relu6, -3, 9], ['round', tf.round, -3, 3],
  ['rsqrt', tf.rsqrt, 0.5, 2], ['selu', tf.selu], ['sigmoid', tf.sigmoid, -4, 4], ['sign', tf.sign],
  ['sin', tf.sin], ['sinh', tf.sinh], ['softplus', tf.softplus, -4, 4], ['sqrt', tf.sqrt, 0.1, 2],
  ['square', tf.square], ['step', (t) => tf.add(t, tf.step(t, 0.3))], ['tan', tf.tan], ['tanh', tf.tanh],
  ['zerosLike', (t) => tf.add(tf.zerosLike(t), t)], ['mish', (t) => tf.mul(t, tf.tanh(tf.softplus(t)))],
]; // prettier-ignore

describe('one operand', () => {
  test.each(unary)('%s', async (_, fn, low = -1, high = 1) => {
    await run({ inputs: { a: x([2, 3, 4], low, high) }, fn: ({ a }) => fn(a!) });
  });
});

const binary: [string, (a: T, b: T) => T, number?, number?][] = [
  ['add', tf.add], ['atan2', tf.atan2], ['div', tf.div, 0.5, 2], ['maximum', tf.maximum], ['minimum', tf.minimum],
  ['mod', tf.mod, 0.5, 9], ['mul', tf.mul], ['pow', tf.pow, 0.5, 2], ['squaredDifference', tf.squaredDifference],
  ['sub', tf.sub], ['prelu', (a, b) => tf.prelu(a, b)],
  ['where', (a, b) => tf.where(tf.greaterEqual(a, b), tf.mul(a, b), tf.sub(a, b))],
]; // prettier-ignore

describe('two operands', () => {
  const shapes = ['2,3,4 2,3,4', '2,3,4 4', '2,3,4 3,1', '4 ', '3,1 2,1,4'].map((pair) =>
    pair.split(' ').map((list) => (list === '' ? [] : list.split(',').map(Number))),
  );
  // TF.js's own gradients of these do not sum over broadcast axes
  const unbroadcast = new Set(['maximum', 'minimum', 'squaredDifference']);
  test.each(binary)('%s', async (name, fn, low = -1, high = 1) => {
    for (const [a, b] of shapes) {
      if (name === 'prelu' && a!.length < b!.length) continue;
      const by = unbroadcast.has(name) && String(a) !== String(b) ? { by: [] } : {};
      const inputs = { a: x(a!, low, high), b: x(b!, low, high, 2) };
      await run({ inputs, fn: (i) => fn(i['a']!, i['b']!), how: by });
    }
  });

  test('integers', async () => {
    await run({
      inputs: { a: whole([2, 5], 9), b: whole([5], 5, 2) },
      fn: ({ a, b }) => {
        const c = tf.add(b!, tf.scalar(1, 'int32'));
        return [
          tf.add(a!, c), tf.sub(a!, c), tf.mul(a!, c), tf.floorDiv(a!, c), tf.mod(a!, c), tf.maximum(a!, c),
          tf.floorDiv(tf.neg(a!), c), tf.sum(a!), tf.max(a!, 1), tf.abs(tf.neg(a!)),
        ];
      },
      how: { by: [] },
    }); // prettier-ignore
  });

  test('comparison and logic', async () => {
    await run({
      inputs: { a: whole([3, 5], 3), b: whole([5], 3, 2) },
      fn: ({ a, b }) => {
        const bools = [
          tf.equal(a!, b!), tf.notEqual(a!, b!), tf.greater(a!, b!), tf.greaterEqual(a!, b!), tf.less(a!, b!),
          tf.lessEqual(a!, b!), tf.logicalAnd(tf.cast(a!, 'bool'), tf.cast(b!, 'bool')),
          tf.logicalOr(tf.cast(a!, 'bool'), tf.cast(b!, 'bool')), tf.logicalNot(tf.cast(a!, 'bool')),
          tf.logicalXor(tf.cast(a!, 'bool'), tf.cast(b!, 'bool')), tf.equal(tf.cast(a!, 'bool'), tf.cast(b!, 'bool')),
          tf.all(tf.cast(a!, 'bool'), 1), tf.any(tf.cast(a!, 'bool'), 0),
        ];
        return [...bools, ...bools.map((t) => tf.cast(t, 'float32')), tf.sum(bools[0]!)];
      },
      how: { by: [] },
    }); // prettier-ignore
  });

  test('a vector over few channels meets a large operand, whichever side it stands on', async () => {
    const vector = x([16], -1, 1, 2);
    for (const shape of [
      [64, 16, 9, 16],
      [8192, 16],
    ]) {
      await run({
        inputs: { a: x(shape), vector },
        fn: (i) => [tf.mul(i['a']!, i['vector']!), tf.sub(i['vector']!, i['a']!)],
        how: { by: ['a'] }, // the other gradient adds up thousands of numbers, in whatever order
      });
    }
  });

  test('what is not a number', async () => {
    const a: Numbers = { shape: [4], data: [1, NaN, Infinity, -Infinity] };
    await run({
      inputs: { a },
      fn: (i) => [tf.isNaN(i['a']!), tf.isInf(i['a']!), tf.isFinite(i['a']!)],
      how: { by: [] },
    });
  });
});

const reductions: [string, (t: T, axis?: number | number[], keep?: boolean) => T][] = [
  ['sum', tf.sum], ['mean', tf.mean], ['max', tf.max], ['min', tf.min], ['logSumExp', tf.logSumExp],
  ['moments', (t, axis, keep) => tf.moments(t, axis, keep).variance],
]; // prettier-ignore

describe('reductions', () => {
  test.each(reductions)('%s', async (_, fn) => {
    for (const axis of [undefined, 0, 2, -1, [0, 1], [0, 2]]) {
      for (const keep of [false, true]) {
        await run({ inputs: { a: x([2, 3, 4]) }, fn: ({ a }) => fn(a!, axis, keep) });
      }
    }
  });

  test('of a stretched tensor', async () => {
    await run({
      inputs: { a: x([3, 1]) },
      fn: ({ a }) => {
        const wide = tf.broadcastTo(a!, [2, 3, 4]);
        return [
          tf.sum(wide),
          tf.mean(wide, [0, 2]),
          tf.max(wide, 2),
          tf.sum(tf.mul(wide, wide), 2),
          tf.prod(wide, 2),
        ];
      },
      how: { by: ['a'].slice(1) },
    });
    await run({
      inputs: { a: x([3, 1]) },
      fn: ({ a }) => tf.sum(tf.mul(tf.broadcastTo(a!, [2, 3, 4]), a!), 2),
    });
  });

  test('argMax, argMin, softmax, logSoftmax, prod, cumsum, cumprod', async () => {
    await run({
      inputs: { a: x([3, 5, 2]) },
      fn: ({ a }) => [tf.argMax(a!, 1), tf.argMin(a!, -1)],
      how: { by: [] },
    });
    await run({ inputs: { a: x([3, 5], -3, 3) }, fn: ({ a }) => [tf.softmax(a!), tf.logSoftmax(a!)] });
    await run({ inputs: { a: x([2, 3, 4]) }, fn: ({ a }) => tf.softmax(tf.transpose(a!, [0, 2, 1])) });
    await run({ inputs: { a: x([2, 3, 4]) }, fn: ({ a }) => tf.prod(a!, 1) });
    for (const exclusive of [false, true]) {
      for (const reverse of [false, true]) {
        await run({ inputs: { a: x([2, 3, 4]) }, fn: ({ a }) => tf.cumsum(a!, 2, exclusive, reverse) });
        await run({
          inputs: { a: x([2, 3, 4]) },
          fn: ({ a }) => tf.cumsum(a!, 1, exclusive, reverse),
          how: { by: [] },
        });
        await run({
          inputs: { a: x([2, 3]) },
          fn: ({ a }) => tf.cumprod(a!, 1, exclusive, reverse),
          how: { by: [] },
        });
      }
    }
  });
});

describe('moving elements', () => {
  test('reshape, transpose, expandDims, squeeze, tile, broadcastTo, reverse', async () => {
    await run({
      inputs: { a: x([2, 3, 4]) },
      fn: ({ a }) => [
        tf.reshape(a!, [6, 4]),
        tf.reshape(tf.transpose(a!, [2, 0, 1]), [4, 6]),
        tf.reshape(tf.transpose(a!, [2, 0, 1]), [8, 3]),
        tf.transpose(tf.reshape(tf.transpose(a!, [1, 2, 0]), [3, 2, 2, 2]), [3, 0, 2, 1]),
        tf.squeeze(tf.expandDims(tf.expandDims(a!, 1), -1)),
        tf.tile(a!, [2, 1, 3]),
        tf.broadcastTo(tf.reshape(a!, [2, 1, 3, 4]), [2, 5, 3, 4]),
        tf.reverse(a!, [0, 2]),
      ],
    });
  });

  test('slice, stridedSlice, concat, split, stack, unstack, pad, mirrorPad', async () => {
    await run({
      inputs: { a: x([4, 3, 5]), b: x([4, 2, 5], -1, 1, 2) },
      fn: ({ a, b }) => [
        tf.slice(a!, [1, 0, 2], [2, 3, 2]),
        tf.concat([a!, b!, a!], 1),
        tf.concat([tf.transpose(a!, [2, 0, 1]), tf.transpose(b!, [2, 0, 1])], 2),
        tf.pad(a!, [[1, 0], [0, 0], [2, 3]], 0),
        ...tf.split(a!, [1, 3, 1], 2),
        ...tf.split(tf.transpose(a!, [2, 1, 0]), 2, 2),
        tf.stack([a!, tf.mul(a!, 2)], 1),
        ...tf.unstack(b!, 1),
      ],
    }); // prettier-ignore
    await run({
      inputs: { a: x([6, 7]) },
      fn: ({ a }) => [
        tf.stridedSlice(a!, [0, 1], [6, 7], [2, 3]),
        tf.stridedSlice(a!, [-1, 0], [0, 7], [-2, 1], 0, 2),
        tf.stridedSlice(a!, [5, 3], [0, 7], [-1, 2], 0, 1),
        tf.pad(a!, [[1, 2], [0, 1]], 0.5),
        tf.mirrorPad(a!, [[2, 3], [1, 0]], 'reflect'),
        tf.mirrorPad(a!, [[2, 3], [1, 0]], 'symmetric'),
      ],
      how: { by: [] },
    }); // prettier-ignore
  });

  test('gather, oneHot, depthToSpace', async () => {
    await run({
      inputs: { a: x([5, 3, 2]), i: whole([2, 4], 3) },
      fn: ({ a, i }) => [
        tf.gather(a!, i!, 0),
        tf.gather(a!, i!, 1),
        tf.gather(a!, tf.tensor1d([1, 0], 'int32'), 2),
      ],
      how: { by: [] },
    });
    await run({
      inputs: { a: x([5, 3, 2]) },
      fn: ({ a }) => [
        tf.gather(a!, tf.tensor1d([4, 0, 4], 'int32'), 0),
        tf.gather(a!, tf.tensor1d([2, 2], 'int32'), 1),
      ],
    });
    // rows that go together: one batch axis with its gradient (TensorFlow.js has none for two), then two
    await run({
      inputs: { a: x([3, 4, 5, 2]), i: whole([3, 6], 4) },
      fn: ({ a, i }) => [tf.gather(a!, i!, 1, 1), tf.gather(tf.transpose(a!, [0, 2, 3, 1]), i!, 3, 1)],
    });
    await run({
      inputs: { a: x([2, 3, 4, 5]), i: whole([2, 3, 2, 2], 4) },
      fn: ({ a, i }) => [tf.gather(a!, i!, 2, 2), tf.gather(a!, i!, 3, 2), tf.gather(a!, i!, -1, 2)],
      how: { by: [] },
    });
    await run({
      inputs: { a: x([3, 4, 2]), i: whole([3, 5], 4) },
      fn: ({ a, i }) => tf.gather(a!, i!, 1, 1),
      how: { by: [], symbolic: { a: ['N', 4, 2], i: ['N', 5] } },
    });
    await run({
      inputs: { i: { shape: [5], data: [0, 3, -1, 4, 2], dtype: 'int64' } },
      fn: ({ i }) => [tf.oneHot(i!, 4), tf.oneHot(i!, 5, 2, -1)],
      how: { by: [] },
    });
    await run({
      inputs: { a: x([2, 3, 4, 8]) },
      fn: ({ a }) => tf.depthToSpace(a as tf.Tensor4D, 2, 'NHWC'),
      how: { by: [] },
    });
  });

  test('fill, range, linspace, eye, ones', async () => {
    await run({
      inputs: { a: x([2, 3]) },
      fn: ({ a }) => [
        tf.mul(a!, tf.fill([4, 2, 3], 2.5)),
        tf.add(a!, tf.range(0, 3, 1, 'float32')),
        tf.mul(a!, tf.linspace(0, 1, 3)),
        tf.matMul(a!, tf.eye(3)),
        tf.matMul(a!, tf.ones([3, 4])),
        tf.fill([2], 3),
      ],
    });
  });
});

describe('matMul', () => {
  test.each([
    [[3, 4], [4, 5]], [[2, 3, 4], [2, 4, 5]], [[2, 3, 4], [1, 4, 5]], [[1, 1, 3, 4], [2, 6, 4, 5]], [[1, 3, 4], [2, 4, 5]],
  ])('%j by %j', async (a, b) => {
    for (const ta of [false, true]) {
      for (const tb of [false, true]) {
        const flip = (s: number[]): number[] => [...s.slice(0, -2), s.at(-1)!, s.at(-2)!];
        await run({
          inputs: { a: x(ta ? flip(a) : a), b: x(tb ? flip(b) : b, -1, 1, 2) },
          fn: (i) => tf.matMul(i['a']!, i['b']!, ta, tb),
          how: String(a.slice(0, -2)) === String(b.slice(0, -2)) ? {} : { by: [] },
        });
      }
    }
  }); // prettier-ignore
});

describe('the rest', () => {
  test('fused kernels', async () => {
    for (const activation of ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu'] as const) {
      await run({
        inputs: { a: x([2, 5, 5, 3]), f: x([3, 3, 3, 4], -1, 1, 2), b: x([4], -1, 1, 3) },
        fn: ({ a, f, b }) =>
          tf.fused.conv2d({
            x: a as tf.Tensor4D,
            filter: f as tf.Tensor4D,
            strides: 1,
            pad: 'same',
            bias: b!,
            activation,
            leakyreluAlpha: 0.2,
          }),
        how: { by: [] },
      });
      await run({
        inputs: { a: x([4, 3]), f: x([3, 5], -1, 1, 2), b: x([5], -1, 1, 3) },
        fn: ({ a, f, b }) => tf.fused.matMul({ a: a!, b: f!, bias: b!, activation, leakyreluAlpha: 0.2 }),
        how: { by: [] },
      });
    }
    await run({
      inputs: { a: x([2, 5, 5, 3]), f: x([3, 3, 3, 1], -1, 1, 2), b: x([3], -1, 1, 3) },
      fn: ({ a, f, b }) =>
        tf.fused.depthwiseConv2d({
          x: a as tf.Tensor4D,
          filter: f as tf.Tensor4D,
          strides: 1,
          pad: 'same',
          bias: b!,
          activation: 'relu',
        }),
      how: { by: [] },
    });
    await run({
      inputs: { a: x([2, 5, 5, 3]), f: x([3, 3, 3, 2], -1, 1, 2), b: x([2], -1, 1, 3) },
      fn: ({ a, f, b }) =>
        tf.fused.conv2d({
          x: a as tf.Tensor4D,
          filter: f as tf.Tensor4D,
          strides: 2,
          pad: 'same',
          bias: b!,
          activation: 'relu',
        }),
    });
  });

  test('topk, einsum, localResponseNormalization, blocks, gatherND, scatterND', async () => {
    await run({
      inputs: { a: x([3, 7]) },
      fn: ({ a }) => Object.values(tf.topk(a!, 3)),
      how: { by: [] },
    });
    const two = { a: x([3, 4]), b: x([4, 5], -1, 1, 2) };
    await run({
      inputs: two,
      fn: ({ a, b }) => [tf.einsum('ij,jk->ki', a!, b!), tf.einsum('ij,jk->i', a!, b!)],
      how: { by: [] },
    });
    await run({
      inputs: { a: x([2, 3, 4]), b: x([2, 4, 5], -1, 1, 2) },
      fn: ({ a, b }) => [
        tf.einsum('bij,bjk->bki', a!, b!),
        tf.einsum('bij->jb', a!),
        tf.einsum('bij,bjk->ik', a!, b!),
      ],
      how: { by: [] },
    });
    await run({
      inputs: { a: x([2, 3, 3, 6]) },
      fn: ({ a }) => tf.localResponseNormalization(a as tf.Tensor4D, 2, 1, 0.5, 0.75),
    });
    await run({
      inputs: { a: x([2, 4, 6, 3]) },
      fn: ({ a }) => {
        const blocks = tf.spaceToBatchND(a!, [2, 3], [[1, 1], [0, 3]]);
        return [blocks, tf.batchToSpaceND(blocks, [2, 3], [[0, 1], [1, 1]])];
      },
    }); // prettier-ignore
    await run({
      inputs: { a: x([4, 3, 2]), i: whole([5, 2], 3) },
      fn: ({ a, i }) => [tf.gatherND(a!, i!), tf.scatterND(i!, tf.range(0, 5, 1, 'float32'), [4, 3])],
      how: { by: [] },
    });
  });
});
