import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RUN_FILES } from '@infogan/train';
import { expect, test } from 'vitest';
import { runProgram, startProgram } from './program.ts';
import { writeSmallMnist } from './small-mnist.ts';

const OPTIONS = [
  '--max-steps',
  '60',
  '--batch-size',
  '32',
  '--checkpoint-every',
  '10',
  '--seed',
  '5',
  '--threads',
  '1',
];

test('killed with SIGKILL and resumed, a run ends with the bytes of one that was not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'resume-'));
  const [data, whole, killed] = [join(folder, 'data'), join(folder, 'whole'), join(folder, 'killed')];
  await writeSmallMnist(data, 500);
  const options = [...OPTIONS, '--data', data];
  await runProgram('train', ...options, '--out', whole);

  const doomed = startProgram('train', ...options, '--out', killed);
  await untilExists(join(killed, RUN_FILES.checkpoint));
  doomed.child.kill('SIGKILL');
  expect(await doomed.ended()).toBe('SIGKILL');
  const resumed = await runProgram('train', '--resume', '--data', data, '--out', killed);
  expect(resumed).toContain('unsupervised accuracy');
  // the run's own, not one for each core
  expect(resumed).toMatch(/engine: compiled \(onnxruntime-node, cpu, 1 thread\)/);

  for (const file of [RUN_FILES.checkpoint, RUN_FILES.weights]) {
    const [a, b] = [await readFile(join(whole, file)), await readFile(join(killed, file))];
    expect(b.equals(a), file).toBe(true);
  }
}, 240_000);

test('SIGINT saves and ends with a sentence that says how to go on', async () => {
  const { data, out } = await smallRun('stop-');
  const program = startProgram('train', '--max-steps', '100000', '--data', data, '--out', out);
  await program.waitFor(/step \d+\/\d+/);
  program.child.kill('SIGINT');
  expect(await program.ended()).toBe(0);
  expect(program.printed()).toMatch(/saved at step \d+; go on with pnpm train --resume --out/);
}, 60_000);

test('a second run into the same directory is refused, and loses nothing', async () => {
  const { data, out } = await smallRun('twice-');
  const options = ['--max-steps', '100000', '--checkpoint-every', '2', '--data', data, '--out', out];
  const first = startProgram('train', ...options);
  await untilExists(join(out, RUN_FILES.checkpoint));
  first.child.kill('SIGKILL');
  await first.ended();
  const before = await readFile(join(out, RUN_FILES.run));
  await expect(runProgram('train', '--data', data, '--out', out)).rejects.toThrow(
    /already holds a run; pass --resume/,
  );
  expect(await readFile(join(out, RUN_FILES.run))).toEqual(before);
}, 60_000);

/** A folder of data, and where a run on it may go. */
async function smallRun(name: string): Promise<{ data: string; out: string }> {
  const folder = await mkdtemp(join(tmpdir(), name));
  const data = join(folder, 'data');
  await writeSmallMnist(data, 500);
  return { data, out: join(folder, 'run') };
}

async function untilExists(path: string): Promise<void> {
  for (;;) {
    if (
      await readFile(path).then(
        () => true,
        () => false,
      )
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
