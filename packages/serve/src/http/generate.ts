import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { categoricals, uniforms, type Manifest } from '@infogan/contract';
import { Zip, ZipPassThrough } from 'fflate'; // fflate: zip files written as they grow, without dependencies
import * as z from 'zod';
import type { ServedModel } from '../models/registry.ts';
import { exchangeOf } from '../observe/exchange.ts';
import { npyHead } from '../picture/npy.ts';
import type { Row } from '../pool/protocol.ts';
import type { Service } from '../service.ts';
import { readJson } from './body.ts';
import { chosenCodes, namedCodes } from './codes.ts';
import type { Endpoint } from './endpoint.ts';
import { oneOf } from './fields.ts';
import { lookFields, lookOf } from './look.ts';
import { MEDIA_TYPES, negotiate } from './negotiate.ts';
import { invalid } from './problem.ts';
import { ParameterReader, queryOf } from './query.ts';
import { fileHeaders, sendBytes } from './send.ts';

const FORMATS = ['zip', 'png', 'npy', 'json'] as const;
export const MOST_PICTURES = 1024;
/** Pictures asked of a worker at once: the first bytes leave early, and other requests get their turn between. */
const CHUNK = 64;

/** One element of the list: a value per code, all optional, and the seed. */
function latentSchema({ latent }: Manifest) {
  const shape: Record<string, z.ZodType> = {
    seed: z
      .int()
      .min(0)
      .max(2 ** 32 - 1)
      .optional(),
  };
  for (const { name, labels } of categoricals(latent)) {
    // 7 or "7": a label that looks like a number may be sent as one
    const numbers = labels.map(Number).filter((value) => labels.includes(String(value)));
    const label = z.enum(labels);
    shape[name] = (numbers.length > 0 ? z.union([label, z.literal(numbers)]) : label).optional();
  }
  for (const { name, limit } of uniforms(latent)) shape[name] = z.number().min(-limit).max(limit).optional();
  return z.strictObject(shape);
}

/** Where in the body: `[3].c1`. */
function bodyPath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'body';
  return path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
}

/** `POST /generate`: up to 1,024 latents → zip of PNGs, sprite sheet, npy or JSON. */
export function generateEndpoint(service: Service, model: ServedModel): Endpoint {
  const { manifest, version, key } = model;
  const { latent, image } = manifest;
  const { size: _size, scale: _scale, ...colors } = lookFields(manifest);
  const query = {
    format: oneOf(FORMATS, 'zip of PNG files, png sprite sheet, npy or json; wins over Accept.'),
    ...colors,
  };
  const queryReader = new ParameterReader(query);
  const bodySchema = z.array(latentSchema(manifest)).min(1).max(MOST_PICTURES);

  function readRows(body: unknown): Row[] {
    const result = bodySchema.safeParse(body);
    if (result.success) {
      return result.data.map((values) => ({
        seed: (values['seed'] as number | undefined) ?? service.freshSeed(),
        chosen: chosenCodes(latent, values),
      }));
    }
    throw invalid(
      result.error.issues.slice(0, 10).map(({ path, message }) => ({
        parameter: bodyPath(path),
        in: 'body',
        rule: `as in a list of 1 to ${MOST_PICTURES} latents: ${message}`,
        got:
          path.reduce<unknown>((value, step) => (value as Record<PropertyKey, unknown>)?.[step], body) ??
          null,
      })),
    );
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const values = queryReader.read(queryOf(request.url ?? ''));
    const format = values.format ?? negotiate(request.headers.accept, FORMATS);
    const rows = readRows(await readJson(request, service.limits.maxBody));
    if (format === 'png') {
      const columns = Math.ceil(Math.sqrt(rows.length));
      const look = lookOf(values, image.height);
      const layout = { kind: 'sheet' as const, columns, gap: 0 };
      const paint = { format, look, layout, note: {} };
      const bytes = await service.pool.run(key, 'paint', { rows, paint }, response);
      const headers = fileHeaders(response, MEDIA_TYPES.png, 'no-store');
      headers.push('X-Model-Version', version, 'X-Columns', columns);
      return sendBytes(response, headers, bytes);
    }
    // the first chunk is made before the head is sent: a service that is busy can still say so
    const chunks = format === 'zip' ? zipChunks(rows, response) : numberChunks(rows, format, response);
    const first = await chunks.next();
    response.writeHead(200, {
      'Content-Type': MEDIA_TYPES[format],
      'Cache-Control': 'no-store',
      'X-Model-Version': version,
      'X-Content-Type-Options': 'nosniff',
      'X-Request-Id': exchangeOf(response).id,
    });
    async function* all() {
      for (let chunk = first; !chunk.done; chunk = await chunks.next()) yield chunk.value;
    }
    // waits where the client reads slowly, stops where it leaves
    await pipeline(Readable.from(all()), response).catch((error: unknown) => {
      if (!response.destroyed) throw error;
    });
  }

  async function* zipChunks(rows: readonly Row[], client: ServerResponse): AsyncGenerator<Uint8Array> {
    const ready: Uint8Array[] = [];
    const zip = new Zip((error, bytes) => {
      if (error) throw error;
      ready.push(bytes);
    });
    for (let start = 0; start < rows.length; start += CHUNK) {
      const part = rows.slice(start, start + CHUNK);
      const files = await service.pool.pictures(key, part, client);
      files.forEach((file, i) => {
        const entry = new ZipPassThrough(fileName(start + i, part[i]!));
        zip.add(entry);
        entry.push(file, true);
      });
      if (start + CHUNK >= rows.length) zip.end();
      yield Buffer.concat(ready.splice(0));
    }
  }

  function fileName(index: number, { seed, chosen }: Row): string {
    const codes = Object.entries(namedCodes(latent, chosen)).map(([name, value]) => `${name}=${value}`);
    const name = [...codes, `seed=${seed}`].join('_').replaceAll(/[^\w=.-]/g, '-');
    return `${String(index).padStart(4, '0')}_${name}.png`;
  }

  async function* numberChunks(
    rows: readonly Row[],
    format: 'npy' | 'json',
    client: ServerResponse,
  ): AsyncGenerator<Uint8Array> {
    const size = image.channels * image.height * image.width;
    const shape = [image.channels, image.height, image.width];
    for (let start = 0; start < rows.length; start += CHUNK) {
      const part = rows.slice(start, start + CHUNK);
      const ink = await service.pool.run(key, 'floats', { rows: part }, client);
      if (format === 'npy') {
        const bytes = Buffer.from(ink.buffer, ink.byteOffset, ink.byteLength);
        yield start === 0 ? Buffer.concat([npyHead([rows.length, ...shape]), bytes]) : bytes;
        continue;
      }
      const items = part.map(({ seed, chosen }, i) => {
        const pixels = Array.from(ink.subarray(i * size, (i + 1) * size), (value) =>
          Number(value.toFixed(4)),
        );
        return JSON.stringify({ seed, ...namedCodes(latent, chosen), pixels });
      });
      const head = JSON.stringify({ model: model.name, version, shape }).slice(0, -1);
      const before = start === 0 ? `${head},"images":[` : ',';
      yield Buffer.from(before + items.join(',') + (start + CHUNK >= rows.length ? ']}' : ''));
    }
  }

  return {
    method: 'post',
    path: '/generate',
    tag: 'pictures',
    summary: `Up to ${MOST_PICTURES} pictures at once, streamed`,
    query,
    body: {
      description: 'A list of latents; what is left out of one is 0, the first label, a fresh seed.',
      content: { 'application/json': bodySchema },
    },
    answers: {
      200: {
        description: 'The pictures, in the order of the list.',
        content: Object.fromEntries(FORMATS.map((format) => [MEDIA_TYPES[format], null])),
      },
    },
    problems: [
      ...(['invalid-parameter', 'invalid-body', 'not-acceptable', 'too-large'] as const),
      ...(['unsupported-media', 'overloaded'] as const),
    ],
    handle,
  };
}
