import * as tf from '@tensorflow/tfjs';
import type { Parameter, Weights } from './network.ts';

/**
 * All parameters of a network side by side in one flat vector, in order: what the optimizer steps, the
 * checkpoint stores and the engine keeps between steps. One vector instead of dozens of small tensors.
 */
export interface VectorLayout {
  readonly parameters: readonly Parameter[];
  readonly length: number;
}

export function layoutOf(parameters: readonly Parameter[]): VectorLayout {
  return { parameters, length: parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0) };
}

/** Cuts a vector into named tensors. */
export function unflatten({ parameters }: VectorLayout, vector: tf.Tensor): Weights {
  const parts = tf.split(
    vector,
    parameters.map(({ shape }) => sizeOf(shape)),
  );
  return Object.fromEntries(
    parameters.map(({ name, shape }, i) => [name, tf.reshape(parts[i]!, [...shape])]),
  );
}

/** Lays named tensors side by side; what is missing counts as zeros. */
export function flatten({ parameters }: VectorLayout, weights: Weights): tf.Tensor1D {
  return tf.concat1d(
    parameters.map(({ name, shape }) => {
      const weight = weights[name];
      return weight === undefined ? tf.zeros([sizeOf(shape)]) : tf.reshape<tf.Rank.R1>(weight, [-1]);
    }),
  );
}

/** The same on the host. */
export function flattenArrays(
  layout: VectorLayout,
  arrays: Readonly<Record<string, Float32Array>>,
): Float32Array {
  const vector = new Float32Array(layout.length);
  let start = 0;
  for (const { name, shape } of layout.parameters) {
    vector.set(arrays[name]!, start);
    start += sizeOf(shape);
  }
  return vector;
}

/** Views into a vector by parameter name. */
export function unflattenArray(
  { parameters }: VectorLayout,
  vector: Float32Array,
): Record<string, Float32Array> {
  let start = 0;
  return Object.fromEntries(
    parameters.map(({ name, shape }) => [name, vector.subarray(start, (start += sizeOf(shape)))]),
  );
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}
