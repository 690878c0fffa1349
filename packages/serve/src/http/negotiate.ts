import type { Format } from '../picture/paint.ts';
import { Problem } from './problem.ts';

/** Media types of the formats, cheapest to make first: that is the server's preference between equals. */
export const MEDIA_TYPES: Readonly<Record<Format | 'zip', string>> = {
  png: 'image/png',
  webp: 'image/webp',
  jpeg: 'image/jpeg',
  avif: 'image/avif',
  gif: 'image/gif',
  raw: 'application/octet-stream',
  npy: 'application/x-npy',
  json: 'application/json',
  zip: 'application/zip',
};

/**
 * The format for an Accept header: highest quality first, and between equals the first of `offered`. (Browsers
 * list AVIF at the same quality as everything else; it costs a hundred times as much to make as PNG.)
 * @throws Problem 406 when none of `offered` is accepted
 */
export function negotiate<F extends Format | 'zip'>(accept: string | undefined, offered: readonly F[]): F {
  if (accept === undefined || accept === '*/*') return offered[0]!;
  const ranges = accept.split(',', 50).map(parseRange);
  let best: F | null = null;
  let bestQuality = 0;
  for (const format of offered) {
    const quality = qualityOf(MEDIA_TYPES[format], ranges);
    if (quality <= bestQuality) continue;
    [best, bestQuality] = [format, quality];
  }
  if (best !== null) return best;
  const types = offered.map((format) => MEDIA_TYPES[format]).join(', ');
  throw new Problem('not-acceptable', `Accept must allow one of ${types}; got ${accept.slice(0, 100)}`);
}

interface MediaRange {
  readonly type: string;
  readonly quality: number;
}

function parseRange(text: string): MediaRange {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const q = parameters.find((parameter) => parameter.startsWith('q='));
  const quality = q === undefined ? 1 : Number(q.slice(2));
  return { type, quality: quality >= 0 && quality <= 1 ? quality : 0 };
}

/** The most specific range that matches decides (RFC 9110, 12.5.1). */
function qualityOf(type: string, ranges: readonly MediaRange[]): number {
  const family = `${type.slice(0, type.indexOf('/'))}/*`;
  for (const wanted of [type, family, '*/*']) {
    const range = ranges.find((candidate) => candidate.type === wanted);
    if (range !== undefined) return range.quality;
  }
  return 0;
}
