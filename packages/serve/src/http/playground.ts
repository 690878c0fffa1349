import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import helmet from 'helmet'; // helmet: keeps the security headers of pages in step with browsers
import { exchangeOf } from '../observe/exchange.ts';
import { contentType } from './content-type.ts';

const NOT_BUILT =
  'The playground is not built yet: run `pnpm build` in the repository, then reload this page.\n';

/** The built playground at `/`, isolated so that its wasm threads may share memory. */
export function playgroundRoutes(directory: string): Router {
  const router = express.Router();
  router.use((_request, response, next) => {
    exchangeOf(response).route = '/{page}';
    next();
  });
  router.use((request, response, next) => precompressed(directory, request, response, next));
  router.use(
    express.static(directory, {
      setHeaders: (response, path) =>
        response.setHeader('Cache-Control', cacheRule(path.slice(directory.length))),
    }),
  );
  router.get('/', (_request, response, next) => {
    if (existsSync(join(directory, 'index.html'))) return next();
    response.status(503).type('text/plain').send(NOT_BUILT);
  });
  return router;
}

/** Headers of pages: a policy that lets wasm and its workers run, and cross-origin isolation. */
export function pageHeaders() {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: true,
      directives: {
        'default-src': ["'self'"],
        'script-src': ["'self'", "'wasm-unsafe-eval'"],
        'worker-src': ["'self'", 'blob:'],
        'connect-src': ["'self'", 'blob:', 'data:'],
        'img-src': ["'self'", 'data:', 'blob:'],
        'style-src': ["'self'", "'unsafe-inline'"],
        // plain http on a laptop is how most people meet it
        'upgrade-insecure-requests': null,
      },
    },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginEmbedderPolicy: { policy: 'require-corp' },
    strictTransportSecurity: false,
  });
}

/** Vite puts a hash into the names under /assets/. */
function cacheRule(path: string): string {
  return path.replaceAll('\\', '/').startsWith('/assets/')
    ? 'public, max-age=31536000, immutable'
    : 'no-cache';
}

const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/** Sends `x.br` or `x.gz`, made by the build, in place of `x` to clients that take it. */
function precompressed(directory: string, request: Request, response: Response, next: NextFunction): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') return next();
  const path = request.path === '/' ? '/index.html' : request.path;
  const accepted = request.acceptsEncodings();
  for (const [name, ending] of ENCODINGS) {
    // express.static's own rules (no dotfiles, nothing outside the root) hold in `sendFile` with a root
    if (!accepted.includes(name) || !isPlainPath(path) || !existsSync(join(directory, path + ending)))
      continue;
    response.setHeader('Content-Encoding', name);
    response.setHeader('Content-Type', contentType(path));
    response.setHeader('Vary', 'Accept-Encoding');
    response.setHeader('Cache-Control', cacheRule(path));
    response.sendFile(path.slice(1) + ending, { root: directory, cacheControl: false }, (error) => {
      if (error && !response.headersSent) next(error);
    });
    return;
  }
  next();
}

function isPlainPath(path: string): boolean {
  return /^(?:\/[\w-][\w.-]*)+$/.test(path);
}
