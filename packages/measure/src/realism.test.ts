import { Random } from '@infogan/contract';
import {
  dotProducts,
  frechetDistance,
  gaussian,
  nearestRows,
  precisionRecall,
  rows,
  scoreFrechet,
  type Rows,
} from '@infogan/measure';
import { describe, expect, it } from 'vitest';

const WIDTH = 6;

/** Correlated normal features, moved by `shift` and scaled by `scale`. */
function cloud(count: number, seed: number, shift = 0, scale = 1): Rows {
  const random = new Random(seed);
  const data = new Float32Array(count * WIDTH);
  for (let i = 0; i < count; i++) {
    const common = random.normal();
    for (let k = 0; k < WIDTH; k++) data[i * WIDTH + k] = shift + scale * (0.5 * common + random.normal());
  }
  return rows(data, WIDTH);
}

describe('Fréchet distance', () => {
  it('of a set to itself is nothing', () => {
    const a = gaussian(cloud(500, 1));
    expect(frechetDistance(a, a)).toBeLessThan(1e-9);
  });

  it('has its closed form where one set is the other, scaled and moved', () => {
    const a = cloud(500, 1);
    const moved = rows(
      a.data.map((value) => 2 * value + 3),
      WIDTH,
    );
    const { mean, covariance } = gaussian(a);
    // the root of C · 4C is 2C, so the traces leave tr(C + 4C - 4C)
    const expected = [...mean].reduce((sum, m) => sum + (m + 3) ** 2, 0) + covariance.trace();
    expect(frechetDistance(gaussian(a), gaussian(moved))).toBeCloseTo(expected, 3);
  });

  it('is symmetric, and grows with the distance of the means', () => {
    const [a, near, far] = [cloud(400, 1), cloud(400, 2, 0.5), cloud(400, 3, 1)].map(gaussian);
    expect(frechetDistance(a!, near!)).toBeCloseTo(frechetDistance(near!, a!), 6);
    expect(frechetDistance(a!, far!)).toBeGreaterThan(3 * frechetDistance(a!, near!));
  });

  it('has an interval that holds it, and that tells two clouds from one', () => {
    const same = scoreFrechet(cloud(1000, 1), cloud(1000, 2));
    const other = scoreFrechet(cloud(1000, 1), cloud(1000, 3, 0.5));
    expect(same.low).toBeLessThanOrEqual(same.value);
    expect(same.high).toBeLessThan(other.low);
  });
});

describe('precision and recall', () => {
  it('are whole for the same set, nothing for one far away', async () => {
    const a = cloud(300, 1);
    const same = await precisionRecall(a, a);
    expect([same.precision.value, same.recall.value]).toEqual([1, 1]);
    const apart = await precisionRecall(a, cloud(300, 2, 100));
    expect([apart.precision.value, apart.recall.value]).toEqual([0, 0]);
  });

  it('a collapsed generator is precise and forgets most', async () => {
    const collapsed = await precisionRecall(cloud(300, 1), cloud(300, 2, 0, 0.2));
    expect(collapsed.precision.value).toBeGreaterThan(0.9);
    expect(collapsed.recall.value).toBeLessThan(0.2);
  });

  it('a generator that overshoots forgets little and is less precise', async () => {
    const wide = await precisionRecall(cloud(300, 1), cloud(300, 2, 0, 3));
    expect(wide.precision.value).toBeLessThan(0.5);
    expect(wide.recall.value).toBeGreaterThan(0.9);
  });
});

describe('nearest neighbours', () => {
  it('find a copy among others, at no distance', async () => {
    const references = cloud(200, 1);
    const queries = rows(references.data.slice(17 * WIDTH, 19 * WIDTH), WIDTH);
    const { index, distance } = await nearestRows(queries, references);
    expect([...index]).toEqual([17, 18]);
    expect([...distance]).toEqual([0, 0]);
  });

  it('are those that counting one by one finds', async () => {
    const [a, b] = [cloud(20, 1), cloud(50, 2)];
    const { index, distance } = await nearestRows(a, b, dotProducts);
    for (let i = 0; i < a.count; i++) {
      const all = Array.from({ length: b.count }, (_, j) =>
        Math.hypot(
          ...Array.from({ length: WIDTH }, (_, k) => a.data[i * WIDTH + k]! - b.data[j * WIDTH + k]!),
        ),
      );
      expect(distance[i]).toBeCloseTo(Math.min(...all), 5);
      expect(all[index[i]!]).toBeCloseTo(Math.min(...all), 5);
    }
  });
});
