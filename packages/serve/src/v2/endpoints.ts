import * as z from 'zod';
import type { Endpoint } from '../http/endpoint.ts';
import { sendJson } from '../http/send.ts';
import type { Service } from '../service.ts';
import { InferRequest, infer } from './infer.ts';
import { describeV2Model, findV2Model, listV2Models } from './models.ts';

const NAME = 'infogan-kit';
const segment = (description: string) => z.string().min(1).meta({ description, rule: 'a name' });
const MODEL = { model: segment('A model, or its recognizer: <model>-recognizer.') };
const VERSIONED = { ...MODEL, version: segment('The version in the metadata.') };

/** KServe's Open Inference Protocol v2 with Triton's binary tensors, for both graphs of every model. */
export function v2Endpoints(service: Service): Endpoint[] {
  const { registry } = service;
  const base = { tag: 'open inference protocol', errors: 'v2' as const };
  const json = (description: string) => ({ 200: { description, content: { 'application/json': null } } });
  const get = (
    path: string,
    summary: string,
    answer: (values: Readonly<Record<string, string>>) => { body: unknown; status?: number },
    params: z.ZodRawShape = {},
  ): Endpoint => ({
    ...base,
    method: 'get',
    path,
    summary,
    params,
    answers: json(summary),
    problems: Object.keys(params).length > 0 ? ['not-found'] : [],
    async handle(_request, response, values) {
      const { body, status } = answer(values);
      sendJson(response, body, status ?? 200);
    },
  });
  const forVersions = (make: (path: string, params: z.ZodRawShape) => Endpoint) => [
    make('/v2/models/{model}', MODEL),
    make('/v2/models/{model}/versions/{version}', VERSIONED),
  ];
  const find = (values: Readonly<Record<string, string>>) =>
    findV2Model(registry, values['model']!, values['version']);

  return [
    get('/v2', 'The server and its extensions', () => ({
      body: { name: NAME, version: '0.1.0', extensions: ['binary_tensor_data', 'model_repository'] },
    })),
    get('/v2/health/live', 'Is the process alive?', () => ({ body: { live: true } })),
    {
      ...get('/v2/health/ready', 'May requests be sent?', () => {
        const ready = service.isReady();
        return { body: { ready }, status: ready ? 200 : 503 };
      }),
      problems: ['overloaded'],
    },
    ...forVersions((path, params) =>
      get(
        path,
        'Inputs and outputs of a graph',
        (values) => ({ body: describeV2Model(find(values)) }),
        params,
      ),
    ),
    ...forVersions((path, params) => ({
      ...get(
        `${path}/ready`,
        'Is this graph ready?',
        (values) => {
          const { name } = find(values);
          const ready = service.isReady();
          return { body: { name, ready }, status: ready ? 200 : 503 };
        },
        params,
      ),
      problems: ['not-found', 'overloaded'],
    })),
    ...forVersions((path, params) => ({
      ...base,
      method: 'post',
      path: `${path}/infer`,
      summary: 'Runs a graph on tensors',
      params,
      body: {
        description: 'The request, with tensors as JSON; or as bytes after it (binary tensor extension).',
        content: { 'application/json': InferRequest, 'application/octet-stream': null },
      },
      answers: {
        200: {
          description: 'The outputs.',
          content: { 'application/json': null, 'application/octet-stream': null },
        },
      },
      problems: ['invalid-body', 'not-found', 'too-large', 'unsupported-media', 'overloaded'],
      handle: (request, response, values) => infer(service, find(values), request, response),
    })),
    {
      ...base,
      method: 'post',
      path: '/v2/repository/index',
      summary: 'Every model with its version and state',
      answers: json('Every model with its version and state'),
      problems: [],
      async handle(_request, response) {
        const state = service.isReady() ? 'READY' : 'UNAVAILABLE';
        const list = listV2Models(registry).map(({ name, model }) => ({
          name,
          version: model.version,
          state,
          reason: '',
        }));
        sendJson(response, list);
      },
    },
  ];
}
