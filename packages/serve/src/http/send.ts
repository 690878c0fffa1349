import type { ServerResponse } from 'node:http';
import { exchangeOf } from '../observe/exchange.ts';

/** Header names and values in turn, as Node writes them without looking at each. */
export type FlatHeaders = (string | number)[];

/** Headers of every file that pages of other origins may show. */
const EVERY_FILE = ['X-Content-Type-Options', 'nosniff', 'Cross-Origin-Resource-Policy', 'cross-origin'];

/**
 * Ends an answer with a file, straight through Node: express's `send` would hash and inspect it again. To HEAD Node
 * sends the same head and keeps the file back.
 */
export function sendBytes(response: ServerResponse, headers: FlatHeaders, bytes: Uint8Array): void {
  if (response.destroyed) return;
  headers.push(...EVERY_FILE, 'X-Request-Id', exchangeOf(response).id, 'Content-Length', bytes.length);
  response.writeHead(200, headers as string[]);
  response.end(bytes);
}

/** Ends an answer that says that the client's copy is still good. */
export function sendNotModified(response: ServerResponse, headers: FlatHeaders): void {
  headers.push(...EVERY_FILE, 'X-Request-Id', exchangeOf(response).id);
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
