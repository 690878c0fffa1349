/** What is wanted of one score over the seeds. */
export interface Goal {
  /** Of the mean. */
  readonly mean?: number;
  /** Of every seed. */
  readonly worst?: number;
}

/** By the key of the headline or the fact. */
export type Goals = Readonly<Record<string, Goal>>;

/** What the default recipe is after. */
const DEFAULT: Goals = {
  unsupervisedAccuracy: { mean: 0.992, worst: 0.989 },
  fidelity: { mean: 0.995 },
  fidelityOfWorstDigit: { mean: 0.99 },
  fidelityAtLimit: { mean: 0.97 },
  slantControl: { worst: 0.95 },
  thicknessControl: { worst: 0.95 },
  leakage: { worst: 0.15 },
  frechetRatio: { mean: 5 },
  recall: { mean: 0.6 },
  digitsWithoutCategory: { worst: 0 },
  trainingTime: { worst: 15 * 60 },
  generatorFlops: { worst: 5e6 },
};

/** What it is after with a hundred labelled pictures. */
const HUNDRED_LABELS: Goals = { unsupervisedAccuracy: { mean: 0.994 } };

/** The goals of a sweep; null where it has none. @param options such as `labels`, where they are not the preset's own */
export function goalsOf(preset: string, options: Readonly<Record<string, string>>): Goals | null {
  const [given, ...others] = Object.entries(options);
  if (preset !== 'mnist' || others.length > 0) return null;
  if (given === undefined) return DEFAULT;
  return given[0] === 'labels' && given[1] === '100' ? HUNDRED_LABELS : null;
}
