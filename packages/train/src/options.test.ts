import { selectEngine, trainCommand, type TrainOptions } from '@infogan/train';
import { expect, test } from 'vitest';

/** Parses a command line; errors come as exceptions, not as an exit. */
async function parse(...line: string[]): Promise<TrainOptions> {
  const got: TrainOptions[] = [];
  const command = trainCommand({
    train: (options) => Promise.resolve(void got.push(options)),
    judge: () => Promise.resolve(),
  });
  command.exitOverride().configureOutput({ writeErr: () => undefined });
  await command.parseAsync(line, { from: 'user' });
  return got[0]!;
}

test('defaults: an InfoGAN, preset mnist, seed 1, compiled engine', async () => {
  expect(await parse()).toEqual({
    preset: 'mnist',
    model: 'infogan',
    seed: 1,
    checkpointEvery: 200,
    engine: 'compiled',
    backend: 'auto',
    device: 'auto',
    resume: false,
  });
});

test('numbers are read as numbers', async () => {
  expect(await parse('--epochs', '0.5', '--batch-size', '64')).toMatchObject({ epochs: 0.5, batchSize: 64 });
});

test.each([
  [['--epoch', '3'], /unknown option '--epoch'/],
  [['--epochs', '0'], /epochs is a number from 0.001 to 10000, got 0/],
  [['--epochs', 'many'], /got many/],
  [['--batch-size', '1.5'], /batch size is a number from 2|batch size is a whole number, got 1.5/],
  [['--seed', '-1'], /seed is a number from 0/],
  [['--threads', '0'], /threads is a number from 1/],
  [['--engine', 'fast'], /Allowed choices are compiled, eager/],
  [['--preset', 'nist'], /Allowed choices are mnist/],
  [['--model', 'vae'], /Allowed choices are infogan, cgan, gan/],
  [['runs/a'], /too many arguments/],
])('%j is refused with a sentence', async (line, sentence) => {
  await expect(parse(...line)).rejects.toThrow(sentence);
});

test('threads are the compiled engine’s alone, and its description names them', async () => {
  const { description } = await selectEngine('compiled', 'auto', 'cpu', 3);
  expect(description).toBe('compiled (onnxruntime-node, cpu, 3 threads)');
  await expect(selectEngine('eager', 'cpu', 'auto', 3)).rejects.toThrow(
    /--threads is for --engine compiled.*got --threads 3 with --engine eager/,
  );
});
