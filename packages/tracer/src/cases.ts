/** For tests: cases of kernels in a few words. */
import type * as tf from '@tensorflow/tfjs';
import { type Check, type Fn, type Numbers, check, numbers } from './parity.ts';

export interface Case {
  inputs: Record<string, Numbers>;
  fn: (x: Record<string, tf.Tensor>) => tf.Tensor | tf.Tensor[];
  how?: Check;
}

/** Holds one case, value and gradient, against the cpu back end. */
export const run = ({ inputs, fn, how }: Case): Promise<unknown> => {
  const named: Fn = (x) => {
    const result = fn(x);
    return Object.fromEntries(
      (Array.isArray(result) ? result : [result]).map((tensor, i) => [`y${i}`, tensor]),
    );
  };
  return check(named, inputs, how);
};

/** Floats in a range. */
export const x = (shape: number[], low = -1, high = 1, seed = 1): Numbers => numbers(shape, seed, low, high);
/** Whole numbers from 0 to below `high`. */
export const whole = (shape: number[], high: number, seed = 1): Numbers => ({
  shape,
  data: Array.from(numbers(shape, seed, 0, high).data).map(Math.floor),
  dtype: 'int32',
});
