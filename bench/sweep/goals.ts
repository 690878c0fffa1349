/** What the default recipe is after, over its seeds, by the key of the headline. */
export interface Goal {
  /** Of the mean. */
  readonly mean?: number;
  /** Of every seed. */
  readonly worst?: number;
}

export const GOALS: Readonly<Record<string, Goal>> = {
  unsupervisedAccuracy: { mean: 0.992, worst: 0.989 },
  fidelity: { mean: 0.995 },
  fidelityOfWorstDigit: { mean: 0.99 },
  fidelityAtLimit: { mean: 0.97 },
  slantControl: { worst: 0.95 },
  thicknessControl: { worst: 0.95 },
  leakage: { worst: 0.15 },
  frechetRatio: { mean: 5 },
  recall: { mean: 0.6 },
};
