import { roundWeight } from '@infogan/train';
import { f16round } from '@petamoriken/float16';
import { Random } from '@infogan/contract';
import { expect, test } from 'vitest';

test('a rounded weight is exact in half precision, and off by at most one part in 256', () => {
  const random = new Random(1);
  for (let i = 0; i < 1000; i++) {
    const weight = random.normal() * 0.1;
    const rounded = roundWeight(weight);
    expect(f16round(rounded)).toBe(rounded);
    expect(Math.abs(rounded - weight)).toBeLessThanOrEqual(Math.abs(weight) / 256 + 1e-7);
    expect(roundWeight(rounded)).toBe(rounded);
  }
});

test('signs, zero and ties to even', () => {
  expect(roundWeight(0)).toBe(0);
  expect(roundWeight(-0.5)).toBe(-0.5);
  expect(roundWeight(1 + 1 / 256)).toBe(1);
  expect(roundWeight(1 + 3 / 256)).toBe(1 + 4 / 256);
});
