import {
  LatentSpec,
  Random,
  categorical,
  chooseLatents,
  deriveSeed,
  generatorFeeds,
  generatorInputs,
  latentWidth,
  normal,
  recognizerOutputs,
  samplePrior,
  uniform,
} from '@infogan/contract';
import { describe, expect, test } from 'vitest';

const spec = [normal('z', 62), categorical('digit', 10), uniform('c1'), uniform('c2')];

describe('the latent code as data', () => {
  test('gives every width and port', () => {
    expect(latentWidth(spec)).toBe(74);
    expect(generatorInputs(spec)).toEqual([
      { name: 'digit', dtype: 'int64', shape: [] },
      { name: 'c', dtype: 'float32', shape: [2] },
      { name: 'z', dtype: 'float32', shape: [62] },
    ]);
    expect(recognizerOutputs(spec)).toEqual([
      { name: 'digit', dtype: 'float32', shape: [10] },
      { name: 'c', dtype: 'float32', shape: [2] },
    ]);
  });

  test('a plain GAN has no digit and no c', () => {
    expect(generatorInputs([normal('z', 8)]).map(({ name }) => name)).toEqual(['z']);
    expect(recognizerOutputs([normal('z', 8)])).toEqual([]);
  });

  test('two parts of one name are refused', () => {
    expect(LatentSpec.safeParse([normal('z', 1), uniform('z')]).success).toBe(false);
    expect(LatentSpec.safeParse([uniform('c')]).success).toBe(false);
  });

  test('the prior: standard normal noise, every class, codes in [-1, 1)', () => {
    const { values } = samplePrior(spec, 5000, new Random(1));
    const z = values['z'] as Float32Array;
    const mean = z.reduce((a, b) => a + b, 0) / z.length;
    const variance = z.reduce((a, b) => a + (b - mean) ** 2, 0) / z.length;
    expect(Math.abs(mean)).toBeLessThan(0.01);
    expect(Math.abs(variance - 1)).toBeLessThan(0.02);
    expect(new Set(values['digit'])).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
    expect(Math.min(...values['c1']!)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...values['c1']!)).toBeLessThan(1);
    expect(Math.max(...values['c1']!)).toBeGreaterThan(0.99);
  });

  test('one seed is one handwriting, whatever stands beside it in the batch', () => {
    const row = { chosen: { digit: 7, c1: 0.5 }, seed: 42 };
    const alone = chooseLatents(spec, [row]);
    const second = chooseLatents(spec, [{ chosen: {}, seed: 1 }, row]);
    expect(second.values['z']!.slice(62)).toEqual(alone.values['z']);
    expect(alone.values['c2']).toEqual(Float32Array.of(0));
  });

  test('feeds lay the continuous codes side by side', () => {
    const rows = [
      { chosen: { digit: 3, c1: 0.25, c2: -0.5 }, seed: 1 },
      { chosen: { digit: 4, c1: 0.75, c2: 1 }, seed: 2 },
    ];
    const feeds = generatorFeeds(spec, chooseLatents(spec, rows));
    expect(feeds['digit']!.data).toEqual(BigInt64Array.of(3n, 4n));
    expect(feeds['c']!.data).toEqual(Float32Array.of(0.25, -0.5, 0.75, 1));
    expect(feeds['c']!.dims).toEqual([2, 2]);
    expect(feeds['z']!.dims).toEqual([2, 62]);
  });
});

describe('random numbers', () => {
  test('the same seed gives the same numbers; a state goes on where it was taken', () => {
    const random = new Random(7);
    const first = [random.uniform(), random.normal(), random.integer(10)];
    const again = new Random(7);
    expect([again.uniform(), again.normal(), again.integer(10)]).toEqual(first);
    const later = new Random(random.state());
    expect(later.uniform()).toBe(random.uniform());
  });

  test('are pinned: a change here would change every model ever trained', () => {
    expect([1, 2].map((seed) => new Random(seed).integer(1_000_000))).toMatchSnapshot();
    expect(deriveSeed(1, 2, 3)).toMatchSnapshot();
  });

  test('neighbouring seeds and derived seeds share nothing', () => {
    const firsts = Array.from({ length: 1000 }, (_, seed) => new Random(seed).uniform());
    const mean = firsts.reduce((a, b) => a + b) / firsts.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.04);
    expect(new Set(Array.from({ length: 1000 }, (_, i) => deriveSeed(1, 2, i))).size).toBe(1000);
  });

  test('a permutation holds every number once', () => {
    expect([...new Random(3).permutation(100)].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_, i) => i),
    );
  });
});
