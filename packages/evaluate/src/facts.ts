import type { Manifest } from '@infogan/contract';
import type { Metrics } from '@infogan/measure';
import type { Headline } from './headlines.ts';

/** What is counted of a model and not sampled, so that it has no interval: the less the better. */
export interface Fact {
  readonly key: string;
  readonly label: string;
  readonly unit: Headline['unit'];
  readonly read: (manifest: Manifest, metrics: Metrics) => number | undefined;
}

/** Rows of `pnpm compare` and `pnpm sweep`. */
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
    unit: 'minutes',
    read: ({ provenance }) => provenance.seconds / 60,
  },
  {
    key: 'generatorFlops',
    label: 'Generator’s operations a picture',
    unit: 'megaflops',
    read: (_, { generatorFlops }) => generatorFlops && generatorFlops / 1e6,
  },
];
