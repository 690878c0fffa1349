import { Random } from '@infogan/contract';
import * as z from 'zod'; // zod: schemas from which types, checks and error sentences all come
import { mean, quantile } from './statistics.ts';

/** A measured value with its 95 % interval. */
export const Score = z.strictObject({ value: z.number(), low: z.number(), high: z.number() });
export type Score = z.infer<typeof Score>;

/** 95 % two-sided: the standard normal's 97.5 % point. */
export const NORMAL_95 = 1.959964;

const RESAMPLES = 1000;

interface BootstrapOptions {
  readonly resamples?: number;
  readonly seed?: number;
}

/**
 * Percentile bootstrap (Efron 1979): `statistic` of `count` items drawn with replacement, many times over.
 * @param statistic takes the numbers of the drawn items (with repetitions); must not keep the array
 */
export function bootstrap(
  count: number,
  statistic: (items: Int32Array) => number,
  options?: BootstrapOptions,
): Score {
  const all = Int32Array.from({ length: count }, (_, i) => i);
  return bootstrapWithin([all], ([items]) => statistic(items!), options);
}

/** The same with items drawn within their group, so that every group keeps its size. */
export function bootstrapWithin(
  groups: readonly Int32Array[],
  statistic: (groups: readonly Int32Array[]) => number,
  { resamples = RESAMPLES, seed = 1 }: BootstrapOptions = {},
): Score {
  const random = new Random(seed);
  const value = statistic(groups);
  const drawn = groups.map((group) => group.slice());
  const values = Float64Array.from({ length: resamples }, () => {
    drawn.forEach((items, g) => {
      const group = groups[g]!;
      for (let i = 0; i < items.length; i++) items[i] = group[random.integer(group.length)]!;
    });
    return statistic(drawn);
  });
  return { value, low: quantile(values, 0.025), high: quantile(values, 0.975) };
}

/** Mean with its bootstrapped interval; zeros for nothing. */
export function scoreMean(values: ArrayLike<number>): Score {
  if (values.length === 0) return { value: 0, low: 0, high: 0 };
  return bootstrap(values.length, (items) => {
    let sum = 0;
    for (let i = 0; i < items.length; i++) sum += values[items[i]!]!;
    return sum / items.length;
  });
}

/** Median with its bootstrapped interval; zeros for nothing. */
export function scoreMedian(values: ArrayLike<number>): Score {
  const sample = new Float64Array(values.length);
  return bootstrap(
    values.length,
    (items) => {
      for (let i = 0; i < items.length; i++) sample[i] = values[items[i]!]!;
      return quantile(sample, 0.5);
    },
    { resamples: 200 },
  );
}

/**
 * Share of items that are right, with its bootstrapped interval. Where all items agree the bootstrap has nothing
 * to vary and would claim certainty; Wilson's interval (1927) takes its place there.
 */
export function scoreShare(right: ArrayLike<number | boolean>): Score {
  const numbers = Uint8Array.from({ length: right.length }, (_, i) => Number(right[i]));
  const share = mean(numbers);
  if (share > 0 && share < 1) return scoreMean(numbers);
  const square = NORMAL_95 ** 2;
  const doubt = numbers.length === 0 ? 1 : square / (numbers.length + square);
  return share === 1 ? { value: 1, low: 1 - doubt, high: 1 } : { value: share, low: 0, high: doubt };
}
