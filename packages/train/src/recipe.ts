import * as z from 'zod';

const weight = z.number().min(0).max(100);
const rate = z.number().positive().max(1);

/**
 * A weight that falls linearly between two shares of the training, but not before a number of steps: in a short
 * training the categories need the full weight to the end.
 */
const Annealed = z.strictObject({
  from: weight,
  to: weight,
  between: z.tuple([z.number(), z.number()]),
  notBefore: z.int().min(0),
});
export type Annealed = z.infer<typeof Annealed>;

/** The weight at a step of the training. */
export function annealed(
  { from, to, between: [start, end], notBefore }: Annealed,
  step: number,
  steps: number,
): number {
  const delay = Math.max(0, notBefore / steps - start);
  const progress = Math.min(1, Math.max(0, (step / steps - start - delay) / Math.max(1e-9, end - start)));
  return from + (to - from) * progress;
}

/** Every number of a training, with the reason for its default in `presets.ts`. Stored in run.json. */
export const Recipe = z.strictObject({
  epochs: z.number().positive().max(10_000),
  batchSize: z.int().min(2).max(4096),
  rates: z.strictObject({ generator: rate, discriminator: rate, recognizer: rate }),
  /** Share of training after which the rates fall linearly to zero. */
  decayFrom: z.number().min(0).max(1),
  beta1: z.number().min(0).lt(1),
  /** Decay of the running mean of the generator's weights; the mean is what is exported. */
  averaging: z.number().min(0).lt(1),
  weights: z.strictObject({
    category: weight,
    codes: weight,
    /** Consistency of Q on a real picture and its changed copy. */
    consistency: weight,
    sharpness: Annealed,
    balance: Annealed,
    anchors: weight,
  }),
  augment: z.strictObject({
    rotation: z.number().min(0).max(Math.PI),
    shear: z.number().min(0).max(2),
    scale: z.number().min(0).max(1),
    shift: z.number().min(0).max(14),
    thicken: z.number().min(0).max(1),
  }),
});
export type Recipe = z.infer<typeof Recipe>;
