import { UserError, categoricals, uniforms, type LatentSpec, type Manifest } from '@infogan/contract';
import * as z from 'zod';
import { number, oneOf } from './fields.ts';

/** Names that parameters of the service itself have; a code of that name could not be asked for. */
const RESERVED = new Set(
  `seed size format scale invert color background version
   code frames delay x y columns rows span gap`.split(/\s+/),
);
/** First path segments of the service itself. */
const RESERVED_SEGMENTS = new Set(
  'sheet generate read restyle models metrics docs v2 admin assets picture healthz readyz'.split(' '),
);

/** @throws UserError when a code's name collides with a parameter or route of the service */
export function checkCodeNames({ latent }: Manifest, where: string): void {
  const [main] = categoricals(latent);
  for (const { name } of latent) {
    if (!RESERVED.has(name) && !(name === main?.name && RESERVED_SEGMENTS.has(name))) continue;
    throw new UserError(
      `serve: ${where} has a code called ${name}, which is a name of the service itself; give it another name and export again`,
    );
  }
}

/** The code that addresses a picture: `/digit/7`. Null for a model without categories: `/picture`. */
export function mainCode(spec: LatentSpec) {
  return categoricals(spec)[0] ?? null;
}

/** A query parameter per code that can be chosen, `except` those that the path names. */
export function codeFields(
  manifest: Manifest,
  except: readonly string[] = [],
): Record<string, z.ZodOptional<z.ZodType<string | number>>> {
  const fields: Record<string, z.ZodOptional<z.ZodType<string | number>>> = {};
  for (const { name, labels } of categoricals(manifest.latent)) {
    fields[name] = oneOf(labels, `The ${name}; the first one when left out.`);
  }
  for (const { name, limit } of uniforms(manifest.latent)) {
    fields[name] = number(-limit, limit, describeCode(manifest, name));
  }
  for (const name of except) delete fields[name];
  return fields;
}

function describeCode({ controls }: Manifest, name: string): string {
  const control = controls[name];
  const effect =
    control === undefined
      ? 'A continuous code'
      : `Controls ${control.attribute} (${control.slope.toPrecision(3)} ${control.unit} per unit)`;
  return `${effect}; drawn from -1 to 1 in training, 0 when left out.`;
}

/** Parameter values to the numbers that the generator takes: class numbers for labels. */
export function chosenCodes(
  spec: LatentSpec,
  values: Readonly<Record<string, unknown>>,
  inPath: Readonly<Record<string, unknown>> = {},
): Record<string, number> {
  const chosen: Record<string, number> = {};
  for (const part of spec) {
    const value = (inPath[part.name] ?? values[part.name]) as string | number | undefined;
    if (part.kind === 'categorical') {
      chosen[part.name] = value === undefined ? 0 : part.labels.indexOf(String(value));
    } else if (part.kind === 'uniform') chosen[part.name] = Number(value ?? 0);
  }
  return chosen;
}

/** The same codes for a person: labels for class numbers. */
export function namedCodes(
  spec: LatentSpec,
  chosen: Readonly<Record<string, number>>,
): Record<string, string | number> {
  const named: Record<string, string | number> = {};
  for (const part of spec) {
    if (part.kind === 'categorical') named[part.name] = part.labels[chosen[part.name] ?? 0]!;
    else if (part.kind === 'uniform') named[part.name] = chosen[part.name] ?? 0;
  }
  return named;
}
