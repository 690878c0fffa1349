import { parse } from 'node:querystring';
import * as z from 'zod';
import { quickNumber, ruleOf } from './fields.ts';
import { invalid, type Violation } from './problem.ts';

/** Checks the parameters of one endpoint: none unknown, each by its rule. */
export class ParameterReader<S extends z.ZodRawShape> {
  readonly shape: S;
  readonly #schema: z.ZodObject<S, z.core.$strict>;
  readonly #where: 'query' | 'path';
  readonly #quick = new Map<string, (text: string) => number | undefined>();

  constructor(shape: S, where: 'query' | 'path' = 'query') {
    this.shape = shape;
    this.#where = where;
    this.#schema = z.strictObject(shape);
    for (const [name, schema] of Object.entries(shape)) {
      const quick = quickNumber(schema as z.ZodType);
      if (quick !== undefined) this.#quick.set(name, quick);
    }
  }

  /** Reads the query of a request's address; plain numbers by a short cut, with the same outcome. */
  readQuery(url: string): z.output<z.ZodObject<S, z.core.$strict>> {
    const mark = url.indexOf('?');
    const values = mark < 0 ? undefined : this.#readQuickly(url, mark + 1);
    return (values as z.output<z.ZodObject<S, z.core.$strict>> | undefined) ?? this.read(queryOf(url));
  }

  /** Undefined unless everything is a plain number within its rule. */
  #readQuickly(url: string, start: number): Record<string, number> | undefined {
    const values: Record<string, number> = {};
    for (let at = start, end; at < url.length; at = end + 1) {
      end = url.indexOf('&', at);
      if (end < 0) end = url.length;
      const equals = url.indexOf('=', at);
      if (equals < 0 || equals > end) return undefined;
      const name = url.slice(at, equals);
      const value = this.#quick.get(name)?.(url.slice(equals + 1, end));
      if (value === undefined || values[name] !== undefined) return undefined;
      values[name] = value;
    }
    return values;
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
