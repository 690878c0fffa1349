/* oxlint-disable vitest/expect-expect -- check() in parity.ts holds the assertions */
/** Random shapes, ranks, strides, paddings and broadcasting: value and gradient against the cpu back end. */
import * as tf from '@tensorflow/tfjs';
import * as fc from 'fast-check';
import { describe, test } from 'vitest';
import { type Fn, check, numbers } from './parity.ts';

const RUNS = { numRuns: 25, seed: 20_261_123 };
const size = fc.integer({ min: 1, max: 4 });
const shapeOf = (min: number, max: number): fc.Arbitrary<number[]> =>
  fc.array(size, { minLength: min, maxLength: max });
const permutation = (rank: number): fc.Arbitrary<number[]> =>
  fc.shuffledSubarray(Array.from({ length: rank }, (_, i) => i), { minLength: rank, maxLength: rank }); // prettier-ignore

/** Two shapes that broadcast: some axes of one made 1, some leading axes of the other left out. */
const broadcastPair = shapeOf(1, 5).chain((shape) =>
  fc
    .tuple(
      fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }),
      fc.integer({ min: 0, max: shape.length }),
    )
    .map(([ones, drop]) => {
      const a = shape.map((n, i) => (ones[i] ? 1 : n));
      const b = shape.map((n, i) => (ones[5 + i] ? 1 : n)).slice(drop);
      return [a, b] as const;
    }),
);

describe('properties', () => {
  test('arithmetic broadcasts, whatever the layouts', async () => {
    const operations = [tf.add, tf.sub, tf.mul, tf.div, tf.pow] as const;
    const cases = fc.tuple(broadcastPair, fc.constantFrom(...operations));
    await fc.assert(
      fc.asyncProperty(cases, fc.integer({ min: 0, max: 1e6 }), async ([[a, b], operation], seed) => {
        // operands arrive transposed, so that their physical order differs from the logical one
        const turn = (shape: readonly number[]): number[] => shape.map((_, i) => (i + seed) % shape.length);
        const laid = (shape: readonly number[]): number[] => {
          const perm = turn(shape);
          const out = [...shape];
          perm.forEach((axis, i) => (out[axis] = shape[i]!));
          return out;
        };
        const fn: Fn = (x) => ({
          y: operation(tf.transpose(x['a']!, turn(a)), tf.transpose(x['b']!, turn(b))),
        });
        await check(fn, { a: numbers(laid(a), 1, 0.5, 2), b: numbers(laid(b), 2, 0.5, 2) });
      }),
      RUNS,
    );
  });

  test('reshape and transpose in any order', async () => {
    const cases = shapeOf(2, 5).chain((shape) =>
      fc.tuple(fc.constant(shape), permutation(shape.length), fc.integer({ min: 0, max: shape.length - 2 }), permutation(shape.length - 1)),
    ); // prettier-ignore
    await fc.assert(
      fc.asyncProperty(cases, async ([shape, perm, merge, second]) => {
        const fn: Fn = ({ x }) => {
          const turned = tf.transpose(x!, perm);
          const merged = [...turned.shape];
          merged.splice(merge, 2, merged[merge]! * merged[merge + 1]!);
          const again = tf.transpose(tf.relu(tf.reshape(turned, merged)), second);
          return { y: tf.reshape(again, [-1]), z: tf.sum(again, 0) };
        };
        await check(fn, { x: numbers(shape) });
      }),
      RUNS,
    );
  });

  test('reductions over any axes', async () => {
    const reductions = [tf.sum, tf.mean, tf.max, tf.min] as const;
    const cases = shapeOf(1, 4).chain((shape) =>
      fc.tuple(
        fc.constant(shape),
        fc.shuffledSubarray(shape.map((_, i) => i), { minLength: 1 }),
        fc.boolean(),
        fc.constantFrom(...reductions),
        permutation(shape.length),
      ),
    ); // prettier-ignore
    await fc.assert(
      fc.asyncProperty(cases, async ([shape, axes, keep, reduction, perm]) => {
        await check(({ x }) => ({ y: reduction(tf.transpose(x!, perm), axes, keep) }), { x: numbers(shape) });
      }),
      RUNS,
    );
  });

  const image = fc.record({
    n: fc.constantFrom(1, 2, 9),
    h: fc.integer({ min: 4, max: 9 }),
    w: fc.integer({ min: 4, max: 9 }),
    c: fc.constantFrom(1, 3, 16),
    o: fc.constantFrom(2, 16),
    k: fc.integer({ min: 1, max: 4 }),
    s: fc.integer({ min: 1, max: 3 }),
    pad: fc.constantFrom('same' as const, 'valid' as const),
  });

  test('convolution and its transpose', async () => {
    await fc.assert(
      fc.asyncProperty(image, fc.boolean(), async ({ n, h, w, c, o, k, s, pad }, transposed) => {
        const x: [number, number, number, number] = [n, h, w, c];
        const filter: [number, number, number, number] = [k, k, c, o];
        const out = tf.backend_util.computeConv2DInfo(x, filter, s, 1, pad).outShape;
        const fn: Fn = (i) => ({
          y: transposed
            ? tf.conv2dTranspose(i['x'] as tf.Tensor4D, i['f'] as tf.Tensor4D, x, s, pad)
            : tf.conv2d(i['x'] as tf.Tensor4D, i['f'] as tf.Tensor4D, s, pad),
        });
        await check(fn, { x: numbers(transposed ? out : x), f: numbers(filter, 2) }, { tolerance: 3e-5 });
      }),
      RUNS,
    );
  });

  test('pooling and depthwise convolution', async () => {
    await fc.assert(
      fc.asyncProperty(image, async ({ n, h, w, c, k, s, pad }) => {
        const fn: Fn = (i) => ({
          max: tf.maxPool(i['x'] as tf.Tensor4D, k, s, pad),
          mean: tf.avgPool(i['x'] as tf.Tensor4D, k, s, pad),
          depth: tf.depthwiseConv2d(i['x'] as tf.Tensor4D, i['f'] as tf.Tensor4D, s, pad),
        });
        const few = Math.min(c, 3);
        await check(
          fn,
          { x: numbers([Math.min(n, 2), h, w, few]), f: numbers([k, k, few, 2], 2) },
          { tolerance: 3e-5 },
        );
      }),
      RUNS,
    );
  });

  test('slices, pads and concatenations', async () => {
    const cases = shapeOf(1, 4).chain((shape) =>
      fc.tuple(fc.constant(shape), fc.array(fc.tuple(size, size), { minLength: 4, maxLength: 4 }), fc.nat(shape.length - 1), permutation(shape.length)),
    ); // prettier-ignore
    await fc.assert(
      fc.asyncProperty(cases, async ([shape, margins, axis, perm]) => {
        const fn: Fn = ({ x }) => {
          const t = tf.transpose(x!, perm);
          const paddings = t.shape.map(
            (_, i) => [margins[i]![0] - 1, margins[i]![1] - 1] as [number, number],
          );
          const padded = tf.pad(t, paddings);
          const begin = t.shape.map((_, i) => Math.min(margins[i]![1] - 1, padded.shape[i]! - 1));
          const cut = tf.slice(padded, begin, padded.shape.map((length, i) => length - begin[i]!)); // prettier-ignore
          return { y: cut, z: tf.concat([t, tf.mul(t, 2), tf.onesLike(t)], axis) };
        };
        await check(fn, { x: numbers(shape) });
      }),
      RUNS,
    );
  });
});
