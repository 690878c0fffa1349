import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import express, { type Router } from 'express';
import { exchangeOf } from '../observe/exchange.ts';
import { sendJson } from './send.ts';

// swagger-ui-dist: the page that API users expect, served from here and not from a CDN
const ASSETS = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const FILES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>infogan-kit API</title>
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <link rel="stylesheet" href="docs/swagger-ui.css" />
    <link rel="icon" href="docs/favicon-32x32.png" />
  </head>
  <body>
    <div id="docs"></div>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`;
const START = `SwaggerUIBundle({ url: 'openapi.json', dom_id: '#docs', deepLinking: true });\n`;

/** `/openapi.json` and the page that browses it. `document` is asked anew: a reload may change the parameters. */
export function docsRoutes(document: () => unknown): Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  router.use(['/docs', '/openapi.json'], (_request, response, next) => {
    exchangeOf(response).route = '/docs';
    next();
  });
  router.get('/openapi.json', (_request, response) => sendJson(response, document()));
  router.get('/docs', (_request, response) => void response.type('html').send(PAGE));
  router.get('/docs/start.js', (_request, response) => void response.type('js').send(START));
  for (const file of FILES) {
    router.get(`/docs/${file}`, (_request, response) =>
      response.sendFile(file, { root: ASSETS, maxAge: '1d' }),
    );
  }
  return router;
}
