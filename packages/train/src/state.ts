import { join } from 'node:path';
import { Random, UserError, deriveSeed } from '@infogan/contract';
import { initialWeights } from './network.ts';
import { RUN_FILES } from './run-directory.ts';
import { encodeTensors, readTensors, writeAtomically } from './safetensors.ts';
import { networksOf } from './gan.ts';
import type { Training } from './systems/index.ts';
import { flattenArrays } from './vector.ts';

/** The step's state on the host: parameter vectors, Adam's means, running averages of the weights. */
export type State = Record<string, Float32Array>;

/** A fresh state: weights drawn from the seed, Adam's means zero. */
export function initialState({ gan, state: specs }: Training, seed: number): State {
  const random = new Random(deriveSeed(seed, 0));
  const arrays = Object.assign(
    {},
    ...networksOf(gan).map((network) => initialWeights(network, random)),
  ) as State;
  const vectors = Object.entries(gan.layouts).map(
    ([name, layout]) => [name, flattenArrays(layout, arrays)] as const,
  );
  const drawn: State = Object.fromEntries(
    vectors.flatMap(([name, vector]) => [
      [name, vector],
      [`${name}/average`, vector.slice()],
    ]),
  );
  return Object.fromEntries(
    Object.entries(specs).map(([name, { shape }]) => [name, drawn[name] ?? new Float32Array(shape[0]!)]),
  );
}

/** The weights of a vector that draw and read: their running average, where the training keeps one. */
export function averageOf(state: Readonly<State>, name: string): Float32Array {
  return state[`${name}/average`] ?? state[name]!;
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
export async function readCheckpoint(
  directory: string,
  { state: specs }: Pick<Training, 'state'>,
): Promise<Checkpoint> {
  const path = join(directory, RUN_FILES.checkpoint);
  const { metadata, tensors } = await readTensors(path).catch((error: unknown) => {
    if (error instanceof UserError) throw error;
    throw new UserError(
      `train: ${directory} has no checkpoint to resume from (${(error as Error).message}); start anew`,
    );
  });
  const state: State = {};
  for (const [name, { shape }] of Object.entries(specs)) {
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
