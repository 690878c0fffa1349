import * as z from 'zod';
import type { InputSpec } from './engine/engine.ts';

const weight = z.number().min(0).max(100);
const rate = z.number().positive().max(1);

/** A number that goes from one value to another while the recipe matures. */
const Maturing = z.strictObject({ from: weight, to: weight });
export type Maturing = z.infer<typeof Maturing>;

/** The weights of the objective's terms; each is a scalar input of the training step. */
export const WEIGHTS = [
  'category',
  'recognizerCategory',
  'codes',
  'consistency',
  'labels',
  'sharpness',
  'balance',
  'anchors',
  'groups',
] as const;
export type WeightName = (typeof WEIGHTS)[number];

/** Name of the scalar input that weighs a term. */
export function weightInput(name: WeightName): string {
  return `${name}Weight`;
}

/** The weights as inputs of a step. */
export function weightInputs(): Record<string, InputSpec> {
  return Object.fromEntries(WEIGHTS.map((name) => [weightInput(name), { shape: [] }]));
}

/** Every number of a training, with the reason for its default in `presets.ts`. Stored in run.json. */
export const Recipe = z.strictObject({
  epochs: z.number().positive().max(10_000),
  batchSize: z.int().min(2).max(4096),
  rates: z.strictObject({ generator: rate, discriminator: rate, recognizer: rate }),
  /** Share of training after which the rates fall linearly to zero. */
  decayFrom: z.number().min(0).max(1),
  /** Decay of Adam's two means; runs from before there was a choice had 0.999. */
  beta1: z.number().min(0).lt(1),
  beta2: z.number().min(0).lt(1).default(0.999),
  /** Decay of the running mean of the weights; the mean is what is exported. */
  averaging: z.number().min(0).lt(1),
  /**
   * When the recipe matures: linearly between two shares of the training, but not before a number of steps. First
   * the categories form, under what forms them best; then what makes them exact takes over.
   */
  maturing: z.strictObject({ between: z.tuple([z.number(), z.number()]), notBefore: z.int().min(0) }),
  weights: z.strictObject({
    /** Information of generated pictures about their category and their continuous codes. */
    category: Maturing,
    /**
     * The category's term in Q's own loss, where `category` weighs it in G's. While Q learns generated pictures by the
     * category asked for, a malformed 5 stays a 5 to Q, and G is never told; as this falls, real pictures say what a 5 is.
     */
    recognizerCategory: Maturing.default({ from: 1, to: 1 }),
    codes: Maturing,
    /** Consistency of Q on a real picture and its changed copy. */
    consistency: Maturing,
    /** Cross-entropy of Q on copies of the labelled pictures, where there are any. */
    labels: Maturing,
    sharpness: Maturing,
    balance: Maturing,
    /** Codes of real pictures and their copies against their measured slant and stroke width. */
    anchors: Maturing,
    /** Cross-entropy of Q on changed copies against the group of similar pictures that each belongs to. */
    groups: Maturing,
  }),
  /** Share of the changed copies that are copies of a similar picture instead. */
  neighbours: Maturing,
  /** Training pictures whose labels may be used, as many of each class; 0 = unsupervised. */
  labels: z.int().min(0),
  /** This share of the generated pictures draws its continuous codes from a range wider by this factor. */
  reach: z.strictObject({ share: Maturing, factor: z.number().min(1).max(4) }),
  augment: z.strictObject({
    rotation: z.number().min(0).max(Math.PI),
    shear: z.number().min(0).max(2),
    scale: z.number().min(0).max(1),
    shift: z.number().min(0).max(14),
    thicken: z.number().min(0).max(1),
    /** Standard deviation of the elastic displacement, pixels. */
    elastic: Maturing,
  }),
});
export type Recipe = z.infer<typeof Recipe>;

/** Whether a number is ever above 0 while the recipe matures. */
export function isUsed({ from, to }: Maturing): boolean {
  return Math.max(from, to) > 0;
}

/** Whether pictures have to be compared with each other first. */
export function usesSimilarPictures({ weights, neighbours }: Recipe): boolean {
  return [weights.groups, neighbours].some(isUsed);
}

/** How mature the recipe is at a step of the training, 0 to 1. */
export function maturity({ maturing }: Pick<Recipe, 'maturing'>, step: number, steps: number): number {
  const {
    between: [start, end],
    notBefore,
  } = maturing;
  const delay = Math.max(0, notBefore / steps - start);
  return Math.min(1, Math.max(0, (step / steps - start - delay) / Math.max(1e-9, end - start)));
}

/** A number of the recipe at a maturity. */
export function at({ from, to }: Maturing, mature: number): number {
  return from + (to - from) * mature;
}
