import { Random, categorical, normal, samplePrior, uniform } from '@infogan/contract';
import { dotProducts, rows } from '@infogan/measure';
import { describe, expect, it } from 'vitest';
import { sliceLatents } from './batches.ts';
import { POINTS, digitCode, digitOfClass, drawAtCorners, drawAtLimit, planTraversals } from './draw.ts';
import { createDotProducts } from './products.ts';

const SPEC = [
  normal('z', 3),
  categorical('kind', ['a', 'b']),
  categorical('digit', 10),
  uniform('c1'),
  uniform('c2', 3),
];

describe('codes that are drawn', () => {
  it('at the limit: one continuous code stands there, on either side; the others are of the prior', () => {
    const { values } = drawAtLimit(SPEC, 400, new Random(1));
    const [c1, c2] = [values['c1']!, values['c2']!];
    for (let i = 0; i < 400; i++) {
      expect([Math.abs(c1[i]!) === 2, Math.abs(c2[i]!) === 3]).toEqual(
        i % 2 === 0 ? [true, false] : [false, true],
      );
      expect(Math.min(Math.abs(c1[i]!), Math.abs(c2[i]!))).toBeLessThanOrEqual(1);
    }
    expect(new Set(c1.filter((_, i) => i % 2 === 0))).toEqual(new Set([-2, 2]));
  });

  it('at the corners: all of them', () => {
    const { values } = drawAtCorners(SPEC, 50, new Random(1));
    expect(new Set([...values['c1']!].map(Math.abs))).toEqual(new Set([2]));
    expect(new Set([...values['c2']!].map(Math.abs))).toEqual(new Set([3]));
  });

  it('along a traversal: one code moves, all else stays', () => {
    const { latents, values, count } = planTraversals(SPEC, 'c2', 1, 2, 7);
    expect([count, latents.count, values.length]).toEqual([20, 20 * POINTS, POINTS]);
    expect([values[0], values[5], values[10]]).toEqual([-1, 0, 1]);
    const one = sliceLatents(latents, 3 * POINTS, 4 * POINTS).values;
    expect([...one['c2']!].map((value) => value.toFixed(1))).toEqual(values.map((value) => value.toFixed(1)));
    expect(new Set(one['c1'])).toEqual(new Set([0]));
    expect(new Set(one['digit'])).toEqual(new Set([1]));
    expect(
      new Set(Array.from({ length: POINTS }, (_, k) => one['z']!.slice(3 * k, 3 * k + 3).join())).size,
    ).toBe(1);
  });

  it('the digit code is the one whose labels are digits', () => {
    expect(digitCode(SPEC)!.name).toBe('digit');
    expect(digitCode([categorical('kind', ['round', '10'])])).toBeNull();
    expect(digitOfClass(categorical('digit', ['3', '?', '1']))).toEqual([3, -1, 1]);
  });
});

describe('dot products by ONNX Runtime', () => {
  it('are those of plain JavaScript', async () => {
    const latents = samplePrior([normal('a', 17), normal('b', 17)], 9, new Random(2));
    const a = rows(latents.values['a'] as Float32Array, 17);
    const b = rows((latents.values['b'] as Float32Array).subarray(0, 4 * 17), 17);
    const { multiply, close } = await createDotProducts();
    const [fast, plain] = [await multiply(a, b), await dotProducts(a, b)];
    await close();
    expect(fast).toHaveLength(36);
    fast.forEach((value, i) => expect(value).toBeCloseTo(plain[i]!, 4));
  });
});
