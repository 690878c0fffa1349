/* oxlint-disable vitest/expect-expect, unicorn/consistent-function-scoping, unicorn/no-array-fill-with-reference-type, vitest/no-conditional-expect -- check() in parity.ts holds the assertions; functions under test stand in their tests */
import * as tf from '@tensorflow/tfjs';
import { TraceError, scope, trace } from '@infogan/tracer';
import { describe, expect, test } from 'vitest';
import { type Fn, check, count, expectClose, numbers, runCpu, runOrt } from './parity.ts';

/** Runs a function with a symbolic batch at several sizes, against the cpu back end. */
async function checkSizes(fn: Fn, shape: (number | string)[], outputs?: unknown): Promise<void> {
  const traced = trace(fn, { x: { shape } });
  if (outputs) expect(traced.outputs).toEqual(outputs);
  for (const n of [1, 3, 64]) {
    const inputs = { x: numbers(shape.map((size) => (typeof size === 'number' ? size : n)), n) }; // prettier-ignore
    for (const level of ['disabled', 'all'] as const) {
      expectClose(await runOrt(traced, inputs, level), runCpu(fn, inputs));
    }
  }
}

describe('symbolic sizes', () => {
  const image = (x: Record<string, tf.Tensor>): tf.Tensor4D => x['x'] as tf.Tensor4D;

  test('reshape, broadcast, softmax, concat along other axes', async () => {
    await checkSizes(
      (x) => {
        const rows = tf.reshape(x['x']!, [-1, 6]);
        const wide = tf.concat([rows, tf.ones([rows.shape[0], 2]), tf.zerosLike(rows)], 1);
        return { y: tf.softmax(wide), n: tf.mean(rows, 1, true) };
      },
      ['N', 2, 3],
      [
        { name: 'y', shape: ['N', 14], dtype: 'float32' },
        { name: 'n', shape: ['N', 1], dtype: 'float32' },
      ],
    );
  });

  test('convolutions there and back', async () => {
    const [f, g] = [numbers([4, 4, 1, 3], 2), numbers([4, 4, 2, 3], 3)];
    await checkSizes(
      (x) => {
        const down = tf.conv2d(image(x), tf.tensor4d(Array.from(f.data), [4, 4, 1, 3]), 2, 'same');
        const kernel = tf.tensor4d(Array.from(g.data), [4, 4, 2, 3]);
        return { y: tf.conv2dTranspose(down, kernel, [down.shape[0], 8, 8, 2], 2, 'same') };
      },
      ['N', 8, 8, 1],
      [{ name: 'y', shape: ['N', 8, 8, 2], dtype: 'float32' }],
    );
  });

  test('two axes that merge: N times 4 rows', async () => {
    await checkSizes((x) => ({ y: tf.reshape(x['x']!, [-1, 3]) }), ['N', 4, 3], [
      { name: 'y', shape: ['4*N', 3], dtype: 'float32' },
    ]); // prettier-ignore
    await checkSizes((x) => ({ y: tf.reshape(tf.transpose(x['x']!, [1, 0, 2]), [-1, 3]) }), ['N', 4, 3]);
  });

  test('two symbols, and an Expand whose size comes from an input', async () => {
    const fn: Fn = (x) => ({ y: tf.broadcastTo(tf.sum(x['x']!, 0, true), x['x']!.shape) });
    const traced = trace(fn, { x: { shape: ['N', 'M'] } });
    for (const shape of [
      [2, 5],
      [1, 1],
      [7, 3],
    ]) {
      const inputs = { x: numbers(shape) };
      expectClose(await runOrt(traced, inputs), runCpu(fn, inputs));
    }
  });

  test('a size that JavaScript bakes in is refused, with the place', () => {
    const baked: Fn = (x) => ({ y: scope('head', () => tf.mul(x['x']!, x['x']!.shape[0])) });
    expect(() => trace(baked, { x: { shape: ['N', 2] } })).toThrow(
      /head\/Mul.*depends on the symbolic size N/s,
    );
    const made: Fn = (x) => ({ y: tf.add(x['x']!, tf.range(0, x['x']!.shape[1]!, 1, 'float32')) });
    expect(() => trace(made, { x: { shape: [2, 'N'] } })).toThrow(TraceError);

    const attribute: Fn = (x) => ({ y: tf.leakyRelu(x['x']!, x['x']!.shape[0] / 100) });
    expect(() => trace(attribute, { x: { shape: ['N', 2] } })).toThrow(
      /an attribute of LeakyRelu depends on the symbolic size N/,
    );
  });
});

describe('what a graph looks like', () => {
  test('names of inputs, outputs, constants and scopes, docs and metadata', () => {
    const kernel = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    const { model } = trace(
      ({ x }) => ({ y: scope('conv1', () => scope('inner', () => tf.relu(tf.matMul(x!, kernel)))) }),
      { x: { shape: ['N', 2], doc: 'the input' } },
      {
        name: 'net',
        doc: 'a net',
        outputDocs: { y: 'the output' },
        metadata: { author: 'someone' },
        constants: { 'conv1/kernel': kernel },
      },
    );
    const graph = model.graph!;
    expect(graph.node.map(({ name }) => name)).toEqual(['conv1/inner/MatMul', 'conv1/inner/Relu']);
    expect(graph.initializer.map(({ name }) => name)).toEqual(['conv1/kernel']);
    expect([graph.input[0]!.docString, graph.output[0]!.docString]).toEqual(['the input', 'the output']);
    expect(model.metadataProps.map(({ key, value }) => [key, value])).toEqual([['author', 'someone']]);
    expect([model.irVersion, model.opsetImport[0]!.version]).toEqual([8n, 17n]);
  });

  const flat = (x: tf.Tensor): tf.Tensor => tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [x.shape[0], -1]);
  const filter = (w: tf.Tensor, start: number, [o, i, h, k]: [number, number, number, number]): tf.Tensor4D =>
    tf.transpose<tf.Tensor4D>(tf.reshape(tf.slice(w, [start], [o * i * h * k]), [o, i, h, k]), [2, 3, 1, 0]);

  test('a convolutional net with filters cut from a vector needs no Transpose', () => {
    const traced = trace(
      ({ x, w, scale }) => {
        const first = tf.leakyRelu(tf.conv2d(tf.transpose(x!, [0, 2, 3, 1]) as tf.Tensor4D, filter(w!, 0, [4, 1, 4, 4]), 2, 'same'), 0.1);
        const second = tf.relu(tf.mul(tf.conv2d(first, filter(w!, 64, [4, 4, 4, 4]), 2, 'same'), scale!));
        const { mean } = tf.moments(second, [0, 1, 2]);
        return { y: flat(tf.sub(second, mean)) };
      },
      { x: { shape: ['N', 1, 16, 16] }, w: { shape: [320] }, scale: { shape: [4] } },
    ); // prettier-ignore
    expect(count(traced, 'Transpose')).toBe(0);
  });

  test('a picture channel last is transposed once, and once back', () => {
    const f = tf.tensor4d(Array.from(numbers([3, 3, 2, 2]).data), [3, 3, 2, 2]);
    const traced = trace(
      ({ x }) => {
        const conv = (t: tf.Tensor): tf.Tensor4D => tf.conv2d(t as tf.Tensor4D, f, 1, 'same');
        return { y: tf.add(conv(tf.relu(conv(x!))), x!) };
      },
      { x: { shape: ['N', 8, 8, 2] } },
    );
    expect(count(traced, 'Transpose')).toBe(2);
  });

  test('constants fold, scalar chains merge, no-ops vanish, equal nodes are shared', () => {
    const traced = trace(
      ({ x }) => {
        const k = tf.exp(tf.mul(tf.tensor1d([1, 2]), tf.scalar(3)));
        const chain = tf.neg(tf.mul(tf.div(tf.mul(x!, 3), 2), 4));
        const nothing = tf.add(tf.mul(x!, tf.onesLike(x!)), tf.zerosLike(x!));
        return { y: tf.add(tf.mul(chain, k), tf.sub(tf.mul(nothing, k), tf.mul(x!, k))) };
      },
      { x: { shape: ['N', 2] } },
    );
    // x * -6, times k; x * k shared; their difference; the sum
    expect(traced.model.graph!.node.map(({ opType }) => opType)).toEqual(['Mul', 'Mul', 'Mul', 'Sub', 'Add']);
  });

  test('products absorb transposes, bias and batch norm', () => {
    const [w, f] = [
      tf.ones([3, 4]).mul(tf.range(0, 4)),
      tf.tensor4d(Array.from(numbers([3, 3, 1, 4]).data), [3, 3, 1, 4]),
    ];
    const traced = trace(
      ({ x, image, b }) => ({
        dense: tf.add(tf.matMul(x!, w, true, true), tf.tensor1d([1, 2, 3])),
        conv: tf.batchNorm(tf.add(tf.conv2d(image as tf.Tensor4D, f, 1, 'same'), b!), [1, 2, 3, 4], [4, 3, 2, 1]),
      }),
      { x: { shape: [4, 'N'] }, image: { shape: ['N', 1, 8, 1] }, b: { shape: [4] } },
    ); // prettier-ignore
    const ops = traced.model.graph!.node.map(({ opType }) => opType);
    expect(ops.filter((op) => op !== 'Reshape' && op !== 'Transpose')).toEqual([
      'Gemm',
      'Conv',
      'Mul',
      'Add',
    ]);
  });

  test('the bias of a single channel, and a scalar factor, move in too', async () => {
    const f = tf.tensor4d(Array.from(numbers([3, 3, 2, 1]).data), [3, 3, 2, 1]);
    const fn: Fn = ({ x }) => ({
      y: tf.mul(tf.add(tf.conv2d(x as tf.Tensor4D, f, 1, 'same'), tf.tensor1d([0.5])), 3),
    });
    const traced = trace(fn, { x: { shape: ['N', 5, 5, 2] } });
    expect(traced.model.graph!.node.map(({ opType }) => opType)).toEqual(['Transpose', 'Conv', 'Reshape']);
    const inputs = { x: numbers([2, 5, 5, 2], 7) };
    expectClose(await runOrt(traced, inputs), runCpu(fn, inputs));
  });

  test('the same function gives the same bytes', () => {
    const make = (): Uint8Array =>
      trace(({ x }) => ({ y: tf.softmax(tf.matMul(x!, tf.ones([2, 5]))) }), { x: { shape: ['N', 2] } }).bytes;
    expect(Buffer.from(make()).equals(Buffer.from(make()))).toBe(true);
  });
});

describe('a training step', () => {
  // one flat vector, as the optimizer likes it
  const net = (x: tf.Tensor, w: tf.Tensor): tf.Tensor => {
    const [a, b, c] = tf.split(w, [16 * 8, 8 * 16 * 16, 16 * 4 * 4]) as [tf.Tensor, tf.Tensor, tf.Tensor];
    const kernel = (part: tf.Tensor, shape: [number, number, number, number]): tf.Tensor4D =>
      tf.transpose(tf.reshape(part, shape), [2, 3, 1, 0]) as unknown as tf.Tensor4D;
    const up = tf.leakyRelu(tf.conv2d(x as tf.Tensor4D, kernel(a, [8, 1, 4, 4]), 2, 'same'), 0.1);
    const down = tf.relu(tf.conv2d(up, kernel(b, [16, 8, 4, 4]), 2, 'same'));
    const { mean, variance } = tf.moments(down, [0, 1, 2]);
    const norm = tf.div(tf.sub(down, mean), tf.sqrt(tf.add(variance, 1e-3)));
    return tf.matMul(tf.reshape(tf.transpose(norm, [0, 3, 1, 2]), [x.shape[0], -1]), tf.reshape(c, [256, 1]));
  };
  const size = 16 * 8 + 8 * 16 * 16 + 256;

  test('forward, backward and Adam agree with TF.js, in as many tensors as before', async () => {
    const step: Fn = ({ x, w, m, v, rate }) => {
      const loss = (weights: tf.Tensor): tf.Scalar => tf.mean(tf.softplus(tf.neg(net(x!, weights))));
      const { value, grad } = tf.valueAndGrad(loss)(w!);
      const newM = tf.add(tf.mul(m!, 0.5), tf.mul(grad, 0.5));
      const newV = tf.add(tf.mul(v!, 0.999), tf.mul(tf.square(grad), 0.001));
      const update = tf.mul(rate!, tf.div(newM, tf.add(tf.sqrt(newV), 1e-4)));
      return { loss: value, newW: tf.sub(w!, update), newM, newV };
    };
    await check(
      step,
      {
        x: numbers([12, 16, 16, 1]),
        w: numbers([size], 2, -0.1, 0.1),
        m: numbers([size], 3, -0.01, 0.01),
        v: numbers([size], 4, 0.01, 0.02),
        rate: { shape: [], data: [1e-3] },
      },
      { by: [] },
    );
  });

  test('gradients of every shape of convolution with a batch', async () => {
    for (const [side, c, o, k, s] of [[9, 16, 16, 4, 2], [8, 4, 20, 2, 2], [6, 16, 18, 3, 1], [7, 5, 6, 3, 2], [8, 16, 16, 5, 1]]) {
      await check(
        ({ x, f }) => ({ y: tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, s!, 'same') }),
        { x: numbers([9, side!, side!, c!]), f: numbers([k!, k!, c!, o!], 2) },
        { tolerance: 2e-5 },
      );
    } // prettier-ignore
  });
});

describe('what is refused', () => {
  const x = { x: { shape: [2, 2] } };

  test.each<[string, RegExp, () => unknown]>([
    ['an unknown kernel', /kernel ComplexAbs.*no ONNX form.*Supported: Abs,/s, () => trace((i) => ({ y: tf.abs(tf.complex(i['x']!, i['x']!)) }), x)],
    ['reading numbers', /reads the numbers of a tensor of shape \[2,2\]/, () => trace((i) => (i['x']!.dataSync(), { y: i['x']! }), x)],
    ['an output that is no tensor', /output y is not a tensor but number/, () => trace(() => ({ y: 1 as unknown as tf.Tensor }), x)],
    ['docs for an output that is not there', /output z that fn does not return/, () => trace((i) => ({ y: i['x']! }), x, { outputDocs: { z: '' } })],
    ['an output called as an input', /x is the name of an input and of an output/, () => trace((i) => ({ x: i['x']! }), x)],
    ['a trace within a trace', /inside a function that is being traced/, () => trace((i) => (trace(() => ({}), {}), { y: i['x']! }), x)],
  ])('%s', (_, message, run) => {
    const before = [tf.getBackend(), tf.memory().numTensors];
    expect(run).toThrow(message.source.includes('ComplexAbs') ? TraceError : message);
    expect([tf.getBackend(), tf.memory().numTensors], 'back end and tensors afterwards').toEqual(before);
  }); // prettier-ignore

  test('assigning to a variable', () => {
    const v = tf.variable(tf.zeros([2, 2]));
    expect(() => trace((i) => (v.assign(i['x'] as tf.Tensor2D), { y: i['x']! }), x)).toThrow(
      /assigns to the variable/,
    );
  });

  test('a tensor of another trace', () => {
    let leaked: tf.Tensor | undefined;
    trace((i) => ({ y: (leaked = tf.keep(tf.relu(i['x']!))) }), x);
    expect(() => trace((i) => ({ y: tf.add(i['x']!, leaked!) }), x)).toThrow(/belongs to another trace/);
    leaked!.dispose();
  });
});

describe('types', () => {
  test('int64 and bool inputs, int64 outputs', async () => {
    const traced = trace(
      ({ i, b }) => ({ y: tf.where(b!, tf.add(i!, 1), i!), hot: tf.oneHot(i!, 3) }),
      { i: { shape: ['N'], dtype: 'int64' }, b: { shape: ['N'], dtype: 'bool' } },
      { outputTypes: { y: 'int64' } },
    );
    expect(traced.outputs[0]).toEqual({ name: 'y', shape: ['N'], dtype: 'int64' });
    const result = await runOrt(traced, {
      i: { shape: [2], data: [0, 2], dtype: 'int64' },
      b: { shape: [2], data: [1, 0], dtype: 'bool' },
    });
    expect(result['y']!.data).toEqual([1, 2]);
    expect(result['hot']!.data).toEqual([1, 0, 0, 0, 0, 1]);
  });

  test('an input or a constant as an output, and one tensor as two', async () => {
    const traced = trace(({ x }) => ({ a: x!, b: tf.tensor1d([1, 2]), c: x!, d: tf.fill([2, 2], 3) }), {
      x: { shape: [2] },
    });
    const result = await runOrt(traced, { x: { shape: [2], data: [5, 6] } });
    expect(Object.values(result).map(({ data }) => data)).toEqual([
      [5, 6],
      [1, 2],
      [5, 6],
      [3, 3, 3, 3],
    ]);
  });
});
