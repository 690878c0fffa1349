import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError, Option } from 'commander';
import { HEADLINES, formatValue } from '@infogan/evaluate';
import type { Metrics } from '@infogan/measure';
import { describeError, openManifest, type Manifest } from '@infogan/contract';
import { presets, readRun } from '@infogan/train';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What became of one seed. */
interface Outcome {
  readonly seed: number;
  /** Null when it crashed. */
  readonly manifest: Manifest | null;
  readonly reason?: string;
}

const command = new Command('sweep')
  .description(
    'Train, export and evaluate one preset with several seeds, and tabulate: mean, deviation, worst.',
  )
  .option('--seeds <list>', 'e.g. 1..5 or 1,2,7', parseSeeds, [1, 2, 3, 4, 5])
  .addOption(
    new Option('--preset <name>', 'networks and recipe').choices(Object.keys(presets)).default('mnist'),
  )
  .option('--epochs <n>', 'passes over the training set (default: the preset’s)')
  .option('--out <file>', 'where the table goes', 'bench/results/seeds.md')
  .allowExcessArguments(false)
  .showHelpAfterError('(pnpm sweep --help lists the options)');

function parseSeeds(text: string): number[] {
  const range = /^(\d+)\.\.(\d+)$/.exec(text);
  const seeds = range
    ? Array.from({ length: Number(range[2]) - Number(range[1]) + 1 }, (_, i) => Number(range[1]) + i)
    : text.split(',').map(Number);
  if (seeds.length > 0 && seeds.every(Number.isInteger)) return seeds;
  throw new InvalidArgumentError(`seeds are 1..5 or 1,2,7, got ${text}.`);
}

/** Runs one program of the repo to its end. @throws with its last line of output when it fails */
function program(name: string, ...args: string[]): void {
  const main = join(ROOT, 'packages', name, 'src', 'main.ts');
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', main, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'pipe'],
    encoding: 'utf8',
  });
  if (status === 0) return;
  throw new Error(stderr.trim().split('\n').at(-1) ?? `${name} ended with ${status}`);
}

/** One seed from wherever an earlier sweep left it. */
async function runSeed(preset: string, seed: number, epochs: string | undefined): Promise<Outcome> {
  const name = `sweep-${preset}-seed${seed}${epochs === undefined ? '' : `-epochs${epochs}`}`;
  const [run, model] = [`runs/${name}`, `models/${name}`];
  const open = () => openManifest((path) => readFile(join(ROOT, model, path)), model);
  try {
    const status = existsSync(join(ROOT, run, 'run.json')) ? (await readRun(join(ROOT, run))).status : null;
    if (status === null) {
      const length = epochs === undefined ? [] : ['--epochs', epochs];
      program('train', '--preset', preset, '--seed', String(seed), '--out', run, ...length);
    } else if (status !== 'finished') program('train', '--resume', '--out', run);
    if (!existsSync(join(ROOT, model))) program('export', run, '--out', model, '--allow-partial');
    if ((await open()).metrics['fidelity'] === undefined) program('evaluate', model, '--run', run);
    return { seed, manifest: await open() };
  } catch (error) {
    return { seed, manifest: null, reason: error instanceof Error ? error.message : String(error) };
  }
}

function table(preset: string, outcomes: readonly Outcome[]): string {
  const done = outcomes.flatMap(({ seed, manifest }) => (manifest === null ? [] : [{ seed, manifest }]));
  const rows = HEADLINES.flatMap((headline) => {
    const values = done.map(({ manifest }) => headline.read(manifest.metrics as Metrics)?.value);
    const known = values.filter((value) => value !== undefined);
    if (known.length === 0) return [];
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    const spread = Math.sqrt(
      known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, known.length - 1),
    );
    const worst = headline.better === 'lower' ? Math.max(...known) : Math.min(...known);
    const show = (value: number | undefined) =>
      value === undefined ? '' : formatValue(value, headline.unit);
    const cells = [
      ...values.map(show),
      show(mean),
      show(spread),
      headline.better === 'none' ? '' : show(worst),
    ];
    return [`| ${headline.label} | ${cells.join(' | ')} |`];
  });
  const head = ['score', ...done.map(({ seed }) => `seed ${seed}`), 'mean', 'deviation', 'worst'];
  const minutes = done.map(({ manifest }) => (manifest.provenance.seconds / 60).toFixed(1)).join(', ');
  const crashed = outcomes.filter(({ manifest }) => manifest === null);
  return [
    `# Preset ${preset}, ${outcomes.length} seeds`,
    '',
    `Written by \`pnpm sweep\`. Minutes of training: ${minutes || 'none'}. Engine: ${done[0]?.manifest.provenance.engine ?? 'none'}.`,
    '',
    `| ${head.join(' | ')} |`,
    `| ${head.map(() => '---').join(' | ')} |`,
    ...rows,
    '',
    ...crashed.map(({ seed, reason }) => `- seed ${seed} crashed: ${reason}`),
    '',
  ].join('\n');
}

async function sweep(): Promise<void> {
  const { seeds, preset, epochs, out } = command
    .parse()
    .opts<{ seeds: number[]; preset: string; epochs?: string; out: string }>();
  const outcomes: Outcome[] = [];
  for (const seed of seeds) {
    console.log(`\nseed ${seed}`);
    outcomes.push(await runSeed(preset, seed, epochs));
    // after every seed, so that a sweep that is stopped leaves what it found
    await mkdir(join(ROOT, out, '..'), { recursive: true });
    await writeFile(join(ROOT, `${out}.tmp`), table(preset, outcomes));
    await rename(join(ROOT, `${out}.tmp`), join(ROOT, out));
  }
  console.log(`\n${table(preset, outcomes)}\nwrote ${out}`);
}

sweep().catch((error: unknown) => {
  console.error(describeError(error));
  process.exitCode = 1;
});
