import { join } from 'node:path';
import { Random, UserError, deriveSeed } from '@infogan/contract';
import { initialWeights } from './network.ts';
import { RUN_FILES } from './run-directory.ts';
import { encodeTensors, readTensors, writeAtomically } from './safetensors.ts';
import { VECTORS, type Gan } from './gan.ts';
import { stateInputs } from './step.ts';
import { flattenArrays } from './vector.ts';

/** The step's state on the host: parameter vectors, Adam's means, the averaged generator. */
export type State = Record<string, Float32Array>;

/** A fresh state: weights drawn from the seed, Adam's means zero. */
export function initialState(gan: Gan, seed: number): State {
  const random = new Random(deriveSeed(seed, 0));
  const networks = [gan.generator, gan.trunk, gan.discriminator, gan.recognizer];
  const arrays = Object.assign({}, ...networks.map((network) => initialWeights(network, random))) as State;
  const state: State = {};
  for (const name of VECTORS) {
    const vector = flattenArrays(gan.layouts[name], arrays);
    state[name] = vector;
    state[`${name}/m`] = new Float32Array(vector.length);
    state[`${name}/v`] = new Float32Array(vector.length);
  }
  state['generator/average'] = state['generator']!.slice();
  return state;
}

/** A state with the number of steps that led to it. */
export interface Checkpoint {
  readonly step: number;
  readonly state: State;
}

export async function writeCheckpoint(directory: string, { step, state }: Checkpoint): Promise<void> {
  const tensors = Object.fromEntries(
    Object.entries(state).map(([name, values]) => [name, { shape: [values.length], values }]),
  );
  const file = encodeTensors({ metadata: { step: String(step) }, tensors });
  await writeAtomically(join(directory, RUN_FILES.checkpoint), file);
}

/** @throws UserError when the file is missing, cut off, or does not fit the networks */
export async function readCheckpoint(directory: string, gan: Gan): Promise<Checkpoint> {
  const path = join(directory, RUN_FILES.checkpoint);
  const { metadata, tensors } = await readTensors(path).catch((error: unknown) => {
    if (error instanceof UserError) throw error;
    throw new UserError(
      `train: ${directory} has no checkpoint to resume from (${(error as Error).message}); start anew`,
    );
  });
  const state: State = {};
  for (const [name, { shape }] of Object.entries(stateInputs(gan))) {
    const stored = tensors[name]?.values;
    if (stored === undefined || stored.length !== shape[0]) {
      throw new UserError(
        `train: ${path} holds ${stored?.length ?? 'no'} numbers for ${name} when the networks of run.json need ${shape[0]}; it belongs to another run`,
      );
    }
    state[name] = stored;
  }
  return { step: Number(metadata['step']), state };
}
