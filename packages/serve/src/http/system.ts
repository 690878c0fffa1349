import { timingSafeEqual, createHash } from 'node:crypto';
import * as z from 'zod';
import { MANIFEST_FILE } from '@infogan/contract';
import type { Service } from '../service.ts';
import type { Endpoint } from './endpoint.ts';
import { Problem } from './problem.ts';
import { sendJson } from './send.ts';

/** Health, metrics, the list of models, and reload. */
export function systemEndpoints(service: Service): Endpoint[] {
  const { registry } = service;
  const base = { tag: 'service', problems: [] } as const;
  const json = (description: string) => ({ 200: { description, content: { 'application/json': null } } });
  return [
    {
      ...base,
      method: 'get',
      path: '/healthz',
      summary: 'Is the process alive?',
      answers: json('It is.'),
      handle: async (_request, response) => sendJson(response, { status: 'alive' }),
    },
    {
      ...base,
      method: 'get',
      path: '/readyz',
      summary: 'May requests be sent?',
      answers: {
        ...json('They may.'),
        503: { description: 'Loading, draining or without workers.', content: { 'application/json': null } },
      },
      async handle(_request, response) {
        const ready = service.isReady();
        sendJson(response, { status: ready ? 'ready' : 'not ready' }, ready ? 200 : 503);
      },
    },
    {
      ...base,
      method: 'get',
      path: '/metrics',
      summary: 'Numbers for Prometheus',
      answers: { 200: { description: 'The text format.', content: { 'text/plain': null } } },
      async handle(_request, response) {
        const { text, type } = await service.metrics.scrape();
        const length = Buffer.byteLength(text);
        response.writeHead(200, {
          'Content-Type': type,
          'Cache-Control': 'no-store',
          'Content-Length': length,
        });
        response.end(response.req.method === 'HEAD' ? undefined : text);
      },
    },
    {
      ...base,
      method: 'get',
      path: '/models.json',
      summary: 'Where a page finds the files of each model',
      answers: json('Names and addresses.'),
      async handle(_request, response) {
        const models = registry.list().map(({ name }) => ({ name, url: `models/${name}/` }));
        sendJson(response, { default: registry.default.name, models });
      },
    },
    {
      ...base,
      method: 'get',
      path: '/models',
      summary: 'The models served, the default one first',
      answers: json('Names, versions, codes, scores and where each came from.'),
      async handle(_request, response) {
        const models = registry.list().map(({ name, version, loadedAt, manifest }) => ({
          name,
          version,
          loadedAt,
          url: `/models/${name}/`,
          manifest: `/models/${name}/${MANIFEST_FILE}`,
          latent: manifest.latent,
          image: manifest.image,
          controls: manifest.controls,
          metrics: manifest.metrics,
          provenance: manifest.provenance,
        }));
        sendJson(response, { default: registry.default.name, models });
      },
    },
    ...(service.adminToken === null ? [] : [reloadEndpoint(service, service.adminToken)]),
  ];
}

/** `POST /admin/reload`: there only with an admin token. */
function reloadEndpoint(service: Service, token: string): Endpoint {
  const expected = digest(`Bearer ${token}`);
  return {
    method: 'post',
    path: '/admin/reload',
    tag: 'service',
    summary: 'Looks at every model directory again and swaps those that changed',
    description: 'A new version that fails its probe leaves the old one serving; the answer says so.',
    answers: {
      200: {
        description: 'What became of each model.',
        content: {
          'application/json': z.object({
            models: z.array(
              z.object({
                model: z.string(),
                outcome: z.enum(['unchanged', 'swapped', 'refused']),
                version: z.string(),
                reason: z.string().optional(),
              }),
            ),
          }),
        },
      },
    },
    problems: ['unauthorized'],
    async handle(request, response) {
      if (!timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) {
        throw new Problem('unauthorized', 'the admin token must be sent as Authorization: Bearer …', {
          headers: { 'WWW-Authenticate': 'Bearer realm="admin"' },
        });
      }
      sendJson(response, { models: await service.reload() });
    },
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
