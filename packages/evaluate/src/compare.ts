import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError, modelKind, openManifest, type Manifest } from '@infogan/contract';
import { parseMetrics, type Metrics } from '@infogan/measure';
import { FACTS, formatFact } from './facts.ts';
import { HEADLINES, formatValue } from './headlines.ts';
import type { Cells } from './table.ts';

interface Compared {
  readonly directory: string;
  readonly manifest: Manifest;
  readonly metrics: Metrics;
}

const NONE = '–';

/**
 * The scores of several evaluated models side by side, one column a model.
 * @param emphasize marks the best value of a row
 * @throws UserError when one was not evaluated, or not by the same judge, data and number of pictures
 */
export async function compareModels(
  directories: readonly string[],
  emphasize: (cell: string) => string = (cell) => cell,
): Promise<Cells> {
  const models = await Promise.all(directories.map(readScores));
  refuseOtherConditions(models);
  const origins: [string, (manifest: Manifest) => string][] = [
    ['Kind', modelKind],
    ['Preset', ({ provenance }) => provenance.preset],
    ['Seed', ({ provenance }) => String(provenance.seed)],
    ['Training steps', ({ provenance }) => provenance.steps.toLocaleString('en-US')],
    ['Generator', ({ files, graphs }) => `${Math.round(files[graphs.generator]!.bytes / 1000)} kB`],
  ];
  const facts = FACTS.map((fact) => [
    fact.label,
    ...models.map(({ manifest, metrics }) => formatFact(fact, manifest, metrics) ?? NONE),
  ]);
  const scores = HEADLINES.flatMap(({ label, read, unit, better }) => {
    const values = models.map(({ metrics }) => read(metrics)?.value);
    const known = values.filter((value) => value !== undefined);
    if (known.length === 0) return [];
    const best = better === 'none' ? NaN : better === 'higher' ? Math.max(...known) : Math.min(...known);
    const cells = values.map((value) => {
      if (value === undefined) return NONE;
      const cell = formatValue(value, unit);
      return known.length > 1 && value === best ? emphasize(cell) : cell;
    });
    return [[label, ...cells]];
  });
  return {
    header: ['Score', ...columnTitles(models)],
    rows: [
      ...origins.map(([label, read]) => [label].concat(models.map(({ manifest }) => read(manifest)))),
      ...facts,
      ...scores,
    ],
  };
}

async function readScores(directory: string): Promise<Compared> {
  const manifest = await openManifest((path) => readFile(join(directory, path)), directory);
  return { directory, manifest, metrics: parseMetrics(manifest.metrics, directory) };
}

function refuseOtherConditions([first, ...others]: readonly Compared[]): void {
  for (const other of others) {
    const differing = differingConditions(first!.metrics.evaluation, other.metrics.evaluation);
    if (differing === null) continue;
    throw new UserError(
      `compare: ${other.directory} was scored with ${differing} than ${first!.directory}; such scores do not compare, run pnpm evaluate on both again`,
    );
  }
}

/** What keeps the scores of two evaluations from being compared, or null. */
export function differingConditions(a: Metrics['evaluation'], b: Metrics['evaluation']): string | null {
  if (a.judge.sha256 !== b.judge.sha256) return 'another judge';
  if (a.dataset.sha256 !== b.dataset.sha256) return 'another data set';
  // distances and neighbourhoods are biased by the number
  return a.pictures === b.pictures ? null : 'another number of pictures';
}

/** Names of the models, or their directories where two bear the same name. */
function columnTitles(models: readonly Compared[]): string[] {
  const names = models.map(({ manifest }) => manifest.name);
  return new Set(names).size === names.length ? names : models.map(({ directory }) => directory);
}
