import { Random, fromBytes } from '@infogan/contract';
import { loadMnist } from '@infogan/data';
import { median, slant, thickness } from '@infogan/measure';
import { augmentBatch, presets } from '@infogan/train';
import { expect, test } from 'vitest';

const COUNT = 200;
const { train } = await loadMnist();
const images = fromBytes(train.pixels.subarray(0, COUNT * 784));
const still = { rotation: 0, shear: 0, scale: 0, shift: 0, thicken: 0, elastic: 0 };
const augment = (ranges: Partial<typeof still>) =>
  augmentBatch(images, train, { ...still, ...ranges }, new Random(1));

/** How far a measurement moves from picture to copy, at the median. */
function moved(copies: Float32Array, measure: (picture: Float32Array) => number): number {
  const picture = (all: Float32Array, i: number) => all.subarray(i * 784, (i + 1) * 784);
  return median(
    Array.from({ length: COUNT }, (_, i) =>
      Math.abs(measure(picture(copies, i)) - measure(picture(images, i))),
    ),
  );
}

test('without ranges a copy is the picture itself', () => {
  expect(augment({})).toEqual(images);
});

test('shear and rotation lean a digit and leave its strokes; thickening does the reverse', () => {
  const leant = augment({ shear: 0.4, rotation: 0.2 });
  const thickened = augment({ thicken: 0.6 });
  expect(moved(leant, slant)).toBeGreaterThan(4 * moved(thickened, slant));
  expect(moved(thickened, thickness)).toBeGreaterThan(2 * moved(leant, thickness));
});

test('an elastic bend moves ink, and about its own deviation far', () => {
  const centre = (picture: Float32Array) => {
    let [mass, sum] = [0, 0];
    picture.forEach((ink, at) => {
      mass += ink;
      sum += ink * (at % 28);
    });
    return sum / mass;
  };
  const shift = moved(augment({ elastic: 1 }), centre);
  expect(shift).toBeGreaterThan(0.05);
  expect(shift).toBeLessThan(1);
});

test('copies stay pictures: ink in [0, 1], the same bytes for the same seed', () => {
  const ranges = { ...presets['mnist']!.recipe.augment, elastic: 1 };
  const copies = augment(ranges);
  expect(copies.every((ink) => ink >= 0 && ink <= 1)).toBe(true);
  expect(augment(ranges)).toEqual(copies);
});
