import { Random } from '@infogan/contract';
import {
  hungarian,
  median,
  olsSlope,
  partialCorrelation,
  pearson,
  quantile,
  rSquared,
  ranks,
  scoreMean,
  scoreMedian,
  scoreShare,
  spearman,
} from '@infogan/measure';
import { describe, expect, it } from 'vitest';

const x = [1, 2, 3, 4, 5, 6];
const squares = x.map((value) => value ** 2);

describe('correlations and slopes', () => {
  it('Spearman sees any growing dependence, Pearson a straight one', () => {
    expect(spearman(x, squares)).toBeCloseTo(1, 12);
    expect(
      spearman(
        x,
        squares.map((value) => -value),
      ),
    ).toBeCloseTo(-1, 12);
    expect(pearson(x, squares)).toBeLessThan(0.99);
  });

  it('ties share their mean rank', () => {
    expect([...ranks([10, 20, 20, 5])]).toEqual([2, 3.5, 3.5, 1]);
    // scipy.stats.spearmanr([1,2,2,3,5], [2,1,4,4,5])
    expect(spearman([1, 2, 2, 3, 5], [2, 1, 4, 4, 5])).toBeCloseTo(0.763158, 6);
  });

  it('nothing that varies: zero, never NaN', () => {
    const same = [3, 3, 3, 3, 3, 3];
    for (const value of [spearman(x, same), pearson(same, x), olsSlope(same, x), rSquared(same, x)]) {
      expect(value).toBe(0);
    }
  });

  it('the slope is per unit, and R² counts a wrong scale', () => {
    const line = x.map((value) => 7 - 3 * value);
    expect(olsSlope(x, line)).toBeCloseTo(-3, 12);
    expect(rSquared(line, line)).toBe(1);
    expect(
      rSquared(
        line,
        line.map((value) => 2 * value),
      ),
    ).toBeLessThan(0);
  });

  it('a common cause is taken out by the partial correlation', () => {
    const random = new Random(1);
    const cause = Array.from({ length: 2000 }, () => random.normal());
    const a = cause.map((value) => value + random.normal());
    const b = cause.map((value) => value + random.normal());
    const other = cause.map(() => random.normal());
    expect(pearson(a, b)).toBeGreaterThan(0.4);
    expect(Math.abs(partialCorrelation(a, b, [cause]))).toBeLessThan(0.06);
    expect(Math.abs(partialCorrelation(a, b, [other, cause]))).toBeLessThan(0.06);
    expect(partialCorrelation(a, b, [other])).toBeGreaterThan(0.4);
  });

  it('quantiles are linear between neighbours', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(median([5, 1, 9])).toBe(5);
    expect(median([])).toBe(0);
  });
});

describe('the one-to-one assignment', () => {
  it('is the best in total, not row by row', () => {
    // greedy would take 10 + 1; the best is 9 + 8
    expect(
      hungarian([
        [10, 9],
        [8, 1],
      ]),
    ).toEqual([1, 0]);
  });

  it('finds a hidden permutation among counts', () => {
    const random = new Random(3);
    const truth = random.permutation(10);
    const counts = [...truth].map((column) =>
      Array.from({ length: 10 }, (_, k) => random.integer(40) + (k === column ? 60 : 0)),
    );
    expect(hungarian(counts)).toEqual([...truth]);
  });

  it('leaves rows without a column at -1', () => {
    expect(
      hungarian([
        [1, 0],
        [5, 0],
        [0, 3],
      ]),
    ).toEqual([-1, 0, 1]);
    expect(hungarian([])).toEqual([]);
  });
});

describe('intervals', () => {
  it('of a share hold the truth about 95 times in 100', () => {
    const random = new Random(5);
    let held = 0;
    for (let trial = 0; trial < 300; trial++) {
      const { low, high } = scoreShare(Array.from({ length: 200 }, () => random.uniform() < 0.8));
      if (low <= 0.8 && high >= 0.8) held++;
    }
    expect(held / 300).toBeGreaterThan(0.9);
    expect(held / 300).toBeLessThan(0.99);
  });

  it('do not claim certainty where all agree', () => {
    const { value, low, high } = scoreShare(Array.from({ length: 1000 }, () => true));
    expect([value, high]).toEqual([1, 1]);
    expect(low).toBeCloseTo(0.99617, 4); // Wilson's bound
    expect(scoreShare([false, false]).high).toBeGreaterThan(0.5);
  });

  it('shrink with the root of the number of pictures', () => {
    expect(width(400) / width(6400)).toBeCloseTo(4, 0);
  });

  it('are the same each time, and defined for nothing', () => {
    expect(scoreMedian(squares)).toEqual(scoreMedian(squares));
    expect(scoreMean([])).toEqual({ value: 0, low: 0, high: 0 });
    expect(scoreMedian([])).toEqual({ value: 0, low: 0, high: 0 });
  });
});

/** Width of the interval of a mean of `count` standard normal numbers. */
function width(count: number): number {
  const random = new Random(7);
  const { low, high } = scoreMean(Array.from({ length: count }, () => random.normal()));
  return high - low;
}
