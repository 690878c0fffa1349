import { parse } from 'node:querystring';
import * as z from 'zod';
import { ruleOf } from './fields.ts';
import { invalid, type Violation } from './problem.ts';

/** Checks the parameters of one endpoint: none unknown, each by its rule. */
export class ParameterReader<S extends z.ZodRawShape> {
  readonly shape: S;
  readonly #schema: z.ZodObject<S, z.core.$strict>;
  readonly #where: 'query' | 'path';

  constructor(shape: S, where: 'query' | 'path' = 'query') {
    this.shape = shape;
    this.#where = where;
    this.#schema = z.strictObject(shape);
  }

  /**
   * @param values text by name, as sent
   * @throws Problem 400 that names every parameter at fault, its rule and what was got
   */
  read(values: unknown): z.output<z.ZodObject<S, z.core.$strict>> {
    const result = this.#schema.safeParse(values);
    if (result.success) return result.data;
    throw invalid(this.#violations(result.error, values as Record<string, unknown>));
  }

  #violations(error: z.ZodError, values: Record<string, unknown>): Violation[] {
    const known = Object.keys(this.shape);
    const found = new Map<string, Violation>();
    for (const issue of error.issues) {
      const names = issue.code === 'unrecognized_keys' ? issue.keys : [String(issue.path[0])];
      for (const name of names) {
        const rule =
          issue.code === 'unrecognized_keys'
            ? `left out: no parameter has this name (known: ${known.join(', ') || 'none'})`
            : ruleOf(this.shape[name] as z.ZodType | undefined);
        found.set(name, { parameter: name, in: this.#where, rule, got: values[name] ?? null });
      }
    }
    return [...found.values()];
  }
}

/** The query of a request's address; a name given twice becomes a list, which no parameter accepts. */
export function queryOf(url: string): NodeJS.Dict<string | string[]> {
  const mark = url.indexOf('?');
  return mark < 0 ? {} : parse(url.slice(mark + 1));
}
