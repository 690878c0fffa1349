import express, { type ErrorRequestHandler, type Express, type Request } from 'express';
import { FaultyRequest } from './pool/member.ts';
import { WorkRefused } from './pool/pool.ts';
import { ModelRoutes } from './http/model-routes.ts';
import { Problem, sendProblem, type ProblemKind } from './http/problem.ts';
import { sendJson } from './http/send.ts';
import { sendAsset } from './http/static-file.ts';
import { playgroundRoutes } from './http/playground.ts';
import type { Service } from './service.ts';

/** The HTTP application, not yet listening. */
export function createApp(service: Service): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.enable('case sensitive routing');

  const models = new ModelRoutes(service);
  app.use((request, response, next) => models.handle(service.registry.default, request, response, next));
  app.get('/healthz', (_request, response) => sendJson(response, { status: 'alive' }));
  app.get('/readyz', (_request, response) => {
    const ready = service.isReady();
    sendJson(response, { status: ready ? 'ready' : 'not ready' }, ready ? 200 : 503);
  });
  app.get('/models.json', (_request, response) => {
    const list = service.registry.list();
    sendJson(response, {
      default: service.registry.default.name,
      models: list.map(({ name }) => ({ name, url: `models/${name}/` })),
    });
  });
  app.use('/models/:model', (request: Request<{ model: string }>, response, next) => {
    const model = service.registry.get(request.params.model);
    if (model === undefined) return next();
    const asset = model.assets.get(request.path.slice(1));
    if (asset === undefined || !['GET', 'HEAD'].includes(request.method)) {
      return models.handle(model, request as unknown as Request, response, next);
    }
    response.locals['route'] = '/models/{model}/{file}';
    sendAsset(request as unknown as Request, response, asset);
  });
  app.use(playgroundRoutes(service.playground));
  app.use((request) => {
    throw new Problem('not-found', `nothing is served at ${request.path.slice(0, 200)}; see /docs`);
  });
  app.use(answerError(service));
  return app;
}

function answerError(service: Service): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const problem = problemOf(error);
    if (problem.kind === 'internal') {
      service.log.error({ err: error, requestId: response.locals['requestId'] as string }, 'request failed');
    }
    if (response.headersSent) return void response.destroy();
    sendProblem(request, response, problem);
  };
}

const STATUS_KINDS: Readonly<Record<number, ProblemKind>> = {
  400: 'invalid-body',
  404: 'not-found',
  413: 'too-large',
  415: 'unsupported-media',
  422: 'unreadable-picture',
};

/** Errors of the pool, of body parsers (which carry a status) and of routes as one kind of thing. */
function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof WorkRefused) {
    return new Problem('overloaded', `the service is busy (${error.reason}); try again shortly`, {
      headers: { 'Retry-After': '1' },
    });
  }
  if (error instanceof FaultyRequest)
    return new Problem(STATUS_KINDS[error.status] ?? 'invalid-body', error.message);
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 500;
  const kind = STATUS_KINDS[status];
  if (kind !== undefined) return new Problem(kind, (error as Error).message);
  return new Problem('internal', 'the service failed at this request; it was logged');
}
