import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { answerError } from './http/errors.ts';
import { takeHotPath } from './http/hot-path.ts';
import { ModelRoutes } from './http/model-routes.ts';
import { playgroundRoutes } from './http/playground.ts';
import { Problem } from './http/problem.ts';
import { sendJson } from './http/send.ts';
import { sendAsset } from './http/static-file.ts';
import { NO_ROUTE, exchangeOf } from './observe/exchange.ts';
import type { Service } from './service.ts';

/** The HTTP application, not yet listening: the hot path, then express for everything else. */
export function createApp(service: Service): RequestListener {
  const models = new ModelRoutes(service);
  const app = expressApp(service, models);
  return (request: IncomingMessage, response: ServerResponse) => {
    service.exchanges.begin(request, response);
    if (!takeHotPath(service, models, request, response)) app(request, response);
  };
}

function expressApp(service: Service, models: ModelRoutes): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.enable('case sensitive routing');

  app.use((request, response, next) => models.of(service.registry.default).router(request, response, next));
  app.get('/healthz', named('/healthz'), (_request, response) => sendJson(response, { status: 'alive' }));
  app.get('/readyz', named('/readyz'), (_request, response) => {
    const ready = service.isReady();
    sendJson(response, { status: ready ? 'ready' : 'not ready' }, ready ? 200 : 503);
  });
  app.get('/metrics', named('/metrics'), async (_request, response) => {
    const { text, type } = await service.metrics.scrape();
    response.setHeader('Content-Type', type);
    response.end(text);
  });
  app.get('/models.json', named('/models.json'), (_request, response) => {
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
      return models.of(model).router(request as unknown as Request, response, next);
    }
    exchangeOf(response).route = '/models/{model}/{file}';
    sendAsset(request, response, asset);
  });
  app.use(playgroundRoutes(service.playground));
  app.use((request, response) => {
    exchangeOf(response).route = NO_ROUTE;
    throw new Problem('not-found', `nothing is served at ${request.path.slice(0, 200)}; see /docs`);
  });
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) =>
    answerError(service, error, request, response),
  );
  return app;
}

/** Gives the exchange its route's name. */
function named(route: string) {
  return (_request: Request, response: Response, next: NextFunction) => {
    exchangeOf(response).route = route;
    next();
  };
}
