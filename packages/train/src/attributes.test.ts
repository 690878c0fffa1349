import { fromBytes } from '@infogan/contract';
import { loadMnist } from '@infogan/data';
import { median, slant, spearman, thickness } from '@infogan/measure';
import { attributeCodes, attributeScale, readAttributes } from '@infogan/train';
import { describe, expect, test } from 'vitest';

const COUNT = 1000;
const { train } = await loadMnist();
const images = fromBytes(train.pixels.subarray(0, COUNT * 784));
const attributes = readAttributes(images, train);
const column = (values: Float32Array, k: number) => [...values].filter((_, i) => i % 2 === k);
const pictures = Array.from({ length: COUNT }, (_, i) => images.subarray(i * 784, (i + 1) * 784));

describe('the attributes that anchor the codes', () => {
  test('are the ruler’s slant', () => {
    const ruler = Float32Array.from(pictures, (picture) => slant(picture));
    expect(column(attributes, 0)).toEqual([...ruler]);
  });

  test('and a stroke width that orders each digit’s pictures as the ruler’s thickness does', () => {
    const ruler = pictures.map((picture) => thickness(picture));
    const widths = column(attributes, 1);
    const ofDigit = (values: number[], digit: number) => values.filter((_, i) => train.labels[i] === digit);
    const agreement = Array.from({ length: 10 }, (_, digit) =>
      spearman(ofDigit(ruler, digit), ofDigit(widths, digit)),
    );
    expect(median(agreement)).toBeGreaterThan(0.98);
  });

  test('a stroke reads about as wide as it was drawn; an empty picture reads zero', () => {
    const stroke = (width: number) =>
      Float32Array.from({ length: 784 }, (_, at) => (at % 28 >= 10 && at % 28 < 10 + width ? 1 : 0));
    for (const width of [2, 3, 4]) {
      const read = readAttributes(stroke(width), train)[1]!;
      expect(Math.abs(read - width)).toBeLessThan(0.3);
    }
    expect(readAttributes(new Float32Array(784), train).every((value) => Math.abs(value) === 0)).toBe(true);
  });
});

test('as codes they have the mean and the deviation of the prior, as many as there are codes', () => {
  const scale = attributeScale(attributes);
  const codes = attributeCodes(attributes, scale, 3);
  expect(codes).toHaveLength(2 * COUNT);
  for (const { mean, deviation } of [attributeScale(codes)]) {
    for (const k of [0, 1]) {
      expect(mean[k]).toBeCloseTo(0, 5);
      expect(deviation[k]).toBeCloseTo(1 / Math.sqrt(3), 5);
    }
  }
  expect([...attributeCodes(attributes, scale, 1)]).toEqual(column(codes, 0));
});
