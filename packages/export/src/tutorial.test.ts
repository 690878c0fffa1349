import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fitDataset, loadMnist, type Dataset } from '@infogan/data';
import { exportRun } from '@infogan/export';
import { completeRun, newRun, presetRun, selectEngine, trainRun, type TrainOptions } from '@infogan/train';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, expect, test } from 'vitest';

const COUNT = 60;
/** The first pictures of MNIST. */
const data: Dataset = await loadMnist().then((mnist) => {
  const cut = ({ pixels, labels, ...split }: Dataset['train']) => ({
    ...split,
    count: COUNT,
    pixels: pixels.subarray(0, COUNT * split.height * split.width),
    labels: labels.subarray(0, COUNT),
  });
  return { ...mnist, train: cut(mnist.train), test: cut(mnist.test) };
});

const options: TrainOptions = {
  preset: 'tutorial',
  model: 'infogan',
  seed: 1,
  batchSize: 4,
  maxSteps: 3,
  imgSize: 16,
  channels: 3,
  codeDiscreteDim: 5,
  codeContinuousDim: 3,
  checkpointEvery: 200,
  engine: 'compiled',
  backend: 'auto',
  device: 'cpu',
  resume: false,
};

let model: string;
let exported: Awaited<ReturnType<typeof exportRun>>;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tutorial-'));
  const [directory, out] = [join(folder, 'run'), join(folder, 'model')];
  const engine = await selectEngine('compiled');
  const dataset = fitDataset(data, presetRun(options).image);
  const run = newRun(options, dataset, 'test');
  const outcome = await trainRun(directory, run, dataset, engine, { resume: false });
  await completeRun(directory, run, outcome, dataset, engine);
  exported = await exportRun(directory, out);
  model = out;
}, 60_000);

test('a tutorial of colours, five categories and three codes exports, the probe within its tolerance', () => {
  const { manifest, probe } = exported;
  expect(manifest.image).toEqual({ width: 16, height: 16, channels: 3 });
  expect(manifest.latent.map(({ name }) => name)).toEqual(['z', 'category', 'c1', 'c2', 'c3']);
  // the ruler reads ink in one channel, and five categories are not the ten digits
  expect(manifest.controls).toEqual({});
  expect(manifest.metrics).toEqual({});
  expect(Math.max(probe.images, probe.readings)).toBeLessThan(1e-4);
});

test('ONNX Runtime draws and reads back any number of its pictures', async () => {
  const load = async (name: string) => InferenceSession.create(await readFile(join(model, name)));
  const [generator, recognizer] = [await load('generator.onnx'), await load('recognizer.onnx')];
  for (const count of [1, 3]) {
    const { image } = await generator.run({
      z: new Tensor('float32', new Float32Array(62 * count).fill(0.5), [count, 62]),
      category: new Tensor(
        'int64',
        BigInt64Array.from({ length: count }, (_, i) => BigInt(i)),
        [count],
      ),
      c: new Tensor('float32', new Float32Array(3 * count), [count, 3]),
    });
    expect(image!.dims).toEqual([count, 3, 16, 16]);
    expect((image!.data as Float32Array).every((value) => value >= 0 && value <= 1)).toBe(true);
    const read = await recognizer.run({ image: image! });
    expect(read['category']!.dims).toEqual([count, 5]);
    expect(read['c']!.dims).toEqual([count, 3]);
  }
  await Promise.all([generator.release(), recognizer.release()]);
});
