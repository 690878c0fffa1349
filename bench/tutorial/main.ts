/**
 * The tutorial's training in PyTorch and here: the same networks, weights, batches and dropout masks, asked in turn in
 * one run. `pnpm exec tsx bench/tutorial/main.ts [--rounds 6] [--cpu-time]` writes bench/results/tutorial.md;
 * on a machine that others keep busy, `taskset -c 0` and processor time give a ratio of one core each.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { presets } from '@infogan/train';
import { start, type Contestant } from '../engines/contestant.ts';
import { writeResult } from '../write.ts';
import { findPytorch } from '../peers/pytorch/find.ts';
import { writeProblem } from './problem.ts';

const { values: flags } = parseArgs({
  options: { rounds: { type: 'string', default: '6' }, 'cpu-time': { type: 'boolean', default: false } },
});
const rounds = Number(flags.rounds);
/** Batches of a round that count: as many of D alone as of all three. Two more before them do not: caches wake up. */
const STEPS = 4;
/** Batches whose losses must agree, and how well: Adam's first steps magnify rounding. */
const COMPARED = 6;
const AGREEMENT = 2e-3;
const busy = loadavg()[0]!;

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tutorial-'));
await writeProblem(folder);
// one after the other: a start-up takes all cores
const ours = await start('compiled', process.execPath, ['--import', 'tsx', here('step.ts')]);
if ('missing' in ours) throw new Error(`bench: our own step does not start: ${ours.missing}`);
const python = findPytorch();
const script = here('../peers/pytorch/tutorial.py');
const peer =
  'python' in python
    ? await start('pytorch', python.python, [script, folder, String(availableParallelism())])
    : { name: 'pytorch', ...python };
const contestants: Contestant[] = 'missing' in peer ? [ours] : [ours, peer];
process.on('exit', () => contestants.forEach((contestant) => contestant.stop()));

const [reference, theirs] = [
  await ours.losses(COMPARED),
  'missing' in peer ? null : await peer.losses(COMPARED),
];
const difference =
  theirs === null
    ? null
    : Math.max(
        ...reference.flatMap((losses, i) =>
          Object.entries(losses).map(([part, value]) => Math.abs(value - theirs[i]![part]!)),
        ),
      );
if (difference !== null && !(difference < AGREEMENT)) {
  throw new Error(`bench: the losses differ by ${difference}; the two do not compute the same`);
}

/** Per contestant and round, milliseconds of a batch of D alone and of one of all three: the fastest of each. */
const times = new Map<string, { alone: number; all: number }[]>(contestants.map(({ name }) => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const contestant of contestants) {
    const list = (await contestant.time(2 + STEPS, flags['cpu-time'] ? 'cpu' : 'time')).slice(2);
    const fastest = (turn: number) => Math.min(...list.filter((_, i) => i % 2 === turn));
    times.get(contestant.name)!.push({ all: fastest(0), alone: fastest(1) });
  }
}
contestants.forEach((contestant) => contestant.stop());
rmSync(folder, { recursive: true });

const batch = presets['tutorial']!.recipe.batchSize;
const mean = ({ alone, all }: { alone: number; all: number }) => (alone + all) / 2;
const line = ({ name, description }: Contestant) => {
  const own = times.get(name)!;
  const rate = (1000 * batch) / median(own.map(mean));
  return `| ${description} | ${median(own.map(({ alone }) => alone)).toFixed(1)} | ${median(own.map(({ all }) => all)).toFixed(1)} | ${rate.toFixed(0)} |`;
};
const ratios =
  'missing' in peer
    ? []
    : times.get(peer.name)!.map((time, i) => mean(time) / mean(times.get(ours.name)![i]!));
writeResult(
  'tutorial',
  `# The tutorial's InfoGAN, here and in PyTorch

\`${availableParallelism() === 1 ? 'taskset -c 0 ' : ''}pnpm exec tsx bench/tutorial/main.ts --rounds ${rounds}${flags['cpu-time'] ? ' --cpu-time' : ''}\` wrote this on ${new Date().toISOString().slice(0, 10)}: preset tutorial, batch ${batch}, the batch
already prepared; every round asks both in turn and takes the fastest of its batches, since other work on the machine
only slows. D steps at every batch, G and the information at every second; pictures/s count both kinds alike. Medians
over rounds, ratios within rounds (smallest … largest).${flags['cpu-time'] ? ` Milliseconds are of processor time, on ${availableParallelism()} of the machine’s cores.` : ''}
${cpus()[0]!.model.trim()}, ${availableParallelism()} threads, Node ${process.version}, load average ${busy.toFixed(1)} when it began.

| engine | ms, D alone | ms, D, G and information | pictures/s |
| ------ | ----------: | -----------------------: | ---------: |
${contestants.map(line).join('\n')}

${
  'missing' in peer
    ? `Skipped: PyTorch: ${peer.missing}`
    : `| ratio | measured | wanted |
| ----- | -------: | -----: |
| compiled to PyTorch | ${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} … ${Math.max(...ratios).toFixed(2)}) | ≥ 2 |

From the same weights, batches and masks the losses of the first ${COMPARED} batches differ by at most ${difference!.toExponential(0)}.`
}
`,
);

function median(list: readonly number[]): number {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!;
}
