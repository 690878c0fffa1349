// The same three steps of a tiny InfoGAN on one engine, for parity.test.ts: `three-steps.ts <engine> <name> <file>`
// writes what they gave, or why the engine cannot run here. Native back ends end with their process.
import { writeFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { UserError } from '@infogan/contract';
import { loadMnist } from '@infogan/data';
import { batchSource, buildTraining, initialState, schedule, selectEngine } from '../index.ts';
import type { BackendName, DeviceName } from '../index.ts';
import { firstPictures, similarInTurn, tiny } from '../testing.ts';

export type ThreeSteps =
  | { readonly missing: string }
  | {
      readonly description: string;
      /** Per step, every loss by name. */
      readonly losses: readonly Readonly<Record<string, number>>[];
      readonly state: Readonly<Record<string, readonly number[]>>;
      /** Tensors alive after each step. */
      readonly tensors: readonly number[];
    };

async function threeSteps(kind: 'compiled' | 'eager', name: string): Promise<ThreeSteps> {
  const engine = await (
    kind === 'compiled'
      ? selectEngine('compiled', 'auto', name as DeviceName)
      : selectEngine('eager', name as BackendName)
  ).catch((error: unknown) => {
    if (error instanceof UserError) return error.message;
    throw error;
  });
  if (typeof engine === 'string') return { missing: engine };

  const training = buildTraining({ ...tiny, system: 'infogan' });
  const { train } = firstPictures(await loadMnist(), 64);
  const source = batchSource(train, tiny.latent, tiny.recipe, 1, training.inputs, similarInTurn(train));
  const inputs = { ...training.inputs, ...training.state };
  const program = await engine.prepare(training.step, inputs, initialState(training, 1));
  const losses = [];
  const tensors = [];
  for (let step = 0; step < 3; step++) {
    const outputs = await program.run({
      ...source.batch(step, 100),
      ...schedule(training, tiny.recipe, step, 100),
    });
    losses.push(Object.fromEntries(Object.entries(outputs).map(([part, [value]]) => [part, value!])));
    tensors.push(tf.memory().numTensors);
  }
  const state = Object.entries(await program.readState()).map(
    ([part, values]) => [part, [...values]] as const,
  );
  await program.dispose();
  return { description: engine.description, losses, state: Object.fromEntries(state), tensors };
}

tf.enableProdMode();
const [kind, name, file] = process.argv.slice(2) as ['compiled' | 'eager', string, string];
writeFileSync(file, JSON.stringify(await threeSteps(kind, name)));
process.exit(0); // a WebGPU device keeps a process alive
