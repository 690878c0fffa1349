import { UserError } from '@infogan/contract';

/** A loss beyond this has exploded; healthy ones stay under ten. */
const EXPLODED = 1e4;
/** Steps over which the entropy of Q's marginal is averaged: a batch alone is never quite balanced. */
const WINDOW = 100;
/** Categories settle early; before this share of the training a low entropy means nothing. */
const SETTLED = 0.3;
/** Of n categories this share must be in use, counted as e^entropy. */
const IN_USE = 0.75;

const advice = (kept: number) => `the checkpoint of step ${kept} is kept; try another --seed`;

/**
 * Watches a training for the ways in which it fails, by signs that need no label: a loss that is no number or
 * has exploded (divergence), and an entropy of Q's marginal so low that categories have merged (collapse).
 * @param categories sizes of the categorical codes; their entropies arrive summed as the loss `balance`
 */
export function watchTraining(categories: readonly number[]) {
  const recent: number[] = [];
  const possible = categories.reduce((product, size) => product * size, 1);

  return {
    /**
     * Before a checkpoint takes the place of the last: a step's loss may still be sound when the weights it led to
     * no longer are.
     * @throws UserError when a number of the state is none; the checkpoint before then stays
     */
    checkState(step: number, state: Readonly<Record<string, Float32Array>>, kept: number): void {
      for (const [name, values] of Object.entries(state)) {
        if (values.every(Number.isFinite)) continue;
        throw new UserError(
          `train: diverged at step ${step}: ${name} holds numbers that are none; ${advice(kept)}`,
        );
      }
    },
    /** @throws UserError that says what happened, when, and what to do */
    check(step: number, steps: number, losses: Readonly<Record<string, number>>, kept: number): void {
      for (const [name, value] of Object.entries(losses)) {
        if (Number.isFinite(value) && Math.abs(value) < EXPLODED) continue;
        throw new UserError(`train: diverged at step ${step}: the loss ${name} is ${value}; ${advice(kept)}`);
      }
      const { balance } = losses;
      if (balance === undefined || categories.length === 0) return;
      recent.push(balance);
      if (recent.length > WINDOW) recent.shift();
      if (recent.length < WINDOW || step < SETTLED * steps) return;
      const inUse = Math.exp(recent.reduce((sum, value) => sum + value, 0) / WINDOW);
      if (inUse >= IN_USE * possible) return;
      throw new UserError(
        `train: the categories collapsed by step ${step}: about ${inUse.toFixed(1)} of ${possible} are in use; ${advice(kept)}`,
      );
    },
  };
}
