import type { Metrics, Score } from '@infogan/measure';

/** One row of every table: a score, how it is written, and what stands beside it. */
export interface Headline {
  /** Its name in `manifest.metrics`, or one of its own where it is derived from a key there. */
  readonly key: string;
  readonly label: string;
  /** One sentence for someone who meets the score for the first time. */
  readonly meaning: string;
  readonly read: (metrics: Metrics) => Score | undefined;
  /** The same score of real pictures, where there is one: the best that can be asked for. */
  readonly real?: (metrics: Metrics) => Score | undefined;
  readonly unit: 'share' | 'number' | 'degrees' | 'pixels' | 'count' | 'seconds' | 'flops';
  /** 'none': neither is better by itself. */
  readonly better: 'higher' | 'lower' | 'none';
}

function plain(
  key: keyof Metrics,
  label: string,
  unit: Headline['unit'],
  better: Headline['better'],
  meaning: string,
  real?: keyof Metrics,
): Headline {
  return {
    key,
    label,
    meaning,
    unit,
    better,
    read: (metrics) => metrics[key] as Score | undefined,
    ...(real ? { real: (metrics: Metrics) => metrics[real] as Score | undefined } : {}),
  };
}

/** The rows of the terminal's table, the report, `pnpm compare` and the README, in this order. */
export const HEADLINES: readonly Headline[] = [
  plain(
    'unsupervisedAccuracy',
    'Unsupervised accuracy',
    'share',
    'higher',
    'MNIST test pictures that the recognizer reads right; labels only name its categories, on training pictures',
  ),
  plain(
    'fidelity',
    'Class fidelity',
    'share',
    'higher',
    'generated pictures in which the independent judge reads the digit asked for',
  ),
  {
    key: 'fidelityOfWorstDigit',
    label: 'Class fidelity, worst digit',
    meaning: 'the same for the digit that fares worst',
    unit: 'share',
    better: 'higher',
    read: ({ fidelityPerDigit }) => least(fidelityPerDigit),
  },
  plain(
    'fidelityAtLimit',
    'Class fidelity, one code at its limit',
    'share',
    'higher',
    'the same with one slider pushed to its end, twice as far as the code’s usual range',
  ),
  plain(
    'fidelityAtCorners',
    'Class fidelity, all codes at their limits',
    'share',
    'higher',
    'the same with every slider pushed to its end',
  ),
  plain(
    'judgeConfidence',
    "Judge's confidence",
    'share',
    'none',
    'mean probability that the judge gives to what it reads in generated pictures',
  ),
  plain(
    'slantControl',
    'Slant follows its code',
    'number',
    'higher',
    "Spearman's correlation within a digit, median over digits",
  ),
  plain('slantSlope', 'Slant per unit of its code', 'degrees', 'none', 'least-squares slope within a digit'),
  plain(
    'slantMonotone',
    'Traversals with monotone slant',
    'share',
    'higher',
    'of eleven pictures from -1 to 1 each leans further than the one before',
  ),
  plain(
    'thicknessControl',
    'Thickness follows its code',
    'number',
    'higher',
    "Spearman's correlation within a digit, median over digits",
  ),
  plain(
    'thicknessSlope',
    'Thickness per unit of its code',
    'pixels',
    'none',
    'least-squares slope within a digit',
  ),
  plain(
    'thicknessMonotone',
    'Traversals with monotone thickness',
    'share',
    'higher',
    'of eleven pictures from -1 to 1 none is thinner than the one before by more than what the ruler resolves, 0.1 px',
  ),
  plain(
    'leakage',
    'Leakage',
    'number',
    'lower',
    'largest correlation of slant or thickness with a code that should not matter to it',
  ),
  plain(
    'readbackAccuracy',
    'Read-back of the category',
    'share',
    'higher',
    'generated pictures whose category the recognizer finds again',
  ),
  {
    key: 'readbackR2OfWorstCode',
    label: 'Read-back of the codes, R²',
    meaning: "share of a code's variance that the recognizer finds again, for the code that fares worst",
    unit: 'number',
    better: 'higher',
    read: ({ readbackR2 }) => least(readbackR2),
  },
  plain(
    'frechetDistance',
    'Fréchet distance',
    'number',
    'lower',
    "distance of generated to test pictures in the judge's features",
    'frechetFloor',
  ),
  {
    key: 'frechetRatio',
    label: 'Fréchet distance, times that of real pictures',
    meaning: 'the same over the distance of as many training pictures to the test pictures',
    unit: 'number',
    better: 'lower',
    read: ({ frechetDistance, frechetFloor }) =>
      frechetDistance && frechetFloor && over(frechetDistance, frechetFloor.value),
  },
  plain(
    'precision',
    'Precision',
    'share',
    'higher',
    'generated pictures that lie where test pictures do: realism',
    'precisionCeiling',
  ),
  plain(
    'recall',
    'Recall',
    'share',
    'higher',
    'test pictures that lie where generated ones do: variety',
    'recallCeiling',
  ),
  plain(
    'nearestTrainDistance',
    'Distance to nearest training picture',
    'number',
    'none',
    'median over pictures; far below that of test pictures would mean learnt by heart',
    'nearestTrainDistanceReal',
  ),
];

/** A score in units of another, whose own chance is left aside. */
function over({ value, low, high }: Score, unit: number): Score {
  return { value: value / unit, low: low / unit, high: high / unit };
}

function least(scores: Record<string, Score> | undefined): Score | undefined {
  return Object.values(scores ?? {}).sort((a, b) => a.value - b.value)[0];
}

const FORMATS: Record<Headline['unit'], (value: number) => string> = {
  share: (value) => `${(100 * value).toFixed(2)} %`,
  number: (value) => value.toFixed(Math.abs(value) >= 10 ? 1 : 3),
  degrees: (value) => `${value.toFixed(1)}°`,
  pixels: (value) => `${value.toFixed(2)} px`,
  count: (value) => (Number.isInteger(value) ? String(value) : value.toFixed(1)),
  seconds: (value) => `${(value / 60).toFixed(1)} min`,
  flops: (value) => `${(value / 1e6).toFixed(2)} MFLOP`,
};

/** A value as people read it: `99.41 %`, `0.953`, `21.4°`, `0.61 px`. */
export function formatValue(value: number, unit: Headline['unit']): string {
  return FORMATS[unit](value);
}

/** The interval as people read it: `99.25 – 99.55`. */
export function formatInterval({ low, high }: Score, unit: Headline['unit']): string {
  const number = (value: number) => formatValue(value, unit).replace(/ ?(?:%|°|px)$/, '');
  return `${number(low)} – ${number(high)}`;
}
