// zod: schemas from which types, checks and error sentences all come; its mini form, because the page carries it and
// the classic one is 15 kB more (brotli)
import * as z from 'zod/mini';
import { CONTINUOUS_INPUT } from './names.ts';
import { normals } from './parts.ts';
import { Random } from './random.ts';

const NAME = z.string().check(z.regex(/^[a-z][a-z0-9_]*$/, 'a code name is lower case: letters, digits, _'));

/** Noise: `size` standard normal numbers. */
const Normal = z.strictObject({
  kind: z.literal('normal'),
  name: NAME,
  size: z.int().check(z.minimum(1), z.maximum(4096)),
});

/** One of `labels.length` classes; the label at index k is the name of value k. */
const Categorical = z.strictObject({
  kind: z.literal('categorical'),
  name: NAME,
  labels: z.array(z.string()).check(z.minLength(2), z.maxLength(1000)),
});

/** One continuous code: drawn uniformly from [-1, 1] in training, accepted in [-limit, limit] afterwards. */
const Uniform = z.strictObject({
  kind: z.literal('uniform'),
  name: NAME,
  limit: z.number().check(z.minimum(1), z.maximum(10)),
});

export const LatentPart = z.discriminatedUnion('kind', [Normal, Categorical, Uniform]);
export type LatentPart = z.infer<typeof LatentPart>;
export type NormalPart = z.infer<typeof Normal>;
export type CategoricalPart = z.infer<typeof Categorical>;
export type UniformPart = z.infer<typeof Uniform>;

/**
 * The latent code, stated once as data (after openai/InfoGAN's launcher). Every width, slice, graph input,
 * slider and query parameter is derived from this list.
 */
export const LatentSpec = z.array(LatentPart).check(
  z.minLength(1),
  z.refine(
    (parts) => new Set(parts.map((part) => part.name)).size === parts.length,
    'names of codes must differ',
  ),
  z.refine((parts) => parts.every((part) => part.name !== CONTINUOUS_INPUT), 'the name "c" is taken'),
);
export type LatentSpec = z.infer<typeof LatentSpec>;

/** Noise of `size` standard normal numbers. */
export function normal(name: string, size: number): NormalPart {
  return { kind: 'normal', name, size };
}

/** A categorical code; labels default to 0, 1, 2 … */
export function categorical(name: string, labels: number | string[]): CategoricalPart {
  const names = typeof labels === 'number' ? Array.from({ length: labels }, (_, k) => String(k)) : labels;
  return { kind: 'categorical', name, labels: names };
}

/** A continuous code with prior U(-1, 1). */
export function uniform(name: string, limit = 2): UniformPart {
  return { kind: 'uniform', name, limit };
}

/** Width of the generator's input vector when every part is laid side by side (categories one-hot). */
export function latentWidth(spec: LatentSpec): number {
  return spec.reduce((width, part) => width + partWidth(part), 0);
}

export function partWidth(part: LatentPart): number {
  if (part.kind === 'normal') return part.size;
  return part.kind === 'categorical' ? part.labels.length : 1;
}

/**
 * A batch of latent codes, part by part: normal → float [n * size], categorical → class numbers [n],
 * uniform → float [n].
 */
export interface Latents {
  readonly count: number;
  readonly values: Readonly<Record<string, Float32Array | Int32Array>>;
}

/** Draws `count` latent codes from the prior. The one place in the project where the prior is drawn. */
export function samplePrior(spec: LatentSpec, count: number, random: Random): Latents {
  const values: Record<string, Float32Array | Int32Array> = {};
  for (const part of spec) values[part.name] = samplePart(part, count, random);
  return { count, values };
}

function samplePart(part: LatentPart, count: number, random: Random): Float32Array | Int32Array {
  switch (part.kind) {
    case 'normal':
      return fill(new Float32Array(count * part.size), () => random.normal());
    case 'categorical':
      return fill(new Int32Array(count), () => random.integer(part.labels.length));
    case 'uniform':
      return fill(new Float32Array(count), () => random.between(-1, 1));
  }
}

function fill<A extends Float32Array | Int32Array>(array: A, draw: () => number): A {
  for (let i = 0; i < array.length; i++) array[i] = draw();
  return array;
}

/**
 * Latent codes with chosen values: what a request or a slider asks for. Categories and continuous codes come
 * from `chosen` (class number, or value of the code; what is not chosen is class 0 and code 0); noise comes
 * from `seed`, so that one seed is one handwriting on the server and in the browser alike.
 */
export function chooseLatents(
  spec: LatentSpec,
  rows: readonly { readonly chosen: Readonly<Record<string, number>>; readonly seed: number }[],
): Latents {
  const count = rows.length;
  const values: Record<string, Float32Array | Int32Array> = {};
  for (const part of spec) {
    if (part.kind === 'categorical') {
      values[part.name] = Int32Array.from(rows, (row) => row.chosen[part.name] ?? 0);
    } else if (part.kind === 'uniform') {
      values[part.name] = Float32Array.from(rows, (row) => row.chosen[part.name] ?? 0);
    }
  }
  const streams = rows.map((row) => new Random(row.seed));
  for (const part of normals(spec)) {
    const noise = new Float32Array(count * part.size);
    streams.forEach((stream, i) =>
      fill(noise.subarray(i * part.size, (i + 1) * part.size), () => stream.normal()),
    );
    values[part.name] = noise;
  }
  return { count, values };
}
