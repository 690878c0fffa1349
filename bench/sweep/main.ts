import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { UserError, describeError } from '@infogan/contract';
import { presets } from '@infogan/train';
import { writeAtomically } from '../write.ts';
import { goalsOf } from './goals.ts';
import { ROOT } from './program.ts';
import { chooseSeed, runSeed, type Outcome } from './seed.ts';
import { ship } from './ship.ts';
import { sweepReport } from './table.ts';

const command = new Command('sweep')
  .description(
    'Train, export and evaluate one recipe with several seeds and tabulate: mean, interval, worst. Goes on where it was stopped.',
  )
  .option('--seeds <list>', 'e.g. 1..5 or 1,2,7', parseSeeds, [1, 2, 3, 4, 5])
  .addOption(
    new Option('--preset <name>', 'networks and recipe').choices(Object.keys(presets)).default('mnist'),
  )
  .option(
    '--at-once <n>',
    'seeds side by side, each with its share of the threads: faster than one after the other with all',
    parseLanes,
    1,
  )
  .option('--epochs <n>', 'passes over the training set (default: the preset’s)')
  .option('--labels <n>', 'labelled pictures that training may use (default: none)')
  .option('--out <file>', 'where the table goes (default: bench/results/seeds….md)')
  .option('--ship <model>', 'make the seed that is best by a sign without labels this model directory')
  .allowExcessArguments(false)
  .showHelpAfterError('(pnpm sweep --help lists the options)');

interface Options {
  readonly seeds: number[];
  readonly preset: string;
  readonly atOnce: number;
  readonly epochs?: string;
  readonly labels?: string;
  readonly out?: string;
  readonly ship?: string;
}

function parseSeeds(text: string): number[] {
  const range = /^(\d+)\.\.(\d+)$/.exec(text);
  const seeds = range
    ? Array.from({ length: Number(range[2]) - Number(range[1]) + 1 }, (_, i) => Number(range[1]) + i)
    : text.split(',').map(Number);
  if (seeds.length > 0 && seeds.every(Number.isInteger)) return [...new Set(seeds)];
  throw new InvalidArgumentError(`seeds are 1..5 or 1,2,7, got ${text}.`);
}

function parseLanes(text: string): number {
  const lanes = Number(text);
  if (Number.isInteger(lanes) && lanes >= 1) return lanes;
  throw new InvalidArgumentError(`seeds at once are a whole number from 1, got ${text}.`);
}

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (stopping.signal.aborted) process.exit(130);
    console.log('\nsweep: stopping, trainings save themselves first; Ctrl-C again to leave at once');
    stopping.abort();
  });
}

async function sweep(): Promise<void> {
  const { seeds, preset, atOnce, epochs, labels, out, ship: target } = command.parse().opts<Options>();
  const options = Object.entries({ epochs, labels }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  const suffix = options.map(([name, value]) => `-${name}${value}`).join('');
  const flags = ['--preset', preset, ...options.flatMap(([name, value]) => [`--${name}`, value])];
  const kind = `${preset === 'mnist' ? '' : `-${preset}`}${suffix}`;
  const path = resolve(ROOT, out ?? `bench/results/seeds${kind}.md`);
  const title = `Preset ${preset}${options.map(([name, value]) => `, ${value} ${name}`).join('')}, ${seeds.length} seeds`;
  const spoken = `pnpm sweep --seeds ${seeds.join(',')} ${flags.join(' ')}${atOnce === 1 ? '' : ` --at-once ${atOnce}`}`;
  // more lanes than seeds would only take threads from them
  const lanes = Math.min(atOnce, seeds.length);
  const threads = Math.max(1, Math.floor(availableParallelism() / lanes));
  const found = new Map<number, Outcome>();
  const outcomes = () => seeds.flatMap((seed) => found.get(seed) ?? []);
  const goals = goalsOf(preset, Object.fromEntries(options));
  const report = () => sweepReport(title, spoken, outcomes(), goals);
  const queue = seeds.values();
  const lane = async () => {
    for (const seed of queue) {
      console.log(`${lanes === 1 ? '\n' : ''}seed ${seed}: begins`);
      const terms = { prefix: lanes === 1 ? '' : `seed ${seed}: `, stop: stopping.signal };
      const outcome = await runSeed(`sweep-${preset}${suffix}-seed${seed}`, seed, flags, threads, terms);
      if (outcome === null) return;
      console.log(`seed ${seed}: ${'reason' in outcome ? `crashed: ${outcome.reason}` : 'finished'}`);
      found.set(seed, outcome);
      // after every seed, so that a sweep that is stopped leaves what it found
      writeAtomically(path, report());
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  stopping.signal.throwIfAborted();
  console.log(`\n${report()}\nwrote ${path}`);
  if (outcomes().some((outcome) => 'reason' in outcome)) process.exitCode = 1;
  if (target === undefined) return;
  const finished = outcomes().filter((outcome) => 'manifest' in outcome);
  const chosen = chooseSeed(finished);
  if (chosen === undefined) {
    throw new UserError('sweep: no seed finished, so there is none to ship; see the reasons above');
  }
  await ship(chosen, finished, target, stopping.signal);
}

sweep().catch((error: unknown) => {
  const stopped = error === stopping.signal.reason;
  console.error(stopped ? 'sweep: stopped; the same command goes on from here' : describeError(error));
  process.exitCode = stopped ? 130 : 1;
});
