import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chooseLatents, generateImages, openModel, toBytes } from '@infogan/contract';
import { unzipSync } from 'fflate';
import { InferenceSession } from 'onnxruntime-node';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { post, startTestServer, type ProblemBody, type TestServer } from './testing/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

async function bytesOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}

/** The model's own pixels, computed here. */
async function expectedPixels(chosen: Record<string, number>, seed: number): Promise<Uint8Array> {
  const files = await openModel((path) => readFile(join(server.directory, path)), server.directory);
  const session = await InferenceSession.create(files.generator);
  const { latent } = files.manifest;
  return toBytes(await generateImages(session, latent, chooseLatents(latent, [{ chosen, seed }])));
}

describe('GET /digit/{digit}', () => {
  test('gives the picture that the contract names for these codes and this seed, to the byte', async () => {
    const response = await server.get('/digit/7?c1=0.8&c2=-0.3&seed=1');
    expect(response.headers.get('content-type')).toBe('image/png');
    const { data, info } = await sharp(await bytesOf(response))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 28, height: 28 });
    const expected = await expectedPixels({ digit: 7, c1: 0.8, c2: -0.3 }, 1);
    const shown = Uint8Array.from(expected, (_, i) => data[i * info.channels]!);
    expect(shown).toEqual(expected);
  });

  test('draws a fresh picture without a seed, and says which seed makes it again', async () => {
    const first = await server.get('/digit/3');
    const second = await server.get('/digit/3');
    const seed = first.headers.get('x-seed')!;
    expect(seed).not.toBe(second.headers.get('x-seed'));
    expect(first.headers.get('cache-control')).toBe('no-store');
    const again = await server.get(`/digit/3?seed=${seed}`);
    expect(await bytesOf(again)).toEqual(await bytesOf(first));
  });

  test.each(['png', 'webp', 'jpeg', 'avif'])('makes %s in the size asked for', async (format) => {
    const response = await server.get(`/digit/5?seed=2&size=140&format=${format}`);
    const metadata = await sharp(await bytesOf(response)).metadata();
    expect(metadata).toMatchObject({ width: 140, height: 140 });
    expect(metadata.format).toBe(format === 'avif' ? 'heif' : format);
  });

  test('gives numbers as raw bytes, npy and JSON that agree', async () => {
    const raw = await bytesOf(await server.get('/digit/5?seed=2&format=raw'));
    const npy = await bytesOf(await server.get('/digit/5?seed=2&format=npy'));
    const json = (await (await server.get('/digit/5?seed=2&format=json')).json()) as {
      codes: unknown;
      seed: number;
      pixels: number[];
    };
    expect(raw.length).toBe(784);
    expect(npy.subarray(0, 6).toString('latin1')).toBe('\x93NUMPY');
    expect(npy.length).toBe(128 + 784 * 4);
    expect(json).toMatchObject({ seed: 2, codes: { digit: '5', c1: 0, c2: 0 } });
    for (let i = 0; i < 784; i++) {
      expect(npy.readFloatLE(128 + i * 4)).toBeCloseTo(raw[i]! / 255, 5);
      expect(json.pixels[i]).toBeCloseTo(raw[i]! / 255, 3);
    }
  });

  test('paints ink and paper, inverts, enlarges in exact squares', async () => {
    const plain = await bytesOf(await server.get('/digit/8?seed=1&format=raw'));
    const inverted = await bytesOf(await server.get('/digit/8?seed=1&format=raw&invert=true'));
    expect(inverted).toEqual(plain.map((value) => 255 - value));
    const large = await bytesOf(await server.get('/digit/8?seed=1&format=raw&size=56&scale=nearest'));
    for (let y = 0; y < 56; y++) {
      for (let x = 0; x < 56; x++) expect(large[y * 56 + x]).toBe(plain[(y >> 1) * 28 + (x >> 1)]);
    }
    const colored = await bytesOf(await server.get('/digit/8?seed=1&format=raw&color=ff0000&background=00f'));
    const full = plain.indexOf(Math.max(...plain));
    expect(colored[full * 3]).toBe(plain[full]);
    expect(colored[full * 3 + 2]).toBe(255 - plain[full]!);
    const clear = await sharp(await bytesOf(await server.get('/digit/8?background=transparent'))).metadata();
    expect(clear.channels).toBe(4);
  });

  test('chooses the format by Accept: quality first, then the cheapest', async () => {
    const type = async (accept: string) =>
      (await server.get('/digit/1?seed=1', { headers: { Accept: accept } })).headers.get('content-type');
    expect(await type('image/avif,image/webp,image/*,*/*;q=0.8')).toBe('image/png');
    expect(await type('image/png;q=0.5, image/webp')).toBe('image/webp');
    expect(await type('application/json')).toBe('application/json');
    const none = await server.get('/digit/1', { headers: { Accept: 'text/html' } });
    expect(none.status).toBe(406);
  });

  test('is immutable when seed and version are pinned; its ETag answers 304 without drawing', async () => {
    const version = (await server.get('/digit/2?seed=9')).headers.get('x-model-version')!;
    const pinned = await server.get(`/digit/2?seed=9&version=${version}`);
    expect(pinned.headers.get('cache-control')).toContain('immutable');
    const etag = pinned.headers.get('etag')!;
    const again = await server.get(`/digit/2?seed=9&version=${version}`, {
      headers: { 'If-None-Match': etag },
    });
    expect(again.status).toBe(304);
    const other = await server.get(`/digit/2?seed=10&version=${version}`, {
      headers: { 'If-None-Match': etag },
    });
    expect(other.status).toBe(200);
    expect((await server.get('/digit/2?seed=9&version=0123456789ab')).status).toBe(404);
  });

  test.each(['/digit/2?seed=9', '/digit/2?seed=9&format=webp', '/sheet?seed=9', '/digit/2/sweep?seed=9'])(
    'HEAD %s has the very head of GET and no body',
    async (path) => {
      const heads = ['GET', 'HEAD'].map(async (method) => {
        const response = await server.get(path, { method });
        const headers = Object.fromEntries(response.headers);
        // of the moment and of the connection, which fetch closes after HEAD
        for (const name of ['date', 'x-request-id', 'connection', 'keep-alive']) delete headers[name];
        return { headers, length: (await bytesOf(response)).length };
      });
      const [get, head] = await Promise.all(heads);
      expect(head!.headers).toEqual(get!.headers);
      expect(Number(head!.headers['content-length'])).toBe(get!.length);
      expect(head!.length).toBe(0);
    },
  );

  test.each([
    ['/digit/10', 'digit', '10'],
    ['/digit/-1', 'digit', '-1'],
    ['/digit/7?c1=2.1', 'c1', '2.1'],
    ['/digit/7?c1=', 'c1', ''],
    ['/digit/7?c1=0x1', 'c1', '0x1'],
    ['/digit/7?c2=NaN', 'c2', 'NaN'],
    ['/digit/7?size=1025', 'size', '1025'],
    ['/digit/7?size=3.5', 'size', '3.5'],
    ['/digit/7?seed=-1', 'seed', '-1'],
    ['/digit/7?format=bmp', 'format', 'bmp'],
    ['/digit/7?invert=1', 'invert', '1'],
    ['/digit/7?color=red', 'color', 'red'],
    ['/digit/7?colour=fff', 'colour', 'fff'],
    ['/digit/7?c1=1&c1=1', 'c1', ['1', '1']],
  ])('%s is refused, naming the parameter, the rule and what was got', async (path, parameter, got) => {
    const response = await server.get(path);
    const problem = (await response.json()) as ProblemBody;
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(problem.errors).toEqual([expect.objectContaining({ parameter, got })]);
    expect(problem.detail).toContain(problem.errors![0]!.rule);
  });
});

test('/sheet lays digits against a code; each row is one digit', async () => {
  const response = await server.get('/sheet?x=c1&y=digit&columns=3&gap=0&seed=4&format=json');
  const { pixels, shape } = (await response.json()) as { pixels: number[]; shape: number[] };
  expect(shape).toEqual([280, 84]);
  const cell = await bytesOf(await server.get('/digit/6?c1=-1&seed=4&format=raw'));
  for (let i = 0; i < 784; i++) {
    const at = (6 * 28 + Math.floor(i / 28)) * 84 + (i % 28);
    expect(pixels[at]).toBeCloseTo(cell[i]! / 255, 3);
  }
  expect((await server.get('/sheet?x=c1&y=c1')).status).toBe(400);
});

test.each([
  ['webp', 30],
  ['gif', 30],
] as const)('a sweep as %s runs there and back', async (format, pages) => {
  const response = await server.get(`/digit/4/sweep?code=c1&frames=16&seed=1&format=${format}`);
  const metadata = await sharp(await bytesOf(response), { animated: true }).metadata();
  expect(metadata).toMatchObject({ format, pages, pageHeight: 28, loop: 0 });
});

describe('POST /generate', () => {
  const items = [{ digit: 7, c1: 1, seed: 5 }, { digit: '3', seed: 6 }, {}];

  test('streams a zip whose files are the pictures that GET gives', async () => {
    const response = await server.get('/generate', post(JSON.stringify(items)));
    const files = Object.entries(unzipSync(await bytesOf(response)));
    expect(files.map(([name]) => name.slice(0, 4))).toEqual(['0000', '0001', '0002']);
    const single = await bytesOf(await server.get('/digit/7?c1=1&seed=5'));
    expect(Buffer.from(files[0]![1])).toEqual(single);
  });

  test('gives up to 1,024 as one array', async () => {
    const many = Array.from({ length: 1024 }, (_, seed) => ({ seed }));
    const npy = await bytesOf(await server.get('/generate?format=npy', post(JSON.stringify(many))));
    expect(npy.subarray(10, 80).toString()).toContain('(1024, 1, 28, 28)');
    expect(npy.length).toBe(128 + 1024 * 784 * 4);
    const json = await server.get('/generate?format=json', post(JSON.stringify(many.slice(0, 70))));
    expect(((await json.json()) as { images: unknown[] }).images).toHaveLength(70);
    expect((await server.get('/generate', post(JSON.stringify([...many, {}])))).status).toBe(400);
  });

  test('names what is wrong inside the list', async () => {
    const response = await server.get('/generate', post('[{"digit":7},{"c1":9}]'));
    const problem = (await response.json()) as ProblemBody;
    expect(problem.errors).toEqual([expect.objectContaining({ parameter: '[1].c1', got: 9 })]);
    expect((await server.get('/generate', post('[{]'))).status).toBe(400);
    expect((await server.get('/generate', post('[]', 'text/plain'))).status).toBe(415);
  });
});

describe('POST /read and /restyle', () => {
  async function upload(digit: number, query: string): Promise<Buffer> {
    return bytesOf(await server.get(`/digit/${digit}?seed=3&size=300&${query}`));
  }

  test.each([
    ['light on dark', 'format=png', 'image/png', false],
    ['dark on light', 'format=jpeg&invert=true', 'image/jpeg', true],
    ['on nothing', 'format=webp&background=transparent', 'image/webp', false],
  ])('reads its own zero, %s', async (_name, query, type, darkOnLight) => {
    const response = await server.get('/read', post(new Uint8Array(await upload(0, query)), type));
    const reading = (await response.json()) as { darkOnLight: boolean; labels: { digit: string } };
    expect(reading).toMatchObject({ darkOnLight, labels: { digit: '0' } });
  });

  test('draws an upload again with changed codes', async () => {
    const body = new Uint8Array(await upload(0, 'format=png'));
    const plain = await server.get('/restyle?format=json', post(body, 'image/png'));
    const { codes: before } = (await plain.json()) as { codes: { digit: string; c2: number } };
    const moved = await server.get('/restyle?format=json&c2=+0.5', post(body, 'image/png'));
    const { codes: after } = (await moved.json()) as { codes: { digit: string; c2: number } };
    expect(after.digit).toBe('0');
    expect(after.c2).toBeCloseTo(Math.min(2, before.c2 + 0.5), 4);
    const other = await server.get('/restyle?format=json&digit=8', post(body, 'image/png'));
    expect(await other.json()).toMatchObject({ codes: { digit: '8' } });
  });

  test('refuses what is no picture, a blank one, and a decompression bomb before decoding it', async () => {
    const status = async (body: BodyInit, type = 'image/png') =>
      (await server.get('/read', post(body, type))).status;
    expect(await status('no picture at all')).toBe(415);
    expect(await status('{}', 'application/json')).toBe(415);
    expect(await status('<svg xmlns="http://www.w3.org/2000/svg"/>', 'image/png')).toBe(415);
    const make = (width: number, height: number) =>
      sharp({ create: { width, height, channels: 3, background: '#fff' } })
        .png({ compressionLevel: 9 })
        .toBuffer();
    expect(await status(new Uint8Array(await make(50, 50)))).toBe(422);
    const bomb = await make(8000, 8000);
    expect(bomb.length).toBeLessThan(1_000_000);
    const start = performance.now();
    expect(await status(new Uint8Array(bomb))).toBe(413);
    expect(performance.now() - start).toBeLessThan(500);
    expect(await status(new Uint8Array(9 * 2 ** 20))).toBe(413);
  });
});
