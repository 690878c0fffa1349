import type { IncomingMessage, ServerResponse } from 'node:http';
import { exchangeOf } from '../observe/exchange.ts';
import { FaultyRequest } from '../pool/member.ts';
import { WorkRefused } from '../pool/pool.ts';
import type { Service } from '../service.ts';
import { PROBLEMS, Problem, sendProblem, type ProblemKind } from './problem.ts';
import { sendJson } from './send.ts';

/** Answers any error that a route threw, in any part of the service. */
export function answerError(
  service: Service,
  error: unknown,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  // the client left, or was cut off, in the middle of its body: nobody waits, and nothing is wrong here
  if (request.destroyed && (error as NodeJS.ErrnoException).code === 'ECONNRESET') {
    return void response.destroy();
  }
  const problem = problemOf(error);
  if (problem.kind === 'internal') {
    service.log.error({ err: error, requestId: exchangeOf(response).id }, 'request failed');
  }
  // half an answer is out: cutting the connection is the only way left to say that it is broken
  if (response.headersSent) return void response.destroy();
  // a body that is not read to its end would block the next request of this connection
  if (!request.complete) response.shouldKeepAlive = false;
  if (/^\/v2(?:[/?]|$)/.test(request.url ?? '')) return sendV2Error(response, problem);
  sendProblem(response, problem);
}

/** Errors as clients of the Open Inference Protocol read them. */
function sendV2Error(response: ServerResponse, problem: Problem): void {
  for (const [name, value] of Object.entries(problem.headers)) response.setHeader(name, value);
  sendJson(response, { error: problem.message }, PROBLEMS[problem.kind].status);
}

const STATUS_KINDS: Readonly<Record<number, ProblemKind>> = {
  400: 'invalid-body',
  404: 'not-found',
  413: 'too-large',
  415: 'unsupported-media',
  422: 'unreadable-picture',
};

/** Errors of the pool, of express (which carry a status) and of routes as one kind of thing. */
function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof WorkRefused) {
    return new Problem('overloaded', `the service is busy (${error.reason}); try again shortly`, {
      headers: { 'Retry-After': '1' },
    });
  }
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 500;
  const kind = STATUS_KINDS[status];
  if (kind === undefined) return new Problem('internal', 'the service failed at this request; it was logged');
  const sentence = error instanceof FaultyRequest ? error.message : `express: ${(error as Error).message}`;
  return new Problem(kind, sentence);
}
