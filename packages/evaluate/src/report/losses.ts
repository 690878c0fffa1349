import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '@infogan/contract';
import { mean } from '@infogan/measure';

export interface Series {
  readonly name: string;
  readonly points: readonly { readonly step: number; readonly value: number }[];
}

/** Keys of a line of metrics.jsonl that say when, not what. */
const CLOCKS = new Set(['step', 'epoch', 'seconds', 'time', 'batch']);
/** Points a curve; more would only fill the page with bytes. */
const POINTS = 200;

/**
 * The numeric series of a run's `metrics.jsonl`, thinned by averaging.
 * @throws UserError when the run has none, or a line is not a JSON object with a step
 */
export async function readLosses(run: string): Promise<Series[]> {
  const path = join(run, 'metrics.jsonl');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    throw new UserError(
      `evaluate: ${run} has no metrics.jsonl; --run takes the directory that pnpm train wrote`,
    );
  }
  const series = new Map<string, { step: number; value: number }[]>();
  text.split('\n').forEach((line, number) => {
    if (line.trim() === '') return;
    for (const [name, point] of readLine(line, `${path}:${number + 1}`)) {
      const points = series.get(name) ?? [];
      points.push(point);
      series.set(name, points);
    }
  });
  return [...series].map(([name, points]) => ({ name, points: thin(points) }));
}

function readLine(line: string, where: string): [string, { step: number; value: number }][] {
  let values: unknown;
  try {
    values = JSON.parse(line);
  } catch {
    throw new UserError(`evaluate: ${where} is not JSON; the run may still be writing, try again`);
  }
  const entries = Object.entries(values ?? {});
  const step = entries.find(([name]) => name === 'step')?.[1];
  if (typeof step !== 'number') {
    throw new UserError(
      `evaluate: ${where} has no number "step"; expected one JSON object a line with a step`,
    );
  }
  return entries.flatMap(([name, value]) =>
    typeof value === 'number' && Number.isFinite(value) && !CLOCKS.has(name) ? [[name, { step, value }]] : [],
  );
}

function thin(points: { step: number; value: number }[]): Series['points'] {
  const size = Math.ceil(points.length / POINTS);
  return Array.from({ length: Math.ceil(points.length / size) }, (_, k) => {
    const some = points.slice(k * size, (k + 1) * size);
    return {
      step: Math.round(mean(some.map(({ step }) => step))),
      value: mean(some.map(({ value }) => value)),
    };
  });
}
