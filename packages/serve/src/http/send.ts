import type { Response } from 'express';

/** Headers of every file that pages of other origins may show. */
const EVERY_FILE = { 'X-Content-Type-Options': 'nosniff', 'Cross-Origin-Resource-Policy': 'cross-origin' };

/** Straight to Node's response: express's `send` would hash the body for an ETag and look at its type again. */
export function sendBytes(
  response: Response,
  headers: Readonly<Record<string, string | number>>,
  bytes: Uint8Array,
): void {
  if (response.destroyed) return;
  response.writeHead(200, { ...headers, ...EVERY_FILE, 'Content-Length': bytes.length });
  response.end(bytes);
}

/** A small JSON document that nobody may keep. */
export function sendJson(response: Response, body: unknown, status = 200): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(response.req.method === 'HEAD' ? undefined : text);
}
