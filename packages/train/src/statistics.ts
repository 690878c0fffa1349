import * as tf from '@tensorflow/tfjs';
import type { Arrays, Engine, InputSpec } from './engine/engine.ts';
import type { Statistics } from './fold.ts';
import type { MomentsListener, Weights } from './network.ts';
import { unflatten, type VectorLayout } from './vector.ts';

/** Parameter vectors with their layout, by name. */
export type Vectors = Readonly<
  Record<string, { readonly layout: VectorLayout; readonly vector: Float32Array }>
>;

/**
 * Mean and variance of every batch norm's input, pooled over several batches: what inference uses instead of the
 * batch's own.
 * @param run runs the networks in training form and passes `listen` on
 */
export async function batchNormStatistics(
  engine: Engine,
  vectors: Vectors,
  inputs: Readonly<Record<string, InputSpec>>,
  run: (weights: Weights, x: Readonly<Record<string, tf.Tensor>>, listen: MomentsListener) => void,
  batches: Iterable<Arrays>,
): Promise<Statistics> {
  const entries = Object.entries(vectors);
  const program = await engine.prepare(
    (x) => {
      const moments: Record<string, tf.Tensor> = {};
      const weights = Object.assign(
        {},
        ...entries.map(([name, { layout }]) => unflatten(layout, x[name]!)),
      ) as Weights;
      run(weights, x, (layer, { mean, variance }) => {
        moments[`${layer} mean`] = mean;
        moments[`${layer} square`] = tf.add(variance, tf.square(mean));
      });
      return moments;
    },
    {
      ...inputs,
      ...Object.fromEntries(entries.map(([name, { layout }]) => [name, { shape: [layout.length] }])),
    },
    Object.fromEntries(entries.map(([name, { vector }]) => [name, vector])),
  );
  const sums: Record<string, Float64Array> = {};
  let count = 0;
  for (const batch of batches) {
    count += 1;
    for (const [name, values] of Object.entries(await program.run(batch))) {
      const sum = (sums[name] ??= new Float64Array(values.length));
      values.forEach((value, k) => (sum[k]! += value));
    }
  }
  await program.dispose();
  const layers = Object.keys(sums).filter((name) => name.endsWith(' mean'));
  return Object.fromEntries(
    layers.map((name) => {
      const layer = name.slice(0, -' mean'.length);
      const mean = Float32Array.from(sums[name]!, (sum) => sum / count);
      const squares = sums[`${layer} square`]!;
      return [
        layer,
        { mean, variance: mean.map((value, k) => Math.max(0, squares[k]! / count - value * value)) },
      ];
    }),
  );
}
