import { UserError } from '@infogan/contract';
import * as z from 'zod';
import { Score } from './score.ts';

const Counts = z.array(z.array(z.int().min(0)));
const PerClass = z.record(z.string(), Score);

/**
 * What `pnpm evaluate` writes into `manifest.metrics`. Every score is optional: a model without a recognizer has
 * no `unsupervisedAccuracy`, one without a digit code no `fidelity`, and so on. Keys of other programs may stand
 * beside them. Definitions: README of this package.
 */
export const Metrics = z.object({
  /** Under which conditions the scores were taken. */
  evaluation: z.strictObject({
    version: z.literal(1),
    seed: z.int(),
    pictures: z.int(),
    judge: z.strictObject({ sha256: z.string(), testAccuracy: z.number() }),
    dataset: z.strictObject({ name: z.string(), sha256: z.string() }),
  }),
  generatorFlops: z.number().min(0).optional(),
  unsupervisedAccuracy: Score.optional(),
  calibrated: z.boolean().optional(),
  digitsWithoutCategory: z.int().optional(),
  confusion: Counts.optional(),
  fidelity: Score.optional(),
  fidelityPerDigit: PerClass.optional(),
  fidelityAtLimit: Score.optional(),
  fidelityAtCorners: Score.optional(),
  judgeConfidence: Score.optional(),
  slantControl: Score.optional(),
  slantPartial: Score.optional(),
  slantSlope: Score.optional(),
  slantMonotone: Score.optional(),
  slantLeakage: Score.optional(),
  thicknessControl: Score.optional(),
  thicknessPartial: Score.optional(),
  thicknessSlope: Score.optional(),
  thicknessMonotone: Score.optional(),
  thicknessLeakage: Score.optional(),
  leakage: Score.optional(),
  readbackAccuracy: Score.optional(),
  readbackR2: PerClass.optional(),
  frechetDistance: Score.optional(),
  frechetFloor: Score.optional(),
  precision: Score.optional(),
  recall: Score.optional(),
  precisionCeiling: Score.optional(),
  recallCeiling: Score.optional(),
  nearestTrainDistance: Score.optional(),
  nearestTrainDistanceReal: Score.optional(),
  /** Headline values of the model given by `--baseline`. */
  baseline: z
    .strictObject({ name: z.string(), steps: z.int(), values: z.record(z.string(), z.number()) })
    .optional(),
});
export type Metrics = z.infer<typeof Metrics>;

/** Keys of `Metrics` that hold one `Score`. */
export type ScoreKey = {
  [K in keyof Metrics]-?: NonNullable<Metrics[K]> extends Score ? K : never;
}[keyof Metrics];

/**
 * The metrics of a manifest.
 * @param where the model directory, for the error sentence
 * @throws UserError when it was not evaluated, or by another version
 */
export function parseMetrics(metrics: unknown, where: string): Metrics {
  const parsed = Metrics.safeParse(metrics);
  if (parsed.success) return parsed.data;
  const head = z.looseObject({ evaluation: z.looseObject({ version: z.number() }) }).safeParse(metrics);
  if (!head.success) throw new UserError(`metrics: ${where} has no scores yet; run pnpm evaluate ${where}`);
  const issue = parsed.error.issues[0]!;
  throw new UserError(
    `metrics: the scores of ${where} (version ${head.data.evaluation.version}) break the format of version 1: ${issue.path.join('.')}: ${issue.message}; run pnpm evaluate ${where} again`,
  );
}
