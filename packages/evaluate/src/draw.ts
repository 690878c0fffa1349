import {
  Random,
  categoricals,
  chooseLatents,
  samplePrior,
  uniforms,
  type CategoricalPart,
  type Latents,
  type LatentSpec,
} from '@infogan/contract';

/** The categorical code that stands for digits: the first with a label that is one decimal digit. */
export function digitCode(spec: LatentSpec): CategoricalPart | null {
  return categoricals(spec).find(({ labels }) => labels.some(isDigit)) ?? null;
}

function isDigit(label: string): boolean {
  return /^[0-9]$/.test(label);
}

/** The digit that each class of the code asks for, -1 for a class without one. */
export function digitOfClass({ labels }: CategoricalPart): number[] {
  return labels.map((label) => (isDigit(label) ? Number(label) : -1));
}

/** Codes of the prior, but for one continuous code of each picture, which stands at its limit, + or -. */
export function drawAtLimit(spec: LatentSpec, count: number, random: Random): Latents {
  const latents = samplePrior(spec, count, random);
  const codes = uniforms(spec);
  for (let i = 0; i < count; i++) {
    const { name, limit } = codes[i % codes.length]!;
    latents.values[name]![i] = random.integer(2) === 0 ? -limit : limit;
  }
  return latents;
}

/** Codes of the prior, but every continuous code of each picture stands at its limit, + or -. */
export function drawAtCorners(spec: LatentSpec, count: number, random: Random): Latents {
  const latents = samplePrior(spec, count, random);
  for (const { name, limit } of uniforms(spec)) {
    for (let i = 0; i < count; i++) latents.values[name]![i] = random.integer(2) === 0 ? -limit : limit;
  }
  return latents;
}

/** Points of a traversal. */
export const POINTS = 11;

export interface TraversalPlan {
  readonly latents: Latents;
  /** Values of the code along a traversal. */
  readonly values: readonly number[];
  /** How many traversals there are, each of `POINTS` pictures one after the other. */
  readonly count: number;
}

/**
 * Traversals of one continuous code over [-reach, reach], the others at zero: `perClass` for every class of the
 * first categorical code (or that many alone), each with noise of its own.
 */
export function planTraversals(
  spec: LatentSpec,
  code: string,
  reach: number,
  perClass: number,
  seed: number,
): TraversalPlan {
  const values = Array.from({ length: POINTS }, (_, k) => -reach + (2 * reach * k) / (POINTS - 1));
  const category = digitCode(spec) ?? categoricals(spec)[0];
  const classes = category?.labels.length ?? 1;
  const rows = Array.from({ length: classes * perClass }, (_, t) => t).flatMap((t) =>
    values.map((value) => ({
      chosen: { ...(category ? { [category.name]: Math.floor(t / perClass) } : {}), [code]: value },
      seed: seed + (t % perClass),
    })),
  );
  return { latents: chooseLatents(spec, rows), values, count: classes * perClass };
}
