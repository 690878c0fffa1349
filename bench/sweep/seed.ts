import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openManifest, type Manifest } from '@infogan/contract';
import { readLosses } from '@infogan/evaluate';
import { mean } from '@infogan/measure';
import { readRun } from '@infogan/train';
import { ROOT, runProgram, type Terms } from './program.ts';

/** What became of one seed. */
export type Outcome = FinishedSeed | { readonly seed: number; readonly reason: string };
export interface FinishedSeed {
  readonly seed: number;
  readonly run: string;
  readonly manifest: Manifest;
  /** Mean consistency loss over the last tenth of the training: how sure Q is of changed copies. Needs no label. */
  readonly consistency: number | undefined;
}

/**
 * Trains, exports and evaluates one seed from wherever an earlier sweep left it.
 * @param options passed on to a training that begins
 * @param threads of the training
 * @returns null where it was stopped
 */
export async function runSeed(
  name: string,
  seed: number,
  options: readonly string[],
  threads: number,
  terms: Terms,
): Promise<Outcome | null> {
  const [run, model] = [`runs/${name}`, `models/${name}`];
  const open = () => openManifest((path) => readFile(join(ROOT, model, path)), model);
  const program = (...line: [string, ...string[]]) => runProgram(terms, ...line);
  const share = ['--threads', String(threads)];
  try {
    const status = existsSync(join(ROOT, run, 'run.json')) ? (await readRun(join(ROOT, run))).status : null;
    if (status === null) await program('train', ...options, ...share, '--seed', String(seed), '--out', run);
    else if (status !== 'finished') await program('train', '--resume', ...share, '--out', run);
    if (!existsSync(join(ROOT, model))) await program('export', run, '--out', model, '--allow-partial');
    if ((await open()).metrics['evaluation'] === undefined) await program('evaluate', model, '--run', run);
    return { seed, run, manifest: await open(), consistency: await lastConsistency(join(ROOT, run)) };
  } catch (error) {
    if (terms.stop.aborted) return null;
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
