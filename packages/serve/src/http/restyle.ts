import type { IncomingMessage, ServerResponse } from 'node:http';
import { categoricals, uniforms, type Manifest } from '@infogan/contract';
import type { ServedModel } from '../models/registry.ts';
import type { Row } from '../pool/protocol.ts';
import type { Format } from '../picture/paint.ts';
import type { Service } from '../service.ts';
import { chosenCodes, codeFields, namedCodes } from './codes.ts';
import type { Endpoint } from './endpoint.ts';
import { change, oneOf } from './fields.ts';
import { lookFields, lookOf } from './look.ts';
import { MEDIA_TYPES, negotiate } from './negotiate.ts';
import { ParameterReader, queryOf } from './query.ts';
import { UPLOAD_BODY, nameReading, readRequest, type NamedReading } from './read.ts';
import { fileHeaders, sendBytes } from './send.ts';

const FORMATS = ['png', 'webp', 'jpeg', 'avif', 'raw', 'npy', 'json'] as const satisfies readonly Format[];
/** Handwritings among which the one nearest to the upload is looked for; the recognizer does not read noise. */
const CANDIDATES = 128;

/** `POST /restyle?c2=+0.5`: the picture read, then drawn again with changed codes. */
export function restyleEndpoint(service: Service, model: ServedModel): Endpoint {
  const { manifest, version, key } = model;
  const { latent, image } = manifest;
  const query = {
    format: oneOf(FORMATS, 'File format; wins over Accept.'),
    ...lookFields(manifest),
    ...codeFields(
      manifest,
      uniforms(latent).map(({ name }) => name),
    ),
    ...Object.fromEntries(
      uniforms(latent).map(({ name, limit }) => [
        name,
        change(2 * limit, `Added to the ${name} that was read.`),
      ]),
    ),
  };
  const queryReader = new ParameterReader(query);

  /** The seed whose picture with the codes that were read comes nearest to the upload. */
  async function nearestSeed(codes: Row['chosen'], framed: Float32Array, client: ServerResponse) {
    const rows = Array.from({ length: CANDIDATES }, (_, seed) => ({ seed, chosen: codes }));
    const ink = await service.pool.run(key, 'floats', { rows }, client);
    let [best, least] = [0, Infinity];
    for (const { seed } of rows) {
      let distance = 0;
      framed.forEach((value, p) => (distance += (ink[seed * framed.length + p]! - value) ** 2));
      if (distance < least) [best, least] = [seed, distance];
    }
    return best;
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const values = queryReader.read(queryOf(request.url ?? ''));
    const format = values.format ?? negotiate(request.headers.accept, FORMATS);
    const reading = await readRequest(service, model, request, response);
    const read = nameReading(latent, reading);
    const seen = chosenCodes(latent, { ...read.labels, ...clamped(manifest, read.codes) });
    const seed = await nearestSeed(seen, reading.framed, response);
    const drawn = restyled(manifest, read, values);
    const row = { seed, chosen: chosenCodes(latent, drawn) };
    const codes = namedCodes(latent, row.chosen);
    const note = { model: model.name, version, seed, read: { ...read.labels, ...read.codes }, codes };
    const paint = { format, look: lookOf(values, image.height), layout: { kind: 'single' as const }, note };
    const bytes = await service.pool.run(key, 'paint', { rows: [row], paint }, response);
    const told = Object.entries(codes).map(([name, value]) => `${name}=${value}`);
    const headers = fileHeaders(response, MEDIA_TYPES[format], 'no-store');
    headers.push('Vary', 'Accept', 'X-Seed', seed, 'X-Model-Version', version);
    headers.push('X-Codes', told.join('; ').replaceAll(/[^\x20-\x7e]/g, '?'));
    sendBytes(response, headers, bytes);
  }

  return {
    method: 'post',
    path: '/restyle',
    tag: 'reading',
    summary: 'Reads a picture and draws it again with changed codes',
    query,
    body: UPLOAD_BODY,
    answers: {
      200: {
        description: 'The picture drawn again, in the nearest handwriting that the generator has.',
        content: Object.fromEntries(FORMATS.map((format) => [MEDIA_TYPES[format], null])),
        headers: { 'X-Codes': 'The codes it was drawn with.', 'X-Seed': 'The handwriting.' },
      },
    },
    problems: [
      ...(['invalid-parameter', 'invalid-body', 'not-acceptable', 'too-large'] as const),
      ...(['unsupported-media', 'unreadable-picture', 'overloaded'] as const),
    ],
    handle,
  };
}

/** Labels that were read unless others are asked for; codes that were read plus the changes asked for. */
function restyled(manifest: Manifest, read: NamedReading, asked: Readonly<Record<string, unknown>>) {
  const labels = categoricals(manifest.latent).map(({ name }) => [name, asked[name] ?? read.labels[name]]);
  const codes = uniforms(manifest.latent).map(({ name }) => [
    name,
    read.codes[name]! + ((asked[name] as number | undefined) ?? 0),
  ]);
  return { ...Object.fromEntries(labels), ...clamped(manifest, Object.fromEntries(codes)) };
}

/** Codes inside the range that the generator takes. */
function clamped({ latent }: Manifest, codes: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(
    uniforms(latent).map(({ name, limit }) => [name, Math.min(limit, Math.max(-limit, codes[name]!))]),
  );
}
