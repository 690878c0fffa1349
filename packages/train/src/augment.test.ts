import { Random, fromBytes } from '@infogan/contract';
import { loadMnist } from '@infogan/data';
import { slant, thickness } from '@infogan/measure';
import { augmentBatch, presets } from '@infogan/train';
import { median, pearson } from '@infogan/measure';
import { expect, test } from 'vitest';

const COUNT = 300;
const { train } = await loadMnist();
const images = fromBytes(train.pixels.subarray(0, COUNT * 784));
const picture = (all: Float32Array, i: number) => all.subarray(i * 784, (i + 1) * 784);
const { augment } = presets['mnist']!.recipe;

test('the change of slant that anchors c1 is the one that the ruler reads', () => {
  const { images: changed, codeChange } = augmentBatch(
    images,
    train,
    { ...augment, thicken: 0 },
    new Random(1),
  );
  const [known, read]: [number[], number[]] = [[], []];
  for (let i = 0; i < COUNT; i++) {
    known.push(codeChange[2 * i]! / 2.2);
    read.push(slant(picture(changed, i)) - slant(picture(images, i)));
  }
  expect(median(known.map((value, i) => Math.abs(value - read[i]!)))).toBeLessThan(0.02);
  expect(pearson(known, read)).toBeGreaterThan(0.98);
});

test('the change of thickness that anchors c2 follows the ruler', () => {
  const { images: changed, codeChange } = augmentBatch(images, train, augment, new Random(2));
  const [known, read]: [number[], number[]] = [[], []];
  for (let i = 0; i < COUNT; i++) {
    known.push(codeChange[2 * i + 1]!);
    read.push(thickness(picture(changed, i)) - thickness(picture(images, i)));
  }
  expect(pearson(known, read)).toBeGreaterThan(0.85);
});

test('without ranges a copy is the picture itself', () => {
  const still = { rotation: 0, shear: 0, scale: 0, shift: 0, thicken: 0 };
  const { images: same, codeChange } = augmentBatch(images, train, still, new Random(3));
  expect(same).toEqual(images);
  expect(codeChange.every((change) => change === 0)).toBe(true);
});
