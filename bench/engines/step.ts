// One engine's training step, asked over standard input: `losses 3` runs three steps and prints their losses, `time 5`
// prints the milliseconds of five. Arguments: compiled|eager and the device or back end.
import { createInterface } from 'node:readline';
import * as tf from '@tensorflow/tfjs';
import { selectEngine } from '@infogan/train';
import type { BackendName, DeviceName } from '@infogan/train';
import { problem } from './problem.ts';

tf.enableProdMode();
const [kind, name] = process.argv.slice(2) as ['compiled' | 'eager', string];
const engine =
  kind === 'compiled'
    ? await selectEngine('compiled', 'auto', name as DeviceName)
    : await selectEngine('eager', name as BackendName);
const { training, batches, state } = await problem();
const inputs = { ...training.inputs, ...training.state };
const program = await engine.prepare(training.step, inputs, state);
const say = (value: unknown) => process.stdout.write(`=${JSON.stringify(value)}\n`);
say(engine.description);

let step = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const [order, count] = line.split(' ');
  const answers = [];
  for (let i = 0; i < Number(count); i++) {
    const begin = performance.now();
    const losses = await program.run(batches[step++ % batches.length]!);
    if (order === 'time') answers.push(performance.now() - begin);
    else answers.push(Object.fromEntries(Object.entries(losses).map(([part, [value]]) => [part, value])));
  }
  say(answers);
}
process.exit(0);
