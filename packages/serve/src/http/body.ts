import type { IncomingMessage } from 'node:http';
import { Problem } from './problem.ts';

/** The media type of the body, lower case, without parameters. */
export function mediaTypeOf(request: IncomingMessage): string {
  return (request.headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase();
}

/**
 * Reads a body, at most `limit` bytes of it.
 * @throws Problem 413 as soon as it is clear that it is longer; 415 for a compressed one (a bomb's other door)
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    throw new Problem(
      'unsupported-media',
      `the body must be sent uncompressed; got Content-Encoding ${encoding}`,
    );
  }
  const tooLong = (length: number | string) =>
    new Problem('too-large', `the body may have at most ${limit} bytes; got ${length}`);
  const announced = request.headers['content-length'];
  if (Number(announced ?? 0) > limit) throw tooLong(announced!);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw tooLong(`more than ${limit}`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Reads a JSON body. */
export async function readJson(request: IncomingMessage, limit: number): Promise<unknown> {
  const type = mediaTypeOf(request);
  if (type !== 'application/json') {
    throw new Problem('unsupported-media', `the body must be application/json; got ${type || 'no type'}`);
  }
  return parseJson(await readBody(request, limit));
}

/** @throws Problem 400 when the bytes are no JSON */
export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new Problem('invalid-body', `the body must be JSON: ${(error as Error).message.slice(0, 200)}`);
  }
}
