/**
 * Does training stay small? Runs `pnpm train` with the default preset in a process of its own and reads its resident
 * set at every checkpoint before the last. `pnpm exec tsx bench/engines/memory.ts [--steps 2000]` writes bench/results/memory.md
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeResult } from '../write.ts';

const { values: flags } = parseArgs({ options: { steps: { type: 'string', default: '2000' } } });
const steps = Number(flags.steps);
const GIGABYTE = 1e6; // in kB, as /proc counts
if (process.platform !== 'linux') throw new Error('bench: memory reads /proc, which Linux alone has');

const folder = mkdtempSync(join(tmpdir(), 'memory-'));
const out = join(folder, 'run');
const program = ['--import', 'tsx', 'packages/train/src/main.ts'];
const child = spawn(
  process.execPath,
  [...program, '--max-steps', String(steps), '--checkpoint-every', '100', '--out', out],
  {
    stdio: ['ignore', 'ignore', 'inherit'],
  },
);
const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
process.on('exit', () => child.kill());
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

/** kB of a line of /proc/<pid>/status; VmHWM is the largest resident set so far. */
const kilobytes = (name: 'VmRSS' | 'VmHWM'): number =>
  Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0);

/** The last step that metrics.jsonl holds: it is written with each checkpoint. */
function lastStep(): number {
  try {
    const line = readFileSync(join(out, 'metrics.jsonl'), 'utf8').trim().split('\n').at(-1)!;
    return (JSON.parse(line) as { step: number }).step;
  } catch {
    return 0;
  }
}

const samples: { step: number; resident: number }[] = [];
let peak = 0;
while (child.exitCode === null && child.signalCode === null) {
  await new Promise((resolve) => setTimeout(resolve, 250));
  try {
    peak = Math.max(peak, kilobytes('VmHWM'));
    const step = lastStep();
    // with the last checkpoint the training has ended and given its memory back
    if (step < steps && step > (samples.at(-1)?.step ?? 0)) {
      samples.push({ step, resident: kilobytes('VmRSS') });
      console.log(`step ${step}: ${kilobytes('VmRSS')} kB`);
    }
  } catch {
    break; // it has ended between two looks
  }
}
const code = await ended;
rmSync(folder, { recursive: true, force: true });
if (code !== 0) throw new Error(`bench: training ended with ${code}`);

const megabytes = (value: number) => (value / 1000).toFixed(0);
// while caches fill the resident set grows as it should: only what comes after a quarter of the steps is told from leaks
const settled = samples.filter(({ step }) => step > steps / 4);
if (settled.length < 3) throw new Error('bench: memory needs at least 500 steps to tell growth');
const { slope, error } = line(settled);
writeResult(
  'memory',
  `# Memory of training

\`pnpm exec tsx bench/engines/memory.ts --steps ${steps}\` wrote this on ${new Date().toISOString().slice(0, 10)}: the default preset,
compiled engine, in a process of its own. ${cpus()[0]!.model.trim()}, Node ${process.version}.

| steps | resident set, MB |
| ----: | ---------------: |
${samples.map(({ step, resident }) => `| ${step} | ${megabytes(resident)} |`).join('\n')}

| what | measured | wanted |
| ---- | -------: | -----: |
| largest resident set, calibration included | ${megabytes(peak)} MB | < ${megabytes(GIGABYTE)} MB |
| growth over 2,000 steps, as the line through the samples after step ${settled[0]!.step} has it (± two standard errors) | ${megabytes(2000 * slope)} ± ${megabytes(4000 * error)} MB | none |
`,
);

/** Least squares: kB a step with the standard error. */
function line(points: readonly { step: number; resident: number }[]): { slope: number; error: number } {
  const mean = (pick: (point: (typeof points)[number]) => number) =>
    points.reduce((sum, point) => sum + pick(point) / points.length, 0);
  const [x, y] = [mean(({ step }) => step), mean(({ resident }) => resident)];
  const spread = mean(({ step }) => (step - x) ** 2);
  const slope = mean(({ step, resident }) => (step - x) * (resident - y)) / spread;
  const rest = mean(({ step, resident }) => (resident - y - slope * (step - x)) ** 2);
  return { slope, error: Math.sqrt(rest / spread / (points.length - 2)) };
}
