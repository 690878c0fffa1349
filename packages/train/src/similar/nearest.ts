import * as tf from '@tensorflow/tfjs';
import { sliceRows, type Rows } from '@infogan/measure';
import type { Engine } from '../engine/engine.ts';

/** Cosines held in memory at a time: 40 MB. */
const BLOCK = 10_000_000;

/**
 * The rows that form the smallest angles with each row, itself left out, nearest first. Every pair is looked at: for
 * 60,000 rows of 64 half a TFLOP.
 * @param features rows of length 1 @param each how many
 * @returns [N, each] numbers of rows
 */
export async function nearestByAngle(features: Rows, each: number, engine: Engine): Promise<Int32Array> {
  const { count, width, data } = features;
  const step = Math.min(count, Math.max(1, Math.floor(BLOCK / count)));
  const program = await engine.prepare(
    ({ block, all }) => ({ cosines: tf.matMul(block as tf.Tensor2D, all as tf.Tensor2D, false, true) }),
    { block: { shape: [step, width] }, all: { shape: [count, width] } },
    { all: data },
  );
  const nearest = new Int32Array(count * each);
  for (let first = 0; first < count; first += step) {
    // the last block reaches back, so that all are of one size
    const start = Math.min(first, count - step);
    const { cosines } = await program.run({ block: sliceRows(features, start, start + step).data });
    for (let i = first; i < start + step; i++) {
      const line = cosines!.subarray((i - start) * count, (i - start + 1) * count) as Float32Array;
      line[i] = -Infinity;
      largest(line, nearest.subarray(i * each, (i + 1) * each));
    }
  }
  await program.dispose();
  return nearest;
}

/** Fills `places` with the places of the largest values, largest first. */
function largest(values: Float32Array, places: Int32Array): void {
  const kept = new Float32Array(places.length).fill(-Infinity);
  const end = kept.length - 1;
  let least = -Infinity;
  for (let j = 0; j < values.length; j++) {
    const value = values[j]!;
    if (value <= least) continue;
    let at = end;
    for (; at > 0 && kept[at - 1]! < value; at--) {
      kept[at] = kept[at - 1]!;
      places[at] = places[at - 1]!;
    }
    kept[at] = value;
    places[at] = j;
    least = kept[end]!;
  }
}
