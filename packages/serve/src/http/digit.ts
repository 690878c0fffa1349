import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServedModel } from '../models/registry.ts';
import { exchangeOf } from '../observe/exchange.ts';
import { PLAIN_LOOK, type Format } from '../picture/paint.ts';
import type { Service } from '../service.ts';
import { cacheControl, checkVersion, notModified, versionField } from './caching.ts';
import { chosenCodes, codeFields, mainCode, namedCodes } from './codes.ts';
import type { Endpoint, PathValues } from './endpoint.ts';
import { oneOf, requiredOneOf, seedField } from './fields.ts';
import { lookFields, lookOf } from './look.ts';
import { MEDIA_TYPES, negotiate } from './negotiate.ts';
import { ParameterReader } from './query.ts';
import { fileHeaders, sendBytes, sendNotModified } from './send.ts';

const FORMATS = ['png', 'webp', 'jpeg', 'avif', 'raw', 'npy', 'json'] as const satisfies readonly Format[];

/** `GET /digit/7?c1=0.8&c2=-0.3&seed=1`: one picture. */
export function digitEndpoint(service: Service, model: ServedModel): Endpoint {
  const { manifest, version, key } = model;
  const { latent, image } = manifest;
  const main = mainCode(latent);
  const path = main === null ? '/picture' : `/${main.name}/{${main.name}}`;
  const params = main === null ? {} : { [main.name]: requiredOneOf(main.labels, `The ${main.name}.`) };
  const query = {
    seed: seedField,
    version: versionField,
    format: oneOf(FORMATS, 'File format; wins over Accept. raw: bytes; npy, json: numbers from 0 to 1.'),
    ...lookFields(manifest),
    ...codeFields(manifest, main === null ? [] : [main.name]),
  };
  const paramsReader = new ParameterReader(params, 'path');
  const queryReader = new ParameterReader(query);

  async function handle(request: IncomingMessage, response: ServerResponse, segments: PathValues) {
    exchangeOf(response).route = path;
    const known = main === null || main.labels.includes(segments[main.name]!);
    const labels = known ? segments : paramsReader.read(segments);
    const values = queryReader.readQuery(request.url ?? '');
    checkVersion(model, values.version);
    const format = values.format ?? negotiate(request.headers.accept, FORMATS);
    const seed = values.seed ?? service.freshSeed();
    const look = lookOf(values, image.height);
    const chosen = chosenCodes(latent, values, labels);
    const plain = look === PLAIN_LOOK && format === 'png';

    const caching = cacheControl(values.seed, values.version);
    const headers = fileHeaders(response, MEDIA_TYPES[format], caching);
    headers.push('X-Seed', seed, 'X-Model-Version', version);
    if (values.format === undefined) headers.push('Vary', 'Accept');
    if (values.seed !== undefined) {
      const shown = plain ? '' : `,${Object.values(look).join(',')}`;
      const etag = `"${version}-${format},${seed},${Object.values(chosen).join(',')}${shown}"`;
      headers.push('ETag', etag);
      if (notModified(request, etag)) return sendNotModified(response, headers);
    }

    const row = { seed, chosen };
    if (plain) return sendBytes(response, headers, await service.pool.picture(key, row, response));
    const note = { model: model.name, version, seed, codes: namedCodes(latent, chosen) };
    const paint = { format, look, layout: { kind: 'single' as const }, note };
    sendBytes(response, headers, await service.pool.run(key, 'paint', { rows: [row], paint }, response));
  }

  return {
    method: 'get',
    path,
    tag: 'pictures',
    summary: main === null ? 'One picture' : `A picture of a chosen ${main.name}`,
    params,
    query,
    answers: {
      200: {
        description: 'The picture, ink on paper.',
        content: Object.fromEntries(FORMATS.map((format) => [MEDIA_TYPES[format], null])),
        headers: {
          'X-Seed': 'The seed of the noise that was used.',
          'X-Model-Version': 'The version of the model that drew it.',
          ETag: 'Present when a seed was given.',
        },
      },
      304: { description: 'The picture that If-None-Match names is still the one.', content: {} },
    },
    problems: ['invalid-parameter', 'version-not-served', 'not-acceptable', 'overloaded'],
    handle,
  };
}
