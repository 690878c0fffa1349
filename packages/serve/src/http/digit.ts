import type { Request, Response } from 'express';
import type { ServedModel } from '../models/registry.ts';
import { PLAIN_LOOK, type Format } from '../picture/paint.ts';
import type { Service } from '../service.ts';
import { cacheHeaders, notModified, versionField, checkVersion } from './caching.ts';
import { chosenCodes, codeFields, mainCode, namedCodes } from './codes.ts';
import type { Endpoint } from './endpoint.ts';
import { oneOf, requiredOneOf, seedField } from './fields.ts';
import { lookFields, lookOf } from './look.ts';
import { MEDIA_TYPES, negotiate } from './negotiate.ts';
import { ParameterReader, queryOf } from './query.ts';
import { sendBytes } from './send.ts';

const FORMATS = ['png', 'webp', 'jpeg', 'avif', 'raw', 'npy', 'json'] as const satisfies readonly Format[];

/** `GET /digit/7?c1=0.8&c2=-0.3&seed=1`: one picture. */
export function digitEndpoint(service: Service, model: ServedModel): Endpoint {
  const { manifest, version } = model;
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

  async function handle(request: Request, response: Response): Promise<void> {
    const labels = paramsReader.read(request.params);
    const values = queryReader.read(queryOf(request.url));
    checkVersion(model, values.version);
    const format = values.format ?? negotiate(request.headers.accept, FORMATS);
    const seed = values.seed ?? service.freshSeed();
    const look = lookOf(values, image.height);
    const chosen = chosenCodes(latent, { ...values, ...labels });
    const plain = look === PLAIN_LOOK && format === 'png';
    const headers = {
      'Content-Type': MEDIA_TYPES[format],
      'X-Seed': seed,
      'X-Model-Version': version,
      ...cacheHeaders(model, { seed: values.seed, version: values.version }, () =>
        [format, seed, ...Object.values(chosen), ...(plain ? [] : Object.values(look))].join(','),
      ),
      ...(values.format === undefined ? { Vary: 'Accept' } : {}),
    };
    if (notModified(request, headers)) return void response.writeHead(304, headers).end();
    if (request.method === 'HEAD') return void response.writeHead(200, headers).end();
    const row = { seed, chosen };
    const isGone = () => response.destroyed;
    const bytes = plain
      ? await service.pool.picture(model.key, row, isGone)
      : await service.pool.run(
          model.key,
          'paint',
          {
            rows: [row],
            paint: {
              format,
              look,
              layout: { kind: 'single' },
              note: { model: model.name, version, seed, codes: namedCodes(latent, chosen) },
            },
          },
          isGone,
        );
    sendBytes(response, headers, bytes);
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
