import type { ServerResponse } from 'node:http';
import { exchangeOf } from '../observe/exchange.ts';

/** Header names and values in turn, as Node writes them without looking at each. */
export type FlatHeaders = (string | number)[];

/** The head of every file, which pages of other origins may show. More is pushed to it. */
export function fileHeaders(response: ServerResponse, type: string, cacheControl: string): FlatHeaders {
  return [
    'Content-Type',
    type,
    'Cache-Control',
    cacheControl,
    'X-Content-Type-Options',
    'nosniff',
    'Cross-Origin-Resource-Policy',
    'cross-origin',
    'X-Request-Id',
    exchangeOf(response).id,
  ];
}

/**
 * Ends an answer with a file, straight through Node: express's `send` would hash and inspect it again. To HEAD Node
 * sends the same head and keeps the file back.
 */
export function sendBytes(response: ServerResponse, headers: FlatHeaders, bytes: Uint8Array): void {
  if (response.destroyed) return;
  headers.push('Content-Length', bytes.length);
  response.writeHead(200, headers as string[]);
  response.end(bytes);
}

/** Ends an answer that says that the client's copy is still good. */
export function sendNotModified(response: ServerResponse, headers: FlatHeaders): void {
  response.writeHead(304, headers as string[]);
  response.end();
}

/** A small JSON document that nobody may keep. */
export function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'X-Request-Id': exchangeOf(response).id,
  });
  response.end(response.req.method === 'HEAD' ? undefined : text);
}
