import * as tf from '@tensorflow/tfjs';
import { trace } from '@infogan/tracer';
import { describe, expect, test } from 'vitest';
import { check, count, expectClose, numbers, runCpu, runOrt } from './parity.ts';

describe('a dense network', () => {
  test('forward and backward', async () => {
    const traced = await check(({ x, w, b }) => ({ y: tf.sigmoid(tf.add(tf.matMul(x!, w!), b!)) }), {
      x: numbers([4, 5]),
      w: numbers([5, 3], 2),
      b: numbers([3], 3),
    });
    expect(count(traced, 'Transpose')).toBe(0);
  });

  test('symbolic batch', async () => {
    const w = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
    const fn = (x: Record<string, tf.Tensor>) => ({
      y: tf.softmax(tf.matMul(tf.reshape(x['x']!, [-1, 2]), w)),
    });
    const traced = trace(fn, { x: { shape: ['N', 1, 2] } }, { constants: { 'dense/kernel': w } });
    expect(traced.outputs).toEqual([{ name: 'y', shape: ['N', 3], dtype: 'float32' }]);
    expect(traced.model.graph!.initializer.map(({ name }) => name)).toContain('dense/kernel');
    for (const n of [1, 3, 64]) {
      const inputs = { x: numbers([n, 1, 2], n) };
      expectClose(await runOrt(traced, inputs), runCpu(fn, inputs));
    }
    w.dispose();
  });
});
