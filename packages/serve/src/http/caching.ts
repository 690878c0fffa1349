import type { IncomingMessage } from 'node:http';
import * as z from 'zod';
import type { ServedModel } from '../models/registry.ts';
import { Problem } from './problem.ts';

/** `?version=` pins the model: only then may a picture be kept for ever. */
export const versionField = z
  .string()
  .regex(/^[0-9a-f]{12}$/)
  .optional()
  .meta({
    rule: 'a model version: 12 hexadecimal digits, as in X-Model-Version',
    description: 'The model version that must draw it. With a seed the answer is immutable.',
  });

/** @throws Problem 404 when another version is pinned than the one served */
export function checkVersion(model: ServedModel, pinned: string | undefined): void {
  if (pinned === undefined || pinned === model.version) return;
  throw new Problem(
    'version-not-served',
    `${model.name} is served in version ${model.version}; got version=${pinned}`,
  );
}

/**
 * Pinned seed and version: the same bytes for ever. A seed alone: the picture may change with the model, so it
 * is not stored, but its ETag lets a client that kept it ask. No seed: every answer is another picture.
 */
export function cacheControl(seed: number | undefined, version: string | undefined): string {
  return seed === undefined || version === undefined ? 'no-store' : 'public, max-age=31536000, immutable';
}

/** Does If-None-Match name what would be sent? */
export function notModified(request: IncomingMessage, etag: string | null): boolean {
  const wanted = request.headers['if-none-match'];
  if (wanted === undefined || etag === null) return false;
  // entity tags hold commas; they are told apart by their quotes
  const tags: string[] = wanted.match(/"[^"]*"/g) ?? [];
  return wanted === '*' || tags.includes(etag);
}
