import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { UserError, describeError } from '@infogan/contract';
import { presets } from '@infogan/train';
import { chooseSeed, ROOT, runSeed, type Outcome } from './seed.ts';
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
  .option('--epochs <n>', 'passes over the training set (default: the preset’s)')
  .option('--labels <n>', 'labelled pictures that training may use (default: none)')
  .option('--out <file>', 'where the table goes (default: bench/results/seeds….md)')
  .option('--ship <model>', 'make the seed that is best by a sign without labels this model directory')
  .allowExcessArguments(false)
  .showHelpAfterError('(pnpm sweep --help lists the options)');

interface Options {
  readonly seeds: number[];
  readonly preset: string;
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
  if (seeds.length > 0 && seeds.every(Number.isInteger)) return seeds;
  throw new InvalidArgumentError(`seeds are 1..5 or 1,2,7, got ${text}.`);
}

async function sweep(): Promise<void> {
  const { seeds, preset, epochs, labels, out, ship: target } = command.parse().opts<Options>();
  const options = Object.entries({ epochs, labels }).filter(([, value]) => value !== undefined);
  const suffix = options.map(([name, value]) => `-${name}${value}`).join('');
  const flags = ['--preset', preset, ...options.flatMap(([name, value]) => [`--${name}`, value!])];
  const kind = `${preset === 'mnist' ? '' : `-${preset}`}${suffix}`;
  const path = resolve(ROOT, out ?? `bench/results/seeds${kind}.md`);
  const title = `Preset ${preset}${options.map(([name, value]) => `, ${value} ${name}`).join('')}, ${seeds.length} seeds`;
  const spoken = `pnpm sweep --seeds ${seeds.join(',')} ${flags.join(' ')}`;
  const outcomes: Outcome[] = [];
  for (const seed of seeds) {
    console.log(`\nseed ${seed}`);
    outcomes.push(await runSeed(`sweep-${preset}${suffix}-seed${seed}`, seed, flags));
    // after every seed, so that a sweep that is stopped leaves what it found
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.tmp`, sweepReport(title, spoken, outcomes, kind === ''));
    await rename(`${path}.tmp`, path);
  }
  console.log(`\n${sweepReport(title, spoken, outcomes, kind === '')}\nwrote ${path}`);
  if (target === undefined) return;
  const finished = outcomes.filter((outcome) => 'manifest' in outcome);
  const chosen = chooseSeed(finished);
  if (chosen === undefined) {
    throw new UserError('sweep: no seed finished, so there is none to ship; see the reasons above');
  }
  await ship(chosen, finished, target);
}

sweep().catch((error: unknown) => {
  console.error(describeError(error));
  process.exitCode = 1;
});
