import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from './testing/server.ts';

const SCRIPT = 'console.log("hello");'.repeat(50);
let server: TestServer;
let dist: string;
beforeAll(async () => {
  dist = await mkdtemp(join(tmpdir(), 'dist-'));
  await mkdir(join(dist, 'assets'));
  await mkdir(join(dist, 'models', 'digits'), { recursive: true });
  await writeFile(join(dist, 'index.html'), '<!doctype html><title>page</title>');
  await writeFile(join(dist, 'models.json'), '{"from":"the build"}');
  await writeFile(join(dist, 'models', 'digits', 'extra.txt'), 'not in any manifest');
  const script = join(dist, 'assets', 'index-abc123.js');
  await writeFile(script, SCRIPT);
  await writeFile(`${script}.br`, brotliCompressSync(SCRIPT));
  await writeFile(`${script}.gz`, gzipSync(SCRIPT));
  server = await startTestServer({ playground: dist });
});
afterAll(async () => {
  await server.close();
  await rm(dist, { recursive: true });
});

test('the page is served isolated and is looked for again each time', async () => {
  const page = await server.get('/');
  expect(await page.text()).toContain('<title>page</title>');
  expect(page.headers.get('cache-control')).toBe('no-cache');
  expect(page.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
});

test.each(['br', 'gzip', 'identity'])('hashed assets are kept for ever, and sent as %s', async (encoding) => {
  const file = await server.get('/assets/index-abc123.js', { headers: { 'Accept-Encoding': encoding } });
  expect(file.headers.get('content-type')).toContain('text/javascript');
  expect(file.headers.get('content-encoding') ?? 'identity').toBe(encoding);
  expect(file.headers.get('cache-control')).toContain('immutable');
  expect(await file.text()).toBe(SCRIPT);
});

test('models come from the service alone, whatever the build holds', async () => {
  expect(await (await server.get('/models.json')).json()).toMatchObject({ default: 'digits' });
  expect((await server.get('/models/digits/extra.txt')).status).toBe(404);
  expect((await server.get('/models/other/extra.txt')).status).toBe(404);
});
