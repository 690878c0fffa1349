import { loadMnist } from '@infogan/data';
import {
  batchSource,
  buildTraining,
  findSimilarPictures,
  initialState,
  presets,
  schedule,
  selectEngine,
} from '@infogan/train';
import type { Arrays } from '@infogan/train';
import { arrayFile } from '../peers/pytorch/arrays.ts';

/** The step that every engine is timed on: a preset's own networks and recipe, the same weights and batches for all. */
export const PRESET = 'mnist';
/** Batches that take turns, so that nothing is timed on numbers it has in its cache. */
const BATCHES = 3;
/** Of MNIST; the step takes as long whichever pictures it sees. */
const PICTURES = 2000;
/** The step is timed as in the middle of a long training. */
const STEPS = 1e6;

export async function problem() {
  const preset = presets[PRESET]!;
  const training = buildTraining({ ...preset, system: 'infogan' });
  const { train } = await loadMnist();
  const size = train.height * train.width;
  const images = { ...train, count: PICTURES, pixels: train.pixels.subarray(0, PICTURES * size) };
  const similar = await findSimilarPictures(images, 10, await selectEngine('compiled', 'auto', 'cpu'), 1);
  const source = batchSource(images, preset.latent, preset.recipe, 1, training.inputs, similar);
  const batches: Arrays[] = Array.from({ length: BATCHES }, (_, step) => ({
    ...source.batch(step, STEPS),
    ...schedule(training, preset.recipe, step, STEPS),
  }));
  return { preset, training, batches, state: initialState(training, 1) };
}

/** Writes the problem for a program in another language: `spec.json`, which says where each array lies in `data.bin`. */
export async function writeProblem(folder: string): Promise<void> {
  const { preset, training, batches, state } = await problem();
  const { gan } = training;
  const file = arrayFile();
  const parameters = Object.values(gan.layouts).flatMap(({ parameters }, i) => {
    const vector = state[Object.keys(gan.layouts)[i]!]!;
    let start = 0;
    return parameters.map(({ name, shape }) => {
      const length = shape.reduce((product, size) => product * size, 1);
      start += length;
      return { name, shape, ...file.place(vector.subarray(start - length, start)) };
    });
  });
  const inputs = batches.map((batch) =>
    Object.fromEntries(Object.entries(batch).map(([name, values]) => [name, file.place(values)])),
  );
  const spec = { ...preset, parameters, batches: inputs };
  file.write(folder, spec);
}
