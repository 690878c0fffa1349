import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Asset } from '../models/directory.ts';
import { notModified } from './caching.ts';

/** Sends a file that is held in memory, compressed where it was worth it and the client takes it. */
export function sendAsset(request: IncomingMessage, response: ServerResponse, asset: Asset): void {
  const takesBrotli = /(?:^|,)\s*br\s*(?:,|;(?!\s*q=0(?:\.0*)?\s*(?:,|$))|$)/.test(
    request.headers['accept-encoding'] ?? '',
  );
  const compressed = takesBrotli ? asset.brotli : null;
  // a strong tag names bytes, and these are others (RFC 9110, 8.8.3)
  const etag = compressed === null ? asset.etag : asset.etag.replace(/"$/, '-br"');
  const headers: Record<string, string | number> = {
    'Content-Type': asset.type,
    'Cache-Control': 'no-cache',
    ETag: etag,
    Vary: 'Accept-Encoding',
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin',
  };
  if (notModified(request, etag)) return void response.writeHead(304, headers).end();
  if (compressed !== null) headers['Content-Encoding'] = 'br';
  const bytes = compressed ?? asset.bytes;
  response.writeHead(200, { ...headers, 'Content-Length': bytes.length });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}
