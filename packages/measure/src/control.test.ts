import { Random } from '@infogan/contract';
import { monotoneShare, scoreControl } from '@infogan/measure';
import { describe, expect, it } from 'vitest';

const COUNT = 3000;

/** Ten classes with habits of their own; c1 moves the attribute by `slope`, c2 by `leak`. */
function sample(slope: number, leak: number) {
  const random = new Random(11);
  const classes = Array.from({ length: COUNT }, () => random.integer(10));
  const code = Array.from({ length: COUNT }, () => random.between(-1, 1));
  const other = Array.from({ length: COUNT }, () => random.between(-1, 1));
  const attribute = code.map(
    (c, i) => 5 * classes[i]! + slope * c + leak * other[i]! + 0.2 * random.normal(),
  );
  return { attribute, code, others: [other], classes };
}

describe('control', () => {
  it('is read within a class, whatever the classes themselves are like', () => {
    const score = scoreControl(sample(2, 0));
    expect(score.spearman.value).toBeGreaterThan(0.97);
    expect(score.slope.value).toBeCloseTo(2, 1);
    expect(score.slope.low).toBeLessThan(2);
    expect(score.slope.high).toBeGreaterThan(2);
    expect(score.leakage.value).toBeLessThan(0.1);
    expect(Object.keys(score.perClass)).toHaveLength(10);
  });

  it('keeps the sign and sees that there is none', () => {
    expect(scoreControl(sample(-2, 0)).spearman.value).toBeLessThan(-0.97);
    expect(Math.abs(scoreControl(sample(0, 0)).spearman.value)).toBeLessThan(0.1);
  });

  it('names leakage; the partial correlation sets it aside', () => {
    const score = scoreControl(sample(1, 1));
    expect(score.leakage.value).toBeGreaterThan(0.5);
    expect(score.spearman.value).toBeLessThan(0.8);
    expect(score.partial.value).toBeGreaterThan(0.9);
  });
});

describe('monotone traversals', () => {
  const rows = [
    [1, 2, 3],
    [1, 3, 2.95],
    [3, 2, 1],
  ];
  it('grow at every step, but for what the ruler cannot resolve', () => {
    expect(monotoneShare(rows, 1, 0).value).toBeCloseTo(1 / 3, 12);
    expect(monotoneShare(rows, 1, 0.1).value).toBeCloseTo(2 / 3, 12);
    expect(monotoneShare(rows, -1, 0).value).toBeCloseTo(1 / 3, 12);
  });
});
