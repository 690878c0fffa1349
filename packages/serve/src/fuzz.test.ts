import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type ProblemBody, type TestServer } from './testing/server.ts';

/* Whatever is asked: never a 5xx, and every refusal is a document that says why. */

let server: TestServer;
let paths: string[];
beforeAll(async () => {
  server = await startTestServer({ adminToken: 'a-token-of-enough-length', maxPixels: 100_000 });
  const document = (await (await server.get('/openapi.json')).json()) as { paths: object };
  paths = Object.keys(document.paths);
});
afterAll(() => server.close());

/** Text that looks like a value, or like an attack. */
const value = fc.oneof(
  fc.constantFrom(
    '0',
    '1',
    '7',
    '9',
    '10',
    '-1',
    '2',
    '2.0001',
    '1e1',
    '1e999',
    'NaN',
    'Infinity',
    '-0',
    '',
    ' 1',
  ),
  fc.constantFrom(
    'true',
    'false',
    'png',
    'webp',
    'json',
    'npy',
    'c1',
    'digit',
    'seed',
    'fff',
    'transparent',
    'null',
  ),
  fc.constantFrom(
    '../../etc/passwd',
    '__proto__',
    'constructor',
    '%00',
    '\u0000',
    "' OR 1=1",
    '<script>',
    '💥',
  ),
  fc.double().map(String),
  fc.string({ maxLength: 12 }),
);
const name = fc.oneof(
  fc.constantFrom(
    'c1',
    'c2',
    'digit',
    'seed',
    'size',
    'scale',
    'format',
    'invert',
    'color',
    'background',
    'version',
  ),
  fc.constantFrom(
    'x',
    'y',
    'columns',
    'rows',
    'span',
    'gap',
    'code',
    'frames',
    'delay',
    '__proto__',
    'toString',
  ),
  fc.string({ maxLength: 6 }),
);
const query = fc
  .array(fc.tuple(name, value), { maxLength: 5 })
  .map((pairs) => pairs.map((pair) => pair.map(encodeURIComponent).join('=')).join('&'));
const body = fc.oneof(
  fc.jsonValue().map((json) => JSON.stringify(json)),
  fc.array(fc.dictionary(name, fc.jsonValue()), { maxLength: 4 }).map((json) => JSON.stringify(json)),
  fc.constantFrom(
    '[{}]',
    '[{"digit":7}]',
    '{"inputs":[{"name":"digit","shape":[1],"datatype":"INT64","data":[99]}]}',
    '{"inputs":[{"name":"image","shape":[1,1,28,28],"datatype":"FP32","parameters":{"binary_data_size":-4}}]}',
  ),
  fc.string(),
);
const type = fc.constantFrom('application/json', 'image/png', 'application/octet-stream', 'text/plain', 'x');

async function check(response: Response, what: string): Promise<void> {
  const text = await response.text();
  const context = `${what} → ${response.status} ${text.slice(0, 300)}`;
  expect(response.status, context).toBeLessThan(500);
  if (response.status < 400) return;
  if (what.includes('/v2')) return expect(JSON.parse(text), context).toHaveProperty('error');
  const problem = JSON.parse(text) as ProblemBody;
  expect(problem.status, context).toBe(response.status);
  expect(problem.detail.length, context).toBeGreaterThan(5);
}

test('any value of any parameter at any address', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), value, query, async (n, segment, text) => {
      const path = paths[n % paths.length]!.replace(/\{\w+\}/g, () => encodeURIComponent(segment) || 'x');
      const address = `${path}?${text}`;
      await check(await server.get(address), `GET ${address}`);
    }),
    { numRuns: 400 },
  );
});

test('any body of any type', { timeout: 60_000 }, async () => {
  const targets = ['/generate', '/generate?format=npy', '/read', '/restyle', '/admin/reload'];
  targets.push('/v2/models/digits/infer', '/v2/models/digits-recognizer/infer', '/v2/repository/index');
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...targets),
      body,
      type,
      fc.option(fc.integer()),
      async (path, text, kind, head) => {
        const headers: Record<string, string> = { 'Content-Type': kind };
        if (head !== null) headers['Inference-Header-Content-Length'] = String(head);
        const response = await server.get(path, { method: 'POST', body: text, headers });
        await check(response, `POST ${path} ${kind} ${text}`);
      },
    ),
    { numRuns: 300 },
  );
});
