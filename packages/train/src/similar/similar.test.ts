import { Random } from '@infogan/contract';
import { loadMnist, type LabelledImages } from '@infogan/data';
import { countPairs, hungarian, rows } from '@infogan/measure';
import { findSimilarPictures, selectEngine } from '@infogan/train';
import { expect, test } from 'vitest';
import { firstPictures } from '../testing.ts';
import { nearestByDeformation } from './deformation.ts';
import { leadingEigenvectors } from './eigenvectors.ts';
import { gradientHistograms } from './gradients.ts';
import { symmetricGraph, type Graph } from './graph.ts';
import { labelledGroups, vectorsForLabels } from './labelled-groups.ts';
import { nameGroups } from './name-groups.ts';
import { nearestByAngle } from './nearest.ts';
import { regroup } from './regroup.ts';
import { spectralGroups, vectorsFor } from './spectral.ts';
import { spreadLabels } from './spread.ts';
import { uprightPictures } from './upright.ts';

const engine = await selectEngine('compiled', 'auto', 'cpu');

test('a stroke looks the same however it leans and wherever it stands, and not like a bar', () => {
  const [upright, leaning, bar] = [draw(14, 0, 1), draw(11, 0.3, 1), draw(14, 0, 3)].map((pixels) =>
    gradientHistograms(uprightPictures(pictures(pixels))),
  );
  const cosine = (a = upright!, b = upright!) =>
    a.data.reduce((sum, value, i) => sum + value * b.data[i]!, 0);
  expect(cosine()).toBeCloseTo(1, 5);
  expect(cosine(upright, leaning)).toBeGreaterThan(0.9);
  expect(cosine(upright, bar)).toBeLessThan(cosine(upright, leaning));
});

/** Pictures of MNIST's size. */
const pictures = (...drawn: Uint8Array[]): LabelledImages => ({
  count: drawn.length,
  height: 28,
  width: 28,
  channels: 1,
  pixels: Uint8Array.from(drawn.flatMap((pixels) => [...pixels])),
  labels: new Uint8Array(drawn.length),
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

test('a bent stroke is nearer than one stroke more', async () => {
  const bar = draw(14, 0, 1);
  const bent = shiftLowerHalf(bar);
  const doubled = bar.slice();
  for (let row = 6; row < 22; row++) doubled.fill(255, row * 28 + 18, row * 28 + 24);
  const both = shiftLowerHalf(doubled);
  const candidates = Int32Array.of(1, 2, 3, 0, 2, 3, 0, 1, 3, 0, 1, 2);
  const nearest = await nearestByDeformation(pictures(bar, doubled, bent, both), candidates, 1, engine);
  expect([...nearest]).toEqual([2, 3, 0, 1]);
});

/** Rows from 14 on a pixel to the right. */
function shiftLowerHalf(pixels: Uint8Array): Uint8Array {
  return pixels.map((value, i) => (i >= 14 * 28 ? pixels[i - 1]! : value));
}

test('a piece goes where its edges lead, half of a group stays', () => {
  // four pieces of a chain; the third is tied to the second by two edges and to the fourth by three
  const piece = Int32Array.of(0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3, 3);
  const edges = [[0, 3], [1, 4], [2, 5], [6, 3], [7, 4], [6, 9], [7, 10], [8, 11], [12, 13], [14, 9]]; // prettier-ignore
  const named = Array.from({ length: 15 }, (_, i) =>
    edges.filter(([from]) => from === i).map(([, to]) => to!),
  );
  const starts = Int32Array.from({ length: 16 }, (_, i) => named.slice(0, i).flat().length);
  const graph = { count: 15, starts, neighbours: Int32Array.from(named.flat()) };
  const group = piece.map((i) => (i === 3 ? 1 : 0));
  expect([...regroup(graph, group, piece, 2)]).toEqual(Array.from(piece, (i) => (i >= 2 ? 1 : 0)));
});

test('a graph is parted where its edges are few', () => {
  const crowds = [100, 100, 100];
  const graph = crowdsOf(crowds, (own, random) => (random.integer(10) === 0 ? random.integer(3) : own));
  const groups = partedIn(graph, 3);
  const counts = countPairs(groups, crowdOf(crowds), 3, 3);
  const right = hungarian(counts).reduce((sum, own, group) => sum + counts[group]![own]!, 0);
  expect(right / groups.length).toBeGreaterThan(0.97);
});

test('a kind that likeness puts with another class comes to its own by one label', () => {
  // the fourth crowd is small, its edges lead to the third, but its label is that of the second
  const crowds = [200, 200, 200, 40];
  const labels = Uint8Array.from(crowdOf(crowds), (crowd) => (crowd === 3 ? 1 : crowd));
  const graph = crowdsOf(crowds, (own, random) => {
    if (own === 3) return random.integer(10) < 3 ? 2 : 3;
    return random.integer(20) === 0 ? random.integer(3) : own;
  });
  const groups = partedIn(graph, 3);
  const right = (found: Int32Array) => found.filter((group, i) => group === labels[i]).length / labels.length;
  expect(right(nameGroups(groups, Int32Array.of(0, 200, 400), labels, 3))).toBeLessThan(0.96);
  const random = new Random(1);
  const vectors = leadingEigenvectors(graph, vectorsForLabels(3), random);
  const found = labelledGroups(graph, vectors, groups, { labels }, 3, 12, 1, random);
  expect(right(spreadLabels(graph, found.groups, 3))).toBeGreaterThan(0.99);
  expect([...found.labelled].map((i) => labels[i])).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]);
  expect([...found.labelled].some((i) => i >= 600)).toBe(true);
});

/** The crowd of each node. */
const crowdOf = (crowds: readonly number[]) =>
  crowds.flatMap((size, crowd) => Array<number>(size).fill(crowd));

/** Crowds whose people name five each, of the crowd that `leadsTo` says. */
function crowdsOf(crowds: readonly number[], leadsTo: (own: number, random: Random) => number): Graph {
  const random = new Random(3);
  const starts = crowds.map((_, crowd) => crowds.slice(0, crowd).reduce((a, b) => a + b, 0));
  const each = 5;
  const nearest = crowdOf(crowds).flatMap((own) =>
    Array.from({ length: each }, () => {
      const crowd = leadsTo(own, random);
      return starts[crowd]! + random.integer(crowds[crowd]!);
    }),
  );
  return symmetricGraph(Int32Array.from(nearest), each);
}

function partedIn(graph: Graph, groups: number): Int32Array {
  const random = new Random(3);
  return spectralGroups(graph, leadingEigenvectors(graph, vectorsFor(groups), random), groups, random);
}

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

test('a few labels name the groups of MNIST and put pieces of them right', async () => {
  const { train } = firstPictures(await loadMnist(), 3000);
  const { groups, labelled } = await findSimilarPictures(train, 10, engine, 1, 100);
  expect([...labelled!].map((index) => train.labels[index])).toEqual(
    Array.from({ length: 100 }, (_, i) => i % 10),
  );
  const right = groups.filter((group, i) => group === train.labels[i]).length / train.count;
  expect(right).toBeGreaterThan(0.9);
});

const find = (images: LabelledImages) => findSimilarPictures(images, 10, engine, 1);
