import type { Manifest } from '@infogan/contract';
import type { Metrics } from '@infogan/measure';
import { formatValue, type Headline } from './headlines.ts';

/** What is counted of a model and not sampled, so that it has no interval: the less the better. */
export interface Fact {
  readonly key: string;
  readonly label: string;
  readonly unit: Headline['unit'];
  readonly read: (manifest: Manifest, metrics: Metrics) => number | undefined;
}

/** Lines of `pnpm evaluate`, rows of `pnpm compare` and `pnpm sweep`. */
export const FACTS: readonly Fact[] = [
  {
    key: 'digitsWithoutCategory',
    label: 'Digits without a category',
    unit: 'count',
    read: (_, { digitsWithoutCategory }) => digitsWithoutCategory,
  },
  {
    key: 'trainingTime',
    label: 'Training time',
    unit: 'seconds',
    read: ({ provenance }) => provenance.seconds,
  },
  {
    key: 'generatorFlops',
    label: 'Generator’s operations a picture',
    unit: 'flops',
    read: (_, { generatorFlops }) => generatorFlops,
  },
];

/** A fact of one model as people read it; undefined where the model has none. */
export function formatFact({ read, unit }: Fact, manifest: Manifest, metrics: Metrics): string | undefined {
  const value = read(manifest, metrics);
  return value === undefined ? undefined : formatValue(value, unit);
}
