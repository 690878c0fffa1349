import type { IncomingMessage, ServerResponse } from 'node:http';
import type * as z from 'zod';
import type { ProblemKind } from './problem.ts';

/** What an endpoint reads from the body. */
export interface BodySpec {
  readonly description: string;
  /** By media type; a schema for JSON, null for bytes. */
  readonly content: Readonly<Record<string, z.ZodType | null>>;
}

/** A good answer. */
export interface AnswerSpec {
  readonly description: string;
  /** Media types; a schema where it is JSON of a fixed form. */
  readonly content: Readonly<Record<string, z.ZodType | null>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Path segments by name, as text. */
export type PathValues = Readonly<Record<string, string>>;

/**
 * One address with one method: the route, and all that the OpenAPI document says of it. Both are made from
 * this, so the document cannot drift from the code.
 */
export interface Endpoint {
  readonly method: 'get' | 'post';
  /** In OpenAPI's form: `/digit/{digit}`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly params?: z.ZodRawShape;
  readonly query?: z.ZodRawShape;
  readonly body?: BodySpec;
  readonly answers: Readonly<Record<number, AnswerSpec>>;
  readonly problems: readonly ProblemKind[];
  /** Errors as the Open Inference Protocol has them, instead of problem documents. */
  readonly errors?: 'v2';
  /** Plain Node types, so that the hot path can do without express. */
  handle(request: IncomingMessage, response: ServerResponse, path: PathValues): Promise<void>;
}
