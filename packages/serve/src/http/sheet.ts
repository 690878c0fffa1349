import type { IncomingMessage, ServerResponse } from 'node:http';
import { categoricals, uniforms, type LatentSpec } from '@infogan/contract';
import type { ServedModel } from '../models/registry.ts';
import type { Row } from '../pool/protocol.ts';
import { PLAIN_LOOK, type Format } from '../picture/paint.ts';
import type { Service } from '../service.ts';
import { cacheControl, checkVersion, notModified, versionField } from './caching.ts';
import { chosenCodes, codeFields, mainCode, namedCodes } from './codes.ts';
import type { Endpoint } from './endpoint.ts';
import { number, oneOf, seedField, wholeNumber } from './fields.ts';
import { lookFields, lookOf } from './look.ts';
import { MEDIA_TYPES, negotiate } from './negotiate.ts';
import { invalid } from './problem.ts';
import { ParameterReader, queryOf } from './query.ts';
import { fileHeaders, sendBytes, sendNotModified } from './send.ts';

const FORMATS = ['png', 'webp', 'jpeg', 'avif', 'json'] as const satisfies readonly Format[];
export const MOST_STEPS = 32;
/** Cells of a sheet are smaller than single pictures may be. */
const LARGEST_CELL = 128;
/** The axis that draws new noise. */
export const SEED = 'seed';

/** Axes that pictures can be laid out along: every code that can be chosen, and the seed. */
export function axesOf(spec: LatentSpec): string[] {
  return [SEED, ...spec.filter((part) => part.kind !== 'normal').map((part) => part.name)];
}

/** How far codes are swept when nothing is said: the range of training; no code accepts less. */
export function spanField(spec: LatentSpec) {
  const widest = Math.min(...uniforms(spec).map((part) => part.limit));
  return number(
    0,
    Number.isFinite(widest) ? widest : 1,
    'Codes on an axis run from -span to span; 1 when left out.',
  );
}

/** The values along an axis: all classes of a category, evenly spaced codes, or successive seeds. */
export function axisValues(
  spec: LatentSpec,
  axis: string,
  steps: number,
  span: number,
): ((row: Row) => Row)[] {
  const part = spec.find(({ name }) => name === axis);
  const categories = categoricals(spec).find(({ name }) => name === axis)?.labels.length ?? 0;
  const count = categories > 0 ? Math.min(categories, steps) : steps;
  return Array.from({ length: count }, (_, i) => (row: Row) => {
    if (part === undefined) return { ...row, seed: (row.seed + i) % 2 ** 32 };
    const value = categories > 0 ? i : count === 1 ? 0 : -span + (2 * span * i) / (count - 1);
    return { ...row, chosen: { ...row.chosen, [axis]: value } };
  });
}

/** `GET /sheet?x=c1&y=digit`: a grid over two axes. */
export function sheetEndpoint(service: Service, model: ServedModel): Endpoint {
  const { manifest, version, key } = model;
  const { latent, image } = manifest;
  const axes = axesOf(latent);
  const main = mainCode(latent)?.name;
  const defaults = { x: main === undefined ? axes.at(-1)! : SEED, y: main ?? SEED };
  const query = {
    x: oneOf(axes, `What changes from left to right; ${defaults.x} when left out.`),
    y: oneOf(axes, `What changes from top to bottom; ${defaults.y} when left out.`),
    columns: wholeNumber(
      1,
      MOST_STEPS,
      'Pictures in a row, at most the classes of a category; 10 when left out.',
    ),
    rows: wholeNumber(1, MOST_STEPS, 'Pictures in a column, likewise; 10 when left out.'),
    span: spanField(latent),
    gap: wholeNumber(0, 32, 'Pixels of paper between pictures; 2 when left out.'),
    seed: seedField,
    version: versionField,
    format: oneOf(FORMATS, 'File format; wins over Accept.'),
    ...lookFields(manifest, LARGEST_CELL),
    ...codeFields(manifest),
  };
  const reader = new ParameterReader(query);

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const values = reader.read(queryOf(request.url ?? ''));
    checkVersion(model, values.version);
    const format = values.format ?? negotiate(request.headers.accept, FORMATS);
    const [x, y] = [values.x ?? defaults.x, values.y ?? defaults.y];
    if (x === y) {
      throw invalid([{ parameter: 'y', in: 'query', rule: `another axis than x (${x})`, got: y }]);
    }
    const seed = values.seed ?? service.freshSeed();
    const chosen = chosenCodes(latent, values);
    const span = values.span ?? 1;
    const across = axisValues(latent, x, values.columns ?? 10, span);
    const down = axisValues(latent, y, values.rows ?? 10, span);
    const look = { ...PLAIN_LOOK, ...lookOf(values, image.height) };
    const layout = { kind: 'sheet' as const, columns: across.length, gap: values.gap ?? 2 };

    const caching = cacheControl(values.seed, values.version);
    const headers = fileHeaders(response, MEDIA_TYPES[format], caching);
    headers.push('X-Seed', seed, 'X-Model-Version', version);
    headers.push('Vary', 'Accept');
    if (values.seed !== undefined) {
      const told = [x, y, across.length, down.length, span, ...Object.values(chosen), ...Object.values(look)];
      const etag = `"${version}-sheet-${format},${seed},${layout.gap},${told.join(',')}"`;
      headers.push('ETag', etag);
      if (notModified(request, etag)) return sendNotModified(response, headers);
    }
    const rows = down.flatMap((moveDown) => across.map((move) => move(moveDown({ seed, chosen }))));
    const note = { model: model.name, version, seed, x, y, codes: namedCodes(latent, chosen) };
    const paint = { format, look, layout, note };
    sendBytes(response, headers, await service.pool.run(key, 'paint', { rows, paint }, response));
  }

  return {
    method: 'get',
    path: '/sheet',
    tag: 'pictures',
    summary: 'A grid of pictures over two axes',
    query,
    answers: {
      200: {
        description: 'The sheet, as one picture.',
        content: Object.fromEntries(FORMATS.map((format) => [MEDIA_TYPES[format], null])),
      },
      304: { description: 'The sheet that If-None-Match names is still the one.', content: {} },
    },
    problems: ['invalid-parameter', 'version-not-served', 'not-acceptable', 'overloaded'],
    handle,
  };
}
