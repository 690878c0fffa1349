import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { categorical, normal, uniform } from '@infogan/contract';
import { startServer } from '@infogan/serve';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fixtureDirectory, post, startTestServer, type TestServer } from './testing/server.ts';

describe('one server', () => {
  let server: TestServer;
  const lines: string[] = [];
  beforeAll(async () => {
    const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
    server = await startTestServer({ log, workers: 2, playground: '/nowhere' });
  });
  afterAll(() => server.close());

  test('is alive and ready, and says how to build the playground that is not there', async () => {
    expect((await server.get('/healthz')).status).toBe(200);
    expect((await server.get('/readyz')).status).toBe(200);
    const page = await server.get('/');
    expect(page.status).toBe(503);
    expect(await page.text()).toContain('pnpm build');
  });

  test('isolates pages, so that wasm threads may share memory, and lets wasm run', async () => {
    const { headers } = await server.get('/docs');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp');
    expect(headers.get('content-security-policy')).toContain("'wasm-unsafe-eval'");
    expect(headers.get('content-security-policy')).toContain("worker-src 'self' blob:");
    expect((await server.get('/docs/swagger-ui-bundle.js')).status).toBe(200);
  });

  test('serves the files of a model that its manifest lists, and no other', async () => {
    expect(await (await server.get('/models.json')).json()).toEqual({
      default: 'digits',
      models: [{ name: 'digits', url: 'models/digits/' }],
    });
    const manifest = await server.get('/models/digits/manifest.json');
    expect(await manifest.text()).toBe(await readFile(join(server.directory, 'manifest.json'), 'utf8'));
    const fileAs = (encoding: string, etag = '', file = 'generator.onnx') =>
      server.get(`/models/digits/${file}`, {
        headers: { 'Accept-Encoding': encoding, ...(etag === '' ? {} : { 'If-None-Match': etag }) },
      });
    const plain = await fileAs('identity');
    const etag = plain.headers.get('etag')!;
    const bytes = Buffer.from(await plain.arrayBuffer());
    expect(etag).toBe(`"${createHash('sha256').update(bytes).digest('hex')}"`);
    expect((await fileAs('identity', etag)).status).toBe(304);
    // other bytes, another tag: a cache must not answer the one with the other
    const manifestAs = (encoding: string, tag = '') => fileAs(encoding, tag, 'manifest.json');
    const [full, short] = [await manifestAs('identity'), await manifestAs('br')];
    expect(short.headers.get('content-encoding')).toBe('br');
    const tags = [full, short].map(({ headers }) => headers.get('etag')!);
    expect(tags[0]).not.toBe(tags[1]);
    expect((await manifestAs('br', tags[1])).status).toBe(304);
    expect((await manifestAs('br', tags[0])).status).toBe(200);
    await writeFile(join(server.directory, 'secret.txt'), 'not listed');
    for (const path of [
      'secret.txt',
      '..%2f..%2fetc%2fpasswd',
      '%2e%2e/manifest.json',
      'generator.onnx%00',
    ]) {
      expect((await server.get(`/models/digits/${path}`)).status).toBeGreaterThanOrEqual(400);
    }
  });

  test('counts by route pattern and logs no value of a query', async () => {
    await server.get('/digit/7?c1=1.2345&seed=777', { headers: { 'X-Request-Id': 'mine-1' } });
    const metrics = await (await server.get('/metrics')).text();
    expect(metrics).toMatch(
      /duration_seconds_count\{route="\/digit\/\{digit\}",method="GET",code="200"\} \d/,
    );
    for (const name of [
      'queue_length',
      'batch_size_count',
      'inference_seconds_count',
      'encode_seconds_count',
    ]) {
      expect(metrics).toContain(`infogan_${name}`);
    }
    expect(metrics).toMatch(/infogan_model_info\{model="digits",version="[0-9a-f]{12}"\} 1/);
    const mine = lines.filter((line) => line.includes('mine-1'));
    expect(mine).toHaveLength(1);
    expect(mine[0]).toContain('/digit/{digit}');
    expect(mine[0]).not.toMatch(/1\.2345|777/);
  });

  test('loses no request when a worker dies under load, and replaces it', async () => {
    const ask = (seed: number) => server.get(`/digit/${seed % 10}?seed=${seed}`).then((r) => r.status);
    const asked: Promise<number>[] = [];
    for (let round = 0; round < 20; round++) {
      for (let i = 0; i < 20; i++) asked.push(ask(round * 20 + i));
      if (round === 5 || round === 12) await server.service.pool.crashOne();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const statuses = await Promise.all(asked);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    await expect.poll(() => server.service.pool.alive, { timeout: 10_000 }).toBe(2);
    expect(await (await server.get('/metrics')).text()).toContain('infogan_worker_deaths_total 2');
  });

  test('describes every address in an OpenAPI document made from the same schemas', async () => {
    const document = (await (await server.get('/openapi.json')).json()) as {
      openapi: string;
      paths: Record<string, { get?: { parameters: { name: string; schema: object }[] } }>;
    };
    expect(document.openapi).toBe('3.1.0');
    const parameters = document.paths['/digit/{digit}']!.get!.parameters;
    expect(parameters.find(({ name }) => name === 'c1')!.schema).toMatchObject({
      type: 'number',
      minimum: -2,
      maximum: 2,
    });
    for (const path of ['/sheet', '/generate', '/read', '/restyle', '/v2/models/{model}/infer', '/models']) {
      expect(document.paths).toHaveProperty([path]);
    }
  });
});

test('a model with other codes gets other addresses and parameters', async () => {
  const latent = [normal('z', 4), categorical('letter', ['a', 'b', 'c']), uniform('tilt', 3)];
  const image = { width: 16, height: 12, channels: 3 as const };
  const server = await startTestServer({}, { latent, image });
  try {
    const picture = await server.get('/letter/b?tilt=2.5&seed=1');
    expect(picture.headers.get('content-type')).toBe('image/png');
    expect((await server.get('/letter/d')).status).toBe(400);
    expect((await server.get('/letter/b?c1=1')).status).toBe(400);
    expect((await server.get('/letter/b?color=f00')).status).toBe(400);
    expect((await server.get('/digit/7')).status).toBe(404);
    expect((await server.get('/models/digits/letter/b?tilt=1')).status).toBe(200);
    expect((await server.get('/letter/b/sweep?code=tilt')).status).toBe(200);
  } finally {
    await server.close();
  }
});

describe('reload', () => {
  test('swaps a changed directory, keeps the old version when the new one is broken', async () => {
    const tokenFile = 'a-token-of-enough-length';
    const server = await startTestServer({ adminToken: tokenFile });
    const other = await fixtureDirectory({ seed: 2 });
    const reload = (token: string) =>
      server.get('/admin/reload', { method: 'POST', headers: { Authorization: `Bearer ${token}` } });
    const version = async () => (await server.get('/digit/1?seed=1')).headers.get('x-model-version');
    try {
      expect((await reload('wrong')).status).toBe(401);
      const first = await version();
      expect(await (await reload(tokenFile)).json()).toMatchObject({ models: [{ outcome: 'unchanged' }] });
      await cp(other, server.directory, { recursive: true });
      expect(await (await reload(tokenFile)).json()).toMatchObject({ models: [{ outcome: 'swapped' }] });
      const second = await version();
      expect(second).not.toBe(first);
      // a graph that was changed after the export
      const graph = await readFile(join(server.directory, 'generator.onnx'));
      await writeFile(join(server.directory, 'generator.onnx'), graph.fill(0, 5000, 5100));
      await writeFile(
        join(server.directory, 'manifest.json'),
        `${await readFile(join(other, 'manifest.json'), 'utf8')}\n`,
      );
      const refused = (await (await reload(tokenFile)).json()) as { models: object[] };
      expect(refused.models).toEqual([
        expect.objectContaining({
          outcome: 'refused',
          version: second,
          reason: expect.stringContaining('sha256'),
        }),
      ]);
      expect(await version()).toBe(second);
    } finally {
      await server.close();
      await rm(other, { recursive: true });
    }
  });

  test('refuses a model whose probe does not come out', async () => {
    const directory = await fixtureDirectory();
    const path = join(directory, 'manifest.json');
    const manifest = JSON.parse(await readFile(path, 'utf8')) as {
      probe: { images: string; latents: { c1: string } };
    };
    manifest.probe.latents.c1 = manifest.probe.latents.c1.replace(/^..../, 'AACA');
    await writeFile(path, JSON.stringify(manifest));
    const start = startServer({ models: [{ name: 'm', directory }], port: 0 });
    await expect(start).rejects.toThrow(/probe: .* allowed is 0\.0001/);
    await rm(directory, { recursive: true });
  });
});

describe('under pressure', () => {
  test('a full queue is answered with 503 and Retry-After; nothing else is lost', async () => {
    const server = await startTestServer({ workers: 1, maxQueue: 4, maxBatch: 1 });
    try {
      const answers = await Promise.all(
        Array.from({ length: 60 }, (_, seed) => server.get(`/sheet?seed=${seed}&format=png&size=60`)),
      );
      const statuses = new Set(answers.map(({ status }) => status));
      expect(statuses).toEqual(new Set([200, 503]));
      expect(answers.find(({ status }) => status === 503)!.headers.get('retry-after')).toBe('1');
      expect((await server.get('/digit/1')).status).toBe(200);
    } finally {
      await server.close();
    }
  });

  test('work whose deadline passed or whose client left is dropped before it runs', async () => {
    const server = await startTestServer({ workers: 1, deadlineMs: 60 });
    try {
      const slow = Array.from({ length: 8 }, () =>
        server.get('/sheet?rows=10&columns=32&size=128&format=avif'),
      );
      await new Promise((resolve) => setTimeout(resolve, 30));
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
      socket.write('GET /digit/1 HTTP/1.1\r\nHost: x\r\n\r\n');
      await new Promise((resolve) => setTimeout(resolve, 20));
      socket.destroy();
      const statuses = (await Promise.all(slow)).map(({ status }) => status);
      expect(statuses).toContain(503);
      const metrics = await (await server.get('/metrics')).text();
      expect(metrics).toMatch(/infogan_rejected_total\{reason="deadline"\} [1-9]/);
      expect(metrics).toMatch(/infogan_rejected_total\{reason="client-gone"\} 1/);
    } finally {
      await server.close();
    }
  });

  test('closing lets readiness fall first and finishes what was begun', async () => {
    const server = await startTestServer();
    const begun = server.get('/sheet?rows=10&columns=32&size=64&format=webp');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const closed = server.service.isReady();
    const closing = server.close();
    expect([closed, server.service.isReady()]).toEqual([true, false]);
    expect((await begun).status).toBe(200);
    await closing;
    await expect(server.get('/healthz')).rejects.toThrow('fetch failed');
  });
});

describe('the gate', () => {
  test('with --api-keys, only a known key may ask, health aside', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'keys-'));
    const file = join(directory, 'keys');
    await writeFile(file, `# ours\n${createHash('sha256').update('open sesame').digest('hex')} laptop\n`);
    const server = await startTestServer({ apiKeys: file });
    try {
      expect((await server.get('/digit/7')).status).toBe(401);
      expect((await server.get('/digit/7', { headers: { 'X-Api-Key': 'guess' } })).status).toBe(401);
      expect((await server.get('/digit/7', { headers: { 'X-Api-Key': 'open sesame' } })).status).toBe(200);
      const bearer = { headers: { Authorization: 'Bearer open sesame' } };
      expect((await server.get('/digit/7', bearer)).status).toBe(200);
      expect((await server.get('/readyz')).status).toBe(200);
      expect((await server.get('/v2/models/digits')).status).toBe(401);
    } finally {
      await server.close();
      await rm(directory, { recursive: true });
    }
  });

  test('with --rate-limit, each client behind the trusted proxy has its own bucket', async () => {
    const server = await startTestServer({ rateLimit: 3, trustProxy: 1 });
    const as = (forwarded: string) => server.get('/digit/7', { headers: { 'X-Forwarded-For': forwarded } });
    try {
      const statuses: number[] = [];
      // what the client itself wrote, further left, does not count
      for (let i = 0; i < 8; i++) statuses.push((await as(`spoofed-${i}, 10.0.0.1`)).status);
      expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(7);
      const last = await as('10.0.0.1');
      expect([last.status, last.headers.get('retry-after')]).toEqual([429, '1']);
      expect((await as('10.0.0.2')).status).toBe(200);
      expect((await server.get('/readyz')).status).toBe(200);
    } finally {
      await server.close();
    }
  });

  test('a body that is larger than announced or allowed is cut off', async () => {
    const server = await startTestServer({ maxBody: 1000 });
    try {
      expect((await server.get('/generate', post('['.repeat(2000)))).status).toBe(413);
      expect((await server.get('/generate', post('[{}]'))).status).toBe(200);
    } finally {
      await server.close();
    }
  });
});
