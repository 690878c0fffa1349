import { Random } from '@infogan/contract';
import { classFidelity, unsupervisedAccuracy } from '@infogan/measure';
import { describe, expect, it } from 'vitest';

/** `count` labels and categories that name them by a fixed order, wrong once in `errorEvery`. */
function clustering(count: number, order: readonly number[], errorEvery: number, seed: number) {
  const random = new Random(seed);
  const labels = Array.from({ length: count }, () => random.integer(order.length));
  const categories = labels.map((label, i) =>
    order.indexOf(i % errorEvery === 0 ? (label + 1) % order.length : label),
  );
  return { labels, categories };
}

describe('unsupervised accuracy', () => {
  const order = [3, 0, 2, 1];

  it('finds the names on one set and scores on the other', () => {
    const { accuracy, map, confusion } = unsupervisedAccuracy(
      clustering(2000, order, 10, 1),
      clustering(1000, order, 20, 2),
      4,
      4,
    );
    expect(map).toEqual(order);
    expect(accuracy.value).toBeCloseTo(0.95, 6);
    expect(accuracy.low).toBeLessThan(0.95);
    expect(confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(1000);
    expect(confusion[0]![1]).toBeGreaterThan(0);
    expect(confusion[0]![2]).toBe(0);
  });

  it('names that fit the scored set alone do not help', () => {
    const { accuracy } = unsupervisedAccuracy(
      clustering(2000, order, 1e9, 1),
      clustering(1000, [0, 3, 1, 2], 1e9, 2),
      4,
      4,
    );
    expect(accuracy.value).toBe(0);
  });

  it('a category that stands for nothing is wrong, as is a label without category', () => {
    const labels = [0, 0, 1, 1];
    const spare = unsupervisedAccuracy(
      { labels, categories: [0, 2, 1, 1] },
      { labels, categories: [0, 2, 1, 1] },
      3,
      2,
    );
    expect(spare.map).toEqual([0, 1, -1]);
    expect(spare.accuracy.value).toBe(0.75);
    const few = unsupervisedAccuracy(
      { labels, categories: [0, 0, 0, 0] },
      { labels, categories: [0, 0, 0, 0] },
      1,
      2,
    );
    expect(few.accuracy.value).toBe(0.5);
  });
});

describe('class fidelity', () => {
  it('counts the pictures that are read as asked, by class too', () => {
    const probabilities = Float32Array.from([0.9, 0.1, 0.6, 0.4, 0.2, 0.8, 0.3, 0.7]);
    const fidelity = classFidelity([0, 1, 1, 1], probabilities, 2);
    expect(fidelity.share.value).toBe(0.75);
    expect(fidelity.perClass['0']!.value).toBe(1);
    expect(fidelity.perClass['1']!.value).toBeCloseTo(2 / 3, 12);
    expect(fidelity.confusion).toEqual([
      [1, 0],
      [1, 2],
    ]);
    expect(fidelity.confidence.value).toBeCloseTo(0.75, 6);
    expect([...fidelity.asked].map((value) => value.toFixed(1))).toEqual(['0.9', '0.4', '0.8', '0.7']);
  });
});
