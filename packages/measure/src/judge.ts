import { UserError } from '@infogan/contract';
import * as z from 'zod';

export const JUDGE_FILE = 'judge.json';
export const JUDGE_FORMAT = 'infogan-kit/judge';
/** Raised when a reader of an older file could misread a newer one. */
export const JUDGE_VERSION = 1;

/** Names of the judge graph's input and outputs. */
export const JUDGE_PORTS = {
  /** float [N, 1, 28, 28] in [0, 1], 1 = ink. */
  image: 'image',
  /** Probabilities of the ten digits, float [N, 10]. */
  digit: 'digit',
  /** The penultimate layer, float [N, features]: the space in which realism and variety are measured. */
  features: 'features',
} as const;

/**
 * `judge.json`: an independent digit classifier, trained from labels, that never takes part in training a
 * generator. Scores of two models compare only under the same judge; its `sha256` is in every model's metrics.
 */
export const Judge = z.strictObject({
  format: z.literal(JUDGE_FORMAT),
  version: z.literal(JUDGE_VERSION),
  /** The ONNX file beside this one. */
  file: z.string().regex(/^[A-Za-z0-9._-]+\.onnx$/, 'the judge is one .onnx file beside judge.json'),
  bytes: z.int().min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'a sha256 is 64 hexadecimal digits'),
  /** Width of the output `features`. */
  features: z.int().min(2).max(4096),
  /** Share of the MNIST test set that it reads right, as its trainer measured. */
  testAccuracy: z.number().min(0).max(1),
  provenance: z.strictObject({
    tool: z.string(),
    seed: z.int(),
    steps: z.int().min(0),
    batchSize: z.int().min(1),
    engine: z.string(),
    dataset: z.strictObject({ name: z.string(), sha256: z.string() }),
    seconds: z.number().min(0),
  }),
});
export type Judge = z.infer<typeof Judge>;

/**
 * Reads `judge.json` from its text.
 * @param where the directory, for error sentences
 * @throws UserError when it is no JSON, another format, another version, or breaks a rule of the schema
 */
export function parseJudge(text: string, where: string): Judge {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new UserError(`judge: ${where}/${JUDGE_FILE} is not JSON; make it again with pnpm train judge`);
  }
  const head = z.looseObject({ format: z.string(), version: z.number() }).safeParse(json);
  if (!head.success || head.data.format !== JUDGE_FORMAT) {
    throw new UserError(
      `judge: ${where}/${JUDGE_FILE} is no ${JUDGE_FORMAT} (format ${JSON.stringify(head.data?.format ?? null)}); make it with pnpm train judge`,
    );
  }
  if (head.data.version !== JUDGE_VERSION) {
    throw new UserError(
      `judge: got version ${head.data.version} in ${where} when expected ${JUDGE_VERSION}; make it again with pnpm train judge`,
    );
  }
  const parsed = Judge.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new UserError(
    `judge: ${where}/${JUDGE_FILE} breaks the format: ${issue.path.join('.') || 'the whole'}: ${issue.message}; make it again with pnpm train judge`,
  );
}

/** The judge's description as the text of `judge.json`. */
export function formatJudge(judge: Judge): string {
  return `${JSON.stringify(Judge.parse(judge), null, 2)}\n`;
}
