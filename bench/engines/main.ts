/**
 * The default training step on every engine and in PyTorch: the same networks, weights and batches, asked in turn in
 * one run. `pnpm exec tsx bench/engines/main.ts [--rounds 5]` writes bench/results/engines.md
 */
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { presets } from '@infogan/train';
import { findPytorch } from '../peers/pytorch/find.ts';
import { start, type Contestant } from './contestant.ts';
import { PRESET, writeProblem } from './problem.ts';
import { writeResult } from '../write.ts';

const { values: flags } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });
const rounds = Number(flags.rounds);
/** Steps that count in a round; one more before them does not: caches and threads wake up. */
const STEPS: Record<string, number> = { wasm: 1 };
const DEFAULT_STEPS = 4;
const busy = loadavg()[0]!;

const folder = mkdtempSync(join(tmpdir(), 'engines-'));
await writeProblem(folder);
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const ours = (name: string, kind: string, device: string) =>
  start(name, process.execPath, ['--import', 'tsx', here('step.ts'), kind, device]);
const pytorch = findPytorch();
// one after the other: a start-up takes all cores
const started = [
  await ours('compiled', 'compiled', 'cpu'),
  'python' in pytorch
    ? await start('pytorch', pytorch.python, [
        here('../peers/pytorch/step.py'),
        folder,
        String(availableParallelism()),
      ])
    : { name: 'pytorch', ...pytorch },
  await ours('tfjs-node', 'eager', 'tfjs-node'),
  await ours('wasm', 'eager', 'wasm'),
];
const contestants = started.filter((found): found is Contestant => !('missing' in found));
process.on('exit', () => contestants.forEach((contestant) => contestant.stop()));

/** Largest difference of any loss of three steps from the compiled engine's: all compute the same. */
const differences = new Map<string, number>();
const reference = await contestants[0]!.losses(3);
for (const contestant of contestants.slice(1)) {
  const losses = await contestant.losses(3);
  const all = losses.flatMap((step, i) =>
    Object.entries(step).map(([part, value]) => Math.abs(value - reference[i]![part]!)),
  );
  differences.set(contestant.name, Math.max(...all));
}

const times = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const contestant of contestants) {
    const list = await contestant.time(1 + (STEPS[contestant.name] ?? DEFAULT_STEPS));
    times.get(contestant.name)!.push(Math.min(...list.slice(1)));
  }
}
contestants.forEach((contestant) => contestant.stop());
rmSync(folder, { recursive: true });

const batch = presets[PRESET]!.recipe.batchSize;
const [first, ...others] = contestants;
const line = ({ name, description }: Contestant) =>
  `| ${description} | ${median(times.get(name)!).toFixed(0)} | ${((1000 * batch) / median(times.get(name)!)).toFixed(0)} | ${name === first!.name ? '' : differences.get(name)!.toExponential(0)} |`;
const WANTED: Record<string, string> = {
  pytorch: 'told (the tutorial: ≥ 2)',
  wasm: '≥ 8',
  'tfjs-node': '> 1',
};
const ratio = ({ name }: Contestant) => {
  const ratios = times.get(name)!.map((time, i) => time / times.get(first!.name)![i]!);
  return `| compiled to ${name} | ${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} … ${Math.max(...ratios).toFixed(2)}) | ${WANTED[name]} |`;
};
const skipped = started.flatMap((found) =>
  'missing' in found ? [`\n- ${found.name}: ${found.missing}`] : [],
);
writeResult(
  'engines',
  `# The default training step, engine by engine

\`pnpm exec tsx bench/engines/main.ts --rounds ${rounds}\` wrote this on ${new Date().toISOString().slice(0, 10)}: preset ${PRESET}, batch ${batch}, the batch
already prepared; every round asks all in turn and takes the fastest of its steps, since other work on the machine only
slows. Medians over rounds, ratios within rounds (smallest … largest).
${cpus()[0]!.model.trim()}, ${availableParallelism()} threads, Node ${process.version}, load average ${busy.toFixed(1)} when it began.

| engine | ms a step | pictures/s | loss differs by at most |
| ------ | --------: | ---------: | ----------------------: |
${contestants.map(line).join('\n')}

| ratio | measured | wanted |
| ----- | -------: | -----: |
${others.map(ratio).join('\n')}
${skipped.length > 0 ? `\nSkipped:\n${skipped.join('')}\n` : ''}`,
);

function median(list: readonly number[]): number {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!;
}
