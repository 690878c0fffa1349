import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

/** The headers that `packages/serve` sends with the page. */
const STRICT = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Content-Security-Policy':
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; img-src 'self' data: blob:; style-src 'self'; connect-src 'self' blob:; object-src 'none'; base-uri 'self'",
};

export interface StaticOptions {
  /** Directories searched in order for each path; `mounts` first, by their prefix. */
  readonly root: string;
  readonly mounts?: Readonly<Record<string, string>>;
  /** Answers made up on the spot, by path. */
  readonly answers?: Readonly<Record<string, string>>;
  /** Isolation and security headers as our server sends them; without: a bare static host. */
  readonly strict?: boolean;
}

export interface StaticSite {
  readonly url: string;
  /** Bytes sent per path since the start. */
  readonly sent: Map<string, number>;
  close(): Promise<void>;
}

/** Any static host: files, precompressed where that is on disk and accepted, nothing else. */
export async function serveStatic(options: StaticOptions): Promise<StaticSite> {
  const sent = new Map<string, number>();
  const server = createServer((request, response) => respond(options, sent, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    sent,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function respond(
  { root, mounts = {}, answers = {}, strict = true }: StaticOptions,
  sent: Map<string, number>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname));
  const name = path.endsWith('/') ? `${path}index.html` : path;
  const type = TYPES[extname(name)] ?? 'application/octet-stream';
  const headers = { 'Content-Type': type, 'Cache-Control': 'no-cache', ...(strict ? STRICT : {}) };
  const answer = answers[path];
  if (answer !== undefined) {
    sent.set(path, (sent.get(path) ?? 0) + answer.length);
    response.writeHead(200, headers).end(answer);
    return;
  }
  const mount = Object.entries(mounts).find(([prefix]) => name.startsWith(prefix));
  const file = mount === undefined ? join(root, name) : join(mount[1], name.slice(mount[0].length));
  if (!existsSync(file) || !statSync(file).isFile()) {
    response.writeHead(404, headers).end('not found');
    return;
  }
  const packed = (request.headers['accept-encoding'] ?? '').includes('br') && existsSync(`${file}.br`);
  const body = packed ? `${file}.br` : file;
  const bytes = statSync(body).size;
  sent.set(path, (sent.get(path) ?? 0) + bytes);
  response.writeHead(200, {
    ...headers,
    'Content-Length': bytes,
    ...(packed ? { 'Content-Encoding': 'br' } : {}),
  });
  createReadStream(body).pipe(response);
}
