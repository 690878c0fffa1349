import { watchTraining } from '@infogan/train';
import { describe, expect, test } from 'vitest';

const healthy = { D: 1.2, G: 0.9, balance: Math.log(9.8) };

describe('a training is stopped', () => {
  test.each([
    [
      'a loss that is no number',
      { ...healthy, D: NaN },
      /diverged at step 7: the loss D is NaN; the checkpoint of step 5 is kept/,
    ],
    ['a loss that exploded', { ...healthy, G: 1e6 }, /diverged at step 7: the loss G is 1000000/],
  ])('by %s', (_, losses, sentence) => {
    expect(() => watchTraining([10]).check(7, 1000, losses, 5)).toThrow(sentence);
  });

  test('by categories that merged, once they should have settled', () => {
    const watch = watchTraining([10]);
    const merged = { ...healthy, balance: Math.log(4) };
    const run = (from: number, to: number) => {
      for (let step = from; step <= to; step++) watch.check(step, 1000, merged, 0);
    };
    expect(() => run(1, 299)).not.toThrow();
    expect(() => run(300, 301)).toThrow(/categories collapsed by step 300: about 4\.0 of 10 are in use/);
  });

  test('but not by a healthy course, nor where there are no categories', () => {
    const watch = watchTraining([10]);
    for (let step = 1; step <= 1000; step++) watch.check(step, 1000, healthy, 0);
    const plain = watchTraining([]);
    for (let step = 1; step <= 1000; step++) plain.check(step, 1000, { D: 1, balance: 0 }, 0);
  });
});
