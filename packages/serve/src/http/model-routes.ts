// express: the router that every Node engineer can read
import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import type { ServedModel } from '../models/registry.ts';
import type { Service } from '../service.ts';
import { digitEndpoint } from './digit.ts';
import type { Endpoint } from './endpoint.ts';
import { Problem } from './problem.ts';

/** What can be asked of one model; its parameters come from the model's own latent spec. */
export function modelEndpoints(service: Service, model: ServedModel): Endpoint[] {
  return [digitEndpoint(service, model)];
}

/** A router for endpoints; other methods at their addresses are refused with 405. */
export function endpointRouter(endpoints: readonly Endpoint[]): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  const methods = new Map<string, Set<string>>();
  for (const { method, path, handle } of endpoints) {
    const route = path.replace(/\{(\w+)\}/g, ':$1');
    router[method](route, (request: Request, response: Response) => {
      response.locals['route'] = path;
      return handle(request, response);
    });
    const allowed = methods.get(route) ?? new Set<string>();
    for (const name of method === 'get' ? ['GET', 'HEAD'] : ['POST']) allowed.add(name);
    methods.set(route, allowed);
  }
  for (const [route, allowed] of methods) {
    router.all(route, (request: Request) => {
      const list = [...allowed].join(', ');
      throw new Problem('method-not-allowed', `${request.path} takes ${list}; got ${request.method}`, {
        headers: { Allow: list },
      });
    });
  }
  return router;
}

/** The routes of the version that serves now, which a reload replaces: made once per version. */
export class ModelRoutes {
  readonly #service: Service;
  readonly #routers = new WeakMap<ServedModel, Router>();

  constructor(service: Service) {
    this.#service = service;
  }

  handle(model: ServedModel, request: Request, response: Response, next: NextFunction): void {
    let router = this.#routers.get(model);
    if (router === undefined) {
      router = endpointRouter(modelEndpoints(this.#service, model));
      this.#routers.set(model, router);
    }
    router(request, response, next);
  }
}
