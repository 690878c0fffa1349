import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { docsRoutes } from './http/docs.ts';
import { answerError } from './http/errors.ts';
import { takeHotPath } from './http/hot-path.ts';
import { ModelRoutes, endpointRouter } from './http/model-routes.ts';
import { openApiDocument } from './http/openapi.ts';
import { pageHeaders, playgroundRoutes } from './http/playground.ts';
import { Problem } from './http/problem.ts';
import { sendAsset } from './http/static-file.ts';
import { systemEndpoints } from './http/system.ts';
import { NO_ROUTE, exchangeOf } from './observe/exchange.ts';
import type { Service } from './service.ts';
import { v2Endpoints } from './v2/endpoints.ts';

const VERSION = '0.1.0';

/** The HTTP application, not yet listening: the gate, the hot path, then express for everything else. */
export function createApp(service: Service): RequestListener {
  const models = new ModelRoutes(service);
  const app = expressApp(service, models);
  return (request: IncomingMessage, response: ServerResponse) => {
    service.exchanges.begin(request, response);
    if (service.isDraining()) response.shouldKeepAlive = false;
    try {
      service.gate.check(request);
      if (!takeHotPath(service, models, request, response)) app(request, response);
    } catch (error) {
      answerError(service, error, request, response);
    }
  };
}

function expressApp(service: Service, models: ModelRoutes): Express {
  const { registry } = service;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.enable('case sensitive routing');
  app.enable('strict routing');

  const shared = [...systemEndpoints(service), ...v2Endpoints(service)];
  app.use((request, response, next) => models.of(registry.default).router(request, response, next));
  app.use(endpointRouter(shared));
  app.use('/models/:model', (request: Request<{ model: string }>, response, next) => {
    const model = registry.get(request.params.model);
    if (model === undefined) return next();
    const asset = model.assets.get(request.path.slice(1));
    if (asset === undefined || !['GET', 'HEAD'].includes(request.method)) {
      return models.of(model).router(request as Request, response, next);
    }
    exchangeOf(response).route = '/models/{model}/{file}';
    sendAsset(request, response, asset);
  });
  // the playground's build may hold models of its own; what is not loaded here is not served here
  app.use('/models', nothingHere);
  const document = () =>
    openApiDocument(
      [
        { prefix: '', endpoints: [...models.of(registry.default).endpoints, ...shared] },
        ...registry.list().map((model) => ({
          prefix: `/models/${model.name}`,
          endpoints: models.of(model).endpoints,
        })),
      ],
      VERSION,
    );
  app.use(pageHeaders());
  app.use(docsRoutes(document));
  app.use(playgroundRoutes(service.playground));
  app.use(nothingHere);
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) =>
    answerError(service, error, request, response),
  );
  return app;
}

function nothingHere(request: Request, response: Response): never {
  exchangeOf(response).route = NO_ROUTE;
  throw new Problem(
    'not-found',
    `nothing is served at ${(request.baseUrl + request.path).slice(0, 200)}; see /docs`,
  );
}
