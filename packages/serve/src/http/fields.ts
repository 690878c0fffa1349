// zod: one schema validates a parameter, says what rule was broken and becomes the OpenAPI document
import * as z from 'zod';
import type { Rgb } from '../picture/paint.ts';

/* Building blocks of query and path parameters. Each carries its rule as a sentence that errors repeat. */

export type Field = z.ZodType;

function field<S extends z.ZodType>(schema: S, rule: string, description: string): S {
  return schema.meta({ rule, description });
}

/** The sentence after "must be". */
export function ruleOf(schema: z.ZodType | undefined): string {
  const rule = schema?.meta()?.['rule'];
  return typeof rule === 'string' ? rule : 'valid';
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** Text that is a decimal number becomes one; anything else stays as it is and fails as no number. */
function toNumber(value: unknown): unknown {
  return typeof value === 'string' && value.length <= 40 && DECIMAL.test(value) ? Number(value) : value;
}

const QUICK_NUMBERS = new WeakMap<z.ZodType, (text: string) => number | undefined>();
/** No exponent, no sign that a query would turn into a space: what is left reads the same either way. */
const PLAIN_DECIMAL = /^-?\d{1,12}(?:\.\d{1,16})?$/;

/**
 * For a number field its short cut, which is worth having where a request costs 40 µs in all: the number that the
 * schema would give for plain text within the rule, and undefined for all else, which then is the schema's business.
 */
export function quickNumber(schema: z.ZodType): ((text: string) => number | undefined) | undefined {
  return QUICK_NUMBERS.get(schema);
}

function withQuickNumber<S extends z.ZodType>(schema: S, fits: (value: number) => boolean): S {
  QUICK_NUMBERS.set(schema, (text) => {
    if (!PLAIN_DECIMAL.test(text)) return undefined;
    const value = Number(text);
    return fits(value) ? value : undefined;
  });
  return schema;
}

export function number(low: number, high: number, description: string) {
  const schema = field(
    z.preprocess(toNumber, z.number().min(low).max(high)).optional(),
    `a number from ${low} to ${high}`,
    description,
  );
  return withQuickNumber(schema, (value) => value >= low && value <= high);
}

/** A signed change such as +0.5, whose plus sign a query turns into a space. */
export function change(limit: number, description: string) {
  const read = (value: unknown) => toNumber(typeof value === 'string' ? value.replace(/^ /, '+') : value);
  return field(
    z.preprocess(read, z.number().min(-limit).max(limit)).optional(),
    `a change from -${limit} to +${limit}, such as +0.5`,
    description,
  );
}

export function wholeNumber(low: number, high: number, description: string) {
  const schema = field(
    z.preprocess(toNumber, z.int().min(low).max(high)).optional(),
    `a whole number from ${low} to ${high}`,
    description,
  );
  return withQuickNumber(schema, (value) => Number.isInteger(value) && value >= low && value <= high);
}

export function oneOf<const T extends string>(values: readonly T[], description: string) {
  return field(z.enum(values).optional(), `one of ${values.join(', ')}`, description);
}

/** A path segment: always there. */
export function requiredOneOf<const T extends string>(values: readonly T[], description: string) {
  return field(z.enum(values), `one of ${values.join(', ')}`, description);
}

export function flag(description: string) {
  return field(
    z
      .preprocess((value) => (value === 'true' ? true : value === 'false' ? false : value), z.boolean())
      .optional(),
    'true or false',
    description,
  );
}

const HEX = /^#?(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/;
const HEX_OR_CLEAR = /^(?:transparent|#?(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6}))$/;
const HEX_RULE = 'a colour as three or six hexadecimal digits, such as f80 or ff8800';

export function color(description: string) {
  return field(z.string().regex(HEX).optional(), HEX_RULE, description);
}

export function paperColor(description: string) {
  return field(z.string().regex(HEX_OR_CLEAR).optional(), `${HEX_RULE}, or transparent`, description);
}

/** Reads what `color` accepted. */
export function parseColor(text: string): Rgb {
  const digits = text.replace('#', '');
  const pairs = digits.length === 3 ? digits.split('').map((digit) => digit + digit) : digits.match(/../g)!;
  return pairs.map((pair) => Number.parseInt(pair, 16)) as unknown as Rgb;
}

export const seedField = wholeNumber(
  0,
  2 ** 32 - 1,
  'The handwriting: the same seed gives the same picture. Without one a fresh one is drawn; X-Seed says which.',
);
