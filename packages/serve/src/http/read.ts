import type { IncomingMessage, ServerResponse } from 'node:http';
import { CONTINUOUS_INPUT, categoricals, uniforms, type LatentSpec } from '@infogan/contract';
import * as z from 'zod';
import type { ServedModel } from '../models/registry.ts';
import type { Reading } from '../pool/protocol.ts';
import type { Service } from '../service.ts';
import { mediaTypeOf, readBody } from './body.ts';
import type { Endpoint } from './endpoint.ts';
import { Problem } from './problem.ts';
import { sendJson } from './send.ts';

const UPLOAD_TYPES = ['image/png', 'image/jpeg', 'image/webp', 'application/octet-stream'];

/** What an upload may be, for the OpenAPI document. */
export const UPLOAD_BODY = {
  description: 'A picture of one character, dark on light or light on dark, any size.',
  content: Object.fromEntries(UPLOAD_TYPES.map((type) => [type, null])),
};

/** What was read, with names: labels' probabilities per category, and the codes. */
export interface NamedReading {
  readonly labels: Readonly<Record<string, string>>;
  readonly probabilities: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly codes: Readonly<Record<string, number>>;
}

/** Reads the upload of a request by a model's recognizer. */
export async function readRequest(
  service: Service,
  model: ServedModel,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Reading> {
  const type = mediaTypeOf(request);
  if (!UPLOAD_TYPES.includes(type)) {
    throw new Problem(
      'unsupported-media',
      `the body must be one of ${UPLOAD_TYPES.join(', ')}; got ${type || 'no type'}`,
    );
  }
  const file = await readBody(request, service.limits.maxBody);
  if (file.length === 0) throw new Problem('invalid-body', 'the body must be a picture; got nothing');
  const { maxPixels } = service.limits;
  return service.pool.run(model.key, 'read', { file: new Uint8Array(file), maxPixels }, response);
}

export function nameReading(spec: LatentSpec, { outputs }: Reading): NamedReading {
  const labels: Record<string, string> = {};
  const probabilities: Record<string, Record<string, number>> = {};
  for (const part of categoricals(spec)) {
    const row = outputs[part.name]!;
    labels[part.name] = part.labels[row.indexOf(Math.max(...row))]!;
    probabilities[part.name] = Object.fromEntries(part.labels.map((label, k) => [label, round(row[k]!)]));
  }
  const codes = Object.fromEntries(
    uniforms(spec).map(({ name }, k) => [name, round(outputs[CONTINUOUS_INPUT]![k]!)]),
  );
  return { labels, probabilities, codes };
}

function round(value: number): number {
  return Number(value.toFixed(5));
}

/** `POST /read`: an image → probabilities and codes. */
export function readEndpoint(service: Service, model: ServedModel): Endpoint {
  const { latent } = model.manifest;
  const answer = z.object({
    model: z.string(),
    version: z.string(),
    darkOnLight: z.boolean(),
    labels: z.record(z.string(), z.string()),
    probabilities: z.record(z.string(), z.record(z.string(), z.number())),
    codes: z.record(z.string(), z.number()),
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reading = await readRequest(service, model, request, response);
    sendJson(response, {
      model: model.name,
      version: model.version,
      darkOnLight: reading.darkOnLight,
      ...nameReading(latent, reading),
    });
  }

  return {
    method: 'post',
    path: '/read',
    tag: 'reading',
    summary: 'Reads a picture: what it shows, and its codes',
    query: {},
    body: UPLOAD_BODY,
    answers: {
      200: {
        description: 'Labels, probabilities and codes.',
        content: { 'application/json': answer },
      },
    },
    problems: [
      ...(['invalid-parameter', 'invalid-body', 'too-large', 'unsupported-media'] as const),
      ...(['unreadable-picture', 'overloaded'] as const),
    ],
    handle,
  };
}
