// The tutorial's step on the compiled engine, asked over standard input: `losses 4` runs four batches and prints their
// losses, `time 4` prints the milliseconds of four, `cpu 4` those of processor time.
import { createInterface } from 'node:readline';
import * as tf from '@tensorflow/tfjs';
import { prepareTraining, selectEngine } from '@infogan/train';
import { problem } from './problem.ts';

tf.enableProdMode();
const engine = await selectEngine('compiled', 'auto', 'cpu');
const { training, batches, rates, state } = await problem();
const program = await prepareTraining(engine, training, state);
const say = (value: unknown) => process.stdout.write(`=${JSON.stringify(value)}\n`);
say(engine.description);

function clock(kind: string): number {
  if (kind !== 'cpu') return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

let step = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const [order, count] = line.split(' ');
  const answers = [];
  for (let i = 0; i < Number(count); i++) {
    const begin = clock(order!);
    const losses = await program.run({ ...batches[step % batches.length]!, ...rates(step) }, step);
    step += 1;
    if (order !== 'losses') answers.push(clock(order!) - begin);
    else answers.push(Object.fromEntries(Object.entries(losses).map(([part, [value]]) => [part, value])));
  }
  say(answers);
}
process.exit(0);
