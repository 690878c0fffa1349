import { loadMnist } from '@infogan/data';
import {
  batchSource,
  buildTraining,
  initialState,
  presets,
  schedule,
  type Arrays,
  type State,
} from '@infogan/train';
import { arrayFile } from '../peers/pytorch/arrays.ts';

/** Batches that take turns: two rounds of D alone and all three, so that nothing is timed on numbers in the cache. */
const BATCHES = 4;
/** The step is timed as at the start of a long training. */
const STEPS = 1e6;

/** The tutorial's step on MNIST: its own networks and recipe, the same weights, batches and masks for all. */
export async function problem() {
  const preset = presets['tutorial']!;
  const training = buildTraining({ ...preset, system: 'tutorial' });
  const { train } = await loadMnist();
  const source = batchSource(train, preset.latent, preset.recipe, 1, training.inputs);
  const batches = Array.from({ length: BATCHES }, (_, step) => source.batch(step, STEPS));
  const rates = (step: number) => schedule(training, preset.recipe, step, STEPS);
  return { preset, training, batches, rates, state: initialState(training, 1) };
}

/** Writes the problem for a program in another language: `spec.json`, which says where each array lies in `data.bin`. */
export async function writeProblem(folder: string): Promise<void> {
  const { preset, training, batches, state } = await problem();
  const file = arrayFile();
  const placed = (batch: Arrays) =>
    Object.fromEntries(
      Object.entries(batch).map(([name, values]) => [
        name,
        { ...file.place(values), shape: training.inputs[name]!.shape },
      ]),
    );
  const parameters = Object.entries(training.gan.layouts).flatMap(([vector, layout]) =>
    layout.parameters.map((parameter) => ({
      ...parameter,
      ...file.place(weightsOf(state, vector, layout, parameter.name)),
    })),
  );
  const spec = { latent: preset.latent, recipe: preset.recipe, parameters, batches: batches.map(placed) };
  file.write(folder, spec);
}

type Layout = Awaited<ReturnType<typeof problem>>['training']['gan']['layouts']['generator'];

function weightsOf(state: State, vector: string, { parameters }: Layout, name: string): Float32Array {
  let start = 0;
  for (const parameter of parameters) {
    const length = parameter.shape.reduce((product, size) => product * size, 1);
    if (parameter.name === name) return state[vector]!.subarray(start, start + length);
    start += length;
  }
  throw new Error(`bench: ${vector} has no ${name}`);
}
