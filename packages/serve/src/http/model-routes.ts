import { uniforms } from '@infogan/contract';
// express: the router that every Node engineer can read
import express, { type Request, type Response, type Router } from 'express';
import type { ServedModel } from '../models/registry.ts';
import { exchangeOf } from '../observe/exchange.ts';
import type { Service } from '../service.ts';
import { digitEndpoint } from './digit.ts';
import type { Endpoint } from './endpoint.ts';
import { generateEndpoint } from './generate.ts';
import { Problem } from './problem.ts';
import { ParameterReader, queryOf } from './query.ts';
import { readEndpoint } from './read.ts';
import { restyleEndpoint } from './restyle.ts';
import { sheetEndpoint } from './sheet.ts';
import { sweepEndpoint } from './sweep.ts';

/** What can be asked of one model; its parameters come from the model's own latent spec. */
export function modelEndpoints(service: Service, model: ServedModel): Endpoint[] {
  const { latent, graphs } = model.manifest;
  return [
    digitEndpoint(service, model),
    sheetEndpoint(service, model),
    ...(uniforms(latent).length > 0 ? [sweepEndpoint(service, model)] : []),
    generateEndpoint(service, model),
    ...(graphs.recognizer === null ? [] : [readEndpoint(service, model), restyleEndpoint(service, model)]),
  ];
}

const NO_QUERY = new ParameterReader({});

/** A router for endpoints; other methods at their addresses are refused with 405. */
export function endpointRouter(endpoints: readonly Endpoint[]): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  const methods = new Map<string, Set<string>>();
  for (const endpoint of endpoints) {
    const { method, path, query = {} } = endpoint;
    const route = path.replace(/\{(\w+)\}/g, ':$1');
    const takesNone = Object.keys(query).length === 0;
    router[method](route, (request: Request, response: Response) => {
      exchangeOf(response).route = path;
      if (takesNone) NO_QUERY.read(queryOf(request.url));
      return endpoint.handle(request, response, request.params as Record<string, string>);
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

/** The endpoints of one model version, and the way to them. */
export interface RoutesOfModel {
  readonly endpoints: readonly Endpoint[];
  readonly router: Router;
  /** The hot path: the picture's endpoint and the text before its label (null where it takes none). */
  readonly picture: { readonly endpoint: Endpoint; readonly prefix: string | null; readonly param: string };
}

/** The routes of the versions that serve now, which a reload replaces: made once per version. */
export class ModelRoutes {
  readonly #service: Service;
  readonly #made = new WeakMap<ServedModel, RoutesOfModel>();

  constructor(service: Service) {
    this.#service = service;
  }

  of(model: ServedModel): RoutesOfModel {
    let routes = this.#made.get(model);
    if (routes === undefined) {
      const endpoints = modelEndpoints(this.#service, model);
      const endpoint = endpoints[0]!;
      const [, prefix = null, param = ''] = /^(\/\w+\/)\{(\w+)\}$/.exec(endpoint.path) ?? [];
      routes = { endpoints, router: endpointRouter(endpoints), picture: { endpoint, prefix, param } };
      this.#made.set(model, routes);
    }
    return routes;
  }
}
