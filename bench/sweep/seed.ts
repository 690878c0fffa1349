import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openManifest, type Manifest } from '@infogan/contract';
import { readLosses } from '@infogan/evaluate';
import { mean } from '@infogan/measure';
import { readRun } from '@infogan/train';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What became of one seed. */
export type Outcome = FinishedSeed | { readonly seed: number; readonly reason: string };
export interface FinishedSeed {
  readonly seed: number;
  readonly run: string;
  readonly manifest: Manifest;
  /** Mean consistency loss over the last tenth of the training: how sure Q is of changed copies. Needs no label. */
  readonly consistency: number | undefined;
}

/** Runs one program of the repo to its end. @throws with its last line of output when it fails */
export function program(name: string, ...args: string[]): void {
  const main = join(ROOT, 'packages', name, 'src', 'main.ts');
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', main, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'pipe'],
    encoding: 'utf8',
  });
  if (status === 0) return;
  throw new Error(stderr.trim().split('\n').at(-1) ?? `${name} ended with ${status}`);
}

/** Trains, exports and evaluates one seed from wherever an earlier sweep left it. @param options passed on to train */
export async function runSeed(name: string, seed: number, options: readonly string[]): Promise<Outcome> {
  const [run, model] = [`runs/${name}`, `models/${name}`];
  const open = () => openManifest((path) => readFile(join(ROOT, model, path)), model);
  try {
    const status = existsSync(join(ROOT, run, 'run.json')) ? (await readRun(join(ROOT, run))).status : null;
    if (status === null) program('train', ...options, '--seed', String(seed), '--out', run);
    else if (status !== 'finished') program('train', '--resume', '--out', run);
    if (!existsSync(join(ROOT, model))) program('export', run, '--out', model, '--allow-partial');
    if ((await open()).metrics['evaluation'] === undefined) program('evaluate', model, '--run', run);
    return { seed, run, manifest: await open(), consistency: await lastConsistency(join(ROOT, run)) };
  } catch (error) {
    return { seed, reason: error instanceof Error ? error.message : String(error) };
  }
}

async function lastConsistency(run: string): Promise<number | undefined> {
  const points = (await readLosses(run)).find(({ name }) => name === 'consistency')?.points;
  return points && mean(points.slice(-Math.ceil(points.length / 10)).map(({ value }) => value));
}

/** The seed to ship, chosen without labels: among those whose Q is surest of changed copies at the end. */
export function chooseSeed(finished: readonly FinishedSeed[]): FinishedSeed | undefined {
  return finished
    .filter(({ consistency }) => consistency !== undefined)
    .toSorted((a, b) => a.consistency! - b.consistency!)[0];
}
