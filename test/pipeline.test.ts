/// <reference lib="dom" />
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium, launchChromium, NO_CHROMIUM } from './chromium.ts';
import { runProgram, startProgram, type RunningProgram } from './program.ts';
import { writeSmallMnist } from './small-mnist.ts';

/** The first 10,000 pictures of MNIST, 300 steps, then every stage by its own program, as the README prints them. */
describe('train → export → serve → browser', () => {
  let server: RunningProgram;
  let url: string;
  let printed: Record<'train' | 'export', string>;

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pipeline-'));
    const [data, run, model] = [join(folder, 'data'), join(folder, 'run'), join(folder, 'model')];
    await writeSmallMnist(data, 10_000);
    const train = await runProgram('train', '--data', data, '--max-steps', '300', '--out', run);
    printed = { train, export: await runProgram('export', run, '--out', model, '--allow-partial') };
    server = startProgram('serve', '--model', model, '--port', '0');
    [url] = await server.waitFor(/http:\/\/[\w.:[\]]+/);
  }, 600_000);
  afterAll(async () => {
    server?.child.kill('SIGTERM');
    await server?.ended();
  });

  test('training says which engine runs and how well the recognizer reads', () => {
    expect(printed.train).toMatch(/engine: compiled \(onnxruntime-node, cpu/);
    const accuracy = Number(/unsupervised accuracy: ([\d.]+) %/.exec(printed.train)![1]);
    expect(accuracy).toBeGreaterThan(50); // chance is 10
  });

  test('export says how closely ONNX Runtime agrees', () => {
    expect(printed.export).toMatch(/agrees with the trained network within \d\.\de-/);
  });

  test('the service draws every digit, the same for the same seed', async () => {
    const draw = async (query: string) =>
      Buffer.from(await (await fetch(`${url}/digit/${query}`)).arrayBuffer());
    const digits = await Promise.all(Array.from({ length: 10 }, (_, digit) => draw(`${digit}?seed=1`)));
    expect(new Set(digits.map((png) => png.toString('hex'))).size).toBe(10);
    expect(await draw('7?seed=1')).toEqual(digits[7]);
    const { data, info } = await sharp(digits[7]).raw().toBuffer({ resolveWithObject: true });
    expect({ width: info.width, height: info.height }).toEqual({ width: 28, height: 28 });
    expect(Math.max(...data) - Math.min(...data)).toBeGreaterThan(50);
  });

  test('a request that breaks a rule is told which', async () => {
    const response = await fetch(`${url}/digit/12`);
    expect(response.status).toBe(400);
    expect(JSON.stringify(await response.json())).toMatch(/digit.*12/);
  });

  const skip = findChromium() === null;
  test.skipIf(skip)(
    `the page draws with it in the browser${skip ? ` (skipped: ${NO_CHROMIUM})` : ''}`,
    async () => {
      const browser = await launchChromium();
      try {
        const page = await browser.newPage();
        const errors: string[] = [];
        page.on('pageerror', (error) => errors.push(error.message));
        await page.goto(url);
        await page.waitForFunction(() => {
          const canvas = document.querySelector('canvas');
          const pixels = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data;
          return pixels !== undefined && new Set(pixels).size > 16;
        });
        expect(errors).toEqual([]);
      } finally {
        await browser.close();
      }
    },
  );
});
