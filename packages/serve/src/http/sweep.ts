import type { IncomingMessage, ServerResponse } from 'node:http';
import { uniforms } from '@infogan/contract';
import type { ServedModel } from '../models/registry.ts';
import type { Service } from '../service.ts';
import { cacheControl, checkVersion, notModified, versionField } from './caching.ts';
import { chosenCodes, codeFields, mainCode } from './codes.ts';
import type { Endpoint, PathValues } from './endpoint.ts';
import { oneOf, requiredOneOf, seedField, wholeNumber } from './fields.ts';
import { lookFields, lookOf } from './look.ts';
import { MEDIA_TYPES, negotiate } from './negotiate.ts';
import { ParameterReader, queryOf } from './query.ts';
import { fileHeaders, sendBytes, sendNotModified } from './send.ts';
import { axisValues, spanField } from './sheet.ts';

const FORMATS = ['webp', 'gif', 'png'] as const;
const LARGEST_FRAME = 512;

/** `GET /digit/7/sweep?code=c1`: one code running there and back, animated; as PNG a strip. */
export function sweepEndpoint(service: Service, model: ServedModel): Endpoint {
  const { manifest, version, key } = model;
  const { latent, image } = manifest;
  const main = mainCode(latent);
  const codes = uniforms(latent).map(({ name }) => name);
  const path = main === null ? '/picture/sweep' : `/${main.name}/{${main.name}}/sweep`;
  const params = main === null ? {} : { [main.name]: requiredOneOf(main.labels, `The ${main.name}.`) };
  const query = {
    code: oneOf(codes, `The code that runs; ${codes[0]} when left out.`),
    frames: wholeNumber(2, 64, 'Pictures from one end to the other; 16 when left out.'),
    delay: wholeNumber(20, 2000, 'Milliseconds a frame; 60 when left out.'),
    span: spanField(latent),
    seed: seedField,
    version: versionField,
    format: oneOf(FORMATS, 'webp or gif: animated, there and back; png: a strip. Wins over Accept.'),
    ...lookFields(manifest, LARGEST_FRAME),
    ...codeFields(manifest, main === null ? [] : [main.name]),
  };
  const paramsReader = new ParameterReader(params, 'path');
  const reader = new ParameterReader(query);

  async function handle(
    request: IncomingMessage,
    response: ServerResponse,
    segments: PathValues,
  ): Promise<void> {
    const labels = paramsReader.read(segments);
    const values = reader.read(queryOf(request.url ?? ''));
    checkVersion(model, values.version);
    const format = values.format ?? negotiate(request.headers.accept, FORMATS);
    const seed = values.seed ?? service.freshSeed();
    const chosen = chosenCodes(latent, values, labels);
    const look = lookOf(values, image.height);
    const [code, frames, delay, span] = [
      values.code ?? codes[0]!,
      values.frames ?? 16,
      values.delay ?? 60,
      values.span ?? 1,
    ];
    const caching = cacheControl(values.seed, values.version);
    const headers = fileHeaders(response, MEDIA_TYPES[format], caching);
    headers.push('X-Seed', seed, 'X-Model-Version', version);
    headers.push('Vary', 'Accept');
    if (values.seed !== undefined) {
      const told = [code, frames, delay, span, ...Object.values(chosen), ...Object.values(look)];
      const etag = `"${version}-sweep-${format},${seed},${told.join(',')}"`;
      headers.push('ETag', etag);
      if (notModified(request, etag)) return sendNotModified(response, headers);
    }
    const forward = axisValues(latent, code, frames, span).map((move) => move({ seed, chosen }));
    const animated = format !== 'png';
    // back again without showing either end twice
    const rows = animated ? [...forward, ...forward.slice(1, -1).toReversed()] : forward;
    const layout = animated
      ? ({ kind: 'animation', delay } as const)
      : ({ kind: 'sheet', columns: frames, gap: 0 } as const);
    const paint = { format, look, layout, note: {} };
    sendBytes(response, headers, await service.pool.run(key, 'paint', { rows, paint }, response));
  }

  return {
    method: 'get',
    path,
    tag: 'pictures',
    summary: 'One code running from end to end, animated or as a strip',
    params,
    query,
    answers: {
      200: {
        description: 'The animation, or the strip.',
        content: Object.fromEntries(FORMATS.map((format) => [MEDIA_TYPES[format], null])),
      },
      304: { description: 'What If-None-Match names is still the one.', content: {} },
    },
    problems: ['invalid-parameter', 'version-not-served', 'not-acceptable', 'overloaded'],
    handle,
  };
}
