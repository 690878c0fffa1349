import type { ServerResponse } from 'node:http';
import { exchangeOf } from '../observe/exchange.ts';

/** One thing wrong with a request. */
export interface Violation {
  readonly parameter: string;
  readonly in: 'path' | 'query' | 'body' | 'header';
  readonly rule: string;
  readonly got: unknown;
}

/** Every kind of error that the service answers with: status and title (RFC 9457). */
export const PROBLEMS = {
  'invalid-parameter': { status: 400, title: 'A parameter breaks a rule' },
  'invalid-body': { status: 400, title: 'The body breaks a rule' },
  unauthorized: { status: 401, title: 'An API key is needed' },
  'not-found': { status: 404, title: 'There is nothing at this address' },
  'version-not-served': { status: 404, title: 'This version of the model is not served' },
  'method-not-allowed': { status: 405, title: 'This address does not take that method' },
  'not-acceptable': { status: 406, title: 'No format that you accept can be made' },
  'too-large': { status: 413, title: 'The body or picture is too large' },
  'unsupported-media': { status: 415, title: 'The body is of a kind that is not read here' },
  'unreadable-picture': { status: 422, title: 'Nothing can be read in this picture' },
  'too-many-requests': { status: 429, title: 'Too many requests from this client' },
  internal: { status: 500, title: 'The service failed' },
  overloaded: { status: 503, title: 'The service is busy' },
} as const;
export type ProblemKind = keyof typeof PROBLEMS;

/** An answer that says no, as a problem document. */
export class Problem extends Error {
  override name = 'Problem';
  readonly kind: ProblemKind;
  readonly violations: readonly Violation[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    kind: ProblemKind,
    detail: string,
    { violations = [], headers = {} }: { violations?: Violation[]; headers?: Record<string, string> } = {},
  ) {
    super(detail);
    this.kind = kind;
    this.violations = violations;
    this.headers = headers;
  }
}

/** A 400 for what was sent in parameters, naming each with its rule and the value that was got. */
export function invalid(violations: Violation[]): Problem {
  const kind = violations.every((violation) => violation.in === 'body')
    ? 'invalid-body'
    : 'invalid-parameter';
  const detail = violations
    .map(({ parameter, rule, got }) => `${parameter} must be ${rule}; got ${show(got)}`)
    .join('. ');
  return new Problem(kind, detail, { violations });
}

function show(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  return text === '' ? 'nothing' : text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

export function sendProblem(response: ServerResponse, problem: Problem): void {
  const { status, title } = PROBLEMS[problem.kind];
  const body = JSON.stringify({
    type: `/docs#${problem.kind}`,
    title,
    status,
    detail: problem.message,
    requestId: exchangeOf(response).id,
    ...(problem.violations.length > 0 ? { errors: problem.violations } : {}),
  });
  response.writeHead(status, {
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'X-Request-Id': exchangeOf(response).id,
    ...problem.headers,
  });
  response.end(body);
}
