import { Random } from '@infogan/contract';
import { loadMnist, type LabelledImages } from '@infogan/data';
import { countPairs, hungarian, rows } from '@infogan/measure';
import { findSimilarPictures, selectEngine } from '@infogan/train';
import { expect, test } from 'vitest';
import { firstPictures } from '../testing.ts';
import { gradientHistograms } from './gradients.ts';
import { symmetricGraph } from './graph.ts';
import { nameGroups } from './name-groups.ts';
import { nearestByAngle } from './nearest.ts';
import { spectralGroups } from './spectral.ts';

const engine = await selectEngine('compiled', 'auto', 'cpu');

test('a stroke looks the same however it leans and wherever it stands, and not like a bar', () => {
  const [upright, leaning, bar] = [draw(14, 0, 1), draw(11, 0.3, 1), draw(14, 0, 3)].map((pixels) =>
    gradientHistograms({ count: 1, height: 28, width: 28, channels: 1, pixels, labels: new Uint8Array(1) }),
  );
  const cosine = (a = upright!, b = upright!) =>
    a.data.reduce((sum, value, i) => sum + value * b.data[i]!, 0);
  expect(cosine()).toBeCloseTo(1, 5);
  expect(cosine(upright, leaning)).toBeGreaterThan(0.9);
  expect(cosine(upright, bar)).toBeLessThan(cosine(upright, leaning));
});

/** A stroke from row 6 to 21, `half` pixels to each side, through column `x` in the middle, leaning to the right. */
function draw(x: number, lean: number, half: number): Uint8Array {
  const pixels = new Uint8Array(28 * 28);
  for (let row = 6; row < 22; row++) {
    const centre = x - lean * (row - 13.5);
    for (let column = 0; column < 28; column++) {
      pixels[row * 28 + column] = 255 * Math.min(1, Math.max(0, half + 0.5 - Math.abs(column - centre)));
    }
  }
  return pixels;
}

test('the nearest rows are those of the smallest angles, itself left out', async () => {
  const random = new Random(1);
  const [count, width, each] = [50, 4, 3];
  const points = Array.from({ length: count }, () => {
    const point = Array.from({ length: width }, () => random.normal());
    return point.map((value) => value / Math.hypot(...point));
  });
  const nearest = await nearestByAngle(rows(Float32Array.from(points.flat()), width), each, engine);
  points.forEach((point, i) => {
    const cosines = points.map((other) => other.reduce((sum, value, k) => sum + value * point[k]!, 0));
    const order = [...cosines.keys()].filter((j) => j !== i).toSorted((a, b) => cosines[b]! - cosines[a]!);
    expect([...nearest.subarray(i * each, (i + 1) * each)]).toEqual(order.slice(0, each));
  });
});

test('a graph is parted where its edges are few', () => {
  // three rings of twenty, whose nodes name the two after them; one node of each names the next ring instead
  const [ring, rings] = [20, 3];
  const nearest = Int32Array.from({ length: ring * rings * 2 }, (_, i) => {
    const [node, step] = [Math.floor(i / 2), (i % 2) + 1];
    const own = Math.floor(node / ring);
    if (i % (2 * ring) === 0) return ((own + 1) % rings) * ring + 7;
    return own * ring + ((node + step) % ring);
  });
  const groups = spectralGroups(symmetricGraph(nearest, 2), rings, new Random(3));
  for (let own = 0; own < rings; own++) {
    expect(new Set(groups.subarray(own * ring, (own + 1) * ring)).size).toBe(1);
  }
  expect(new Set(groups).size).toBe(rings);
});

test('groups take the numbers of the labelled pictures in them', () => {
  const groups = Int32Array.of(2, 2, 0, 0, 1, 1);
  const labels = [0, 0, 1, 1, 2, 2];
  expect([...nameGroups(groups, Int32Array.of(0, 2, 4), labels, 3)]).toEqual([0, 0, 1, 1, 2, 2]);
});

test('similar pictures of MNIST are of the same digit, mostly, and the same from run to run', async () => {
  const { train } = firstPictures(await loadMnist(), 3000);
  const [similar, again] = [await find(train), await find(train)];
  expect(again).toEqual(similar);
  const { each, neighbours, groups } = similar;
  const same = neighbours.filter((other, i) => train.labels[other] === train.labels[Math.floor(i / each)]);
  expect(same.length / neighbours.length).toBeGreaterThan(0.95);
  const counts = countPairs(groups, train.labels, 10, 10);
  const named = hungarian(counts).reduce((sum, label, group) => sum + counts[group]![label]!, 0);
  expect(named / train.count).toBeGreaterThan(0.75);
});

const find = (images: LabelledImages) => findSimilarPictures(images, 10, engine, 1);
