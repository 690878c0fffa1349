import { mkdtemp, readFile, readdir, truncate, writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  decodeLatents,
  encodeFloats,
  generateImages,
  openModel,
  samplePrior,
  Random,
  largestDifference,
} from '@infogan/contract';
import { loadMnist } from '@infogan/data';
import { exportRun, traceGraphs } from '@infogan/export';
import {
  RUN_FILES,
  completeRun,
  readRun,
  readWeights,
  selectEngine,
  trainRun,
  writeRun,
} from '@infogan/train';
import { firstPictures, tinyRun } from '@infogan/train/testing';
import { InferenceSession } from 'onnxruntime-node';
import { beforeAll, describe, expect, test } from 'vitest';

const scratch = (name: string) => mkdtemp(join(tmpdir(), `${name}-`));
let run: string;
let model: string;

beforeAll(async () => {
  run = await scratch('run');
  model = join(await scratch('models'), 'tiny');
  const dataset = firstPictures(await loadMnist(), 300);
  const engine = await selectEngine('compiled');
  const start = tinyRun({ steps: 4 });
  const outcome = await trainRun(run, start, dataset, engine, { resume: false });
  await completeRun(run, start, outcome, dataset, engine);
  await exportRun(run, model, { allowPartial: true });
}, 60_000);

describe('an exported model', () => {
  test('opens, and holds graphs, sheets and a card', async () => {
    const { manifest } = await openModel((path) => readFile(join(model, path)), model);
    expect(Object.keys(manifest.files)).toEqual(
      expect.arrayContaining(['generator.onnx', 'recognizer.onnx', 'samples/final.png']),
    );
    expect(await readFile(join(model, 'README.md'), 'utf8')).toContain('# tiny');
    expect(manifest.provenance).toMatchObject({ seed: 1, steps: 4 });
  });

  test('gives the trainer’s pictures, whatever the batch', async () => {
    const { manifest, generator } = await openModel((path) => readFile(join(model, path)), model);
    const session = await InferenceSession.create(generator);
    const latents = samplePrior(manifest.latent, 64, new Random(5));
    const whole = await generateImages(session, manifest.latent, latents);
    for (const count of [1, 3]) {
      const values = Object.entries(latents.values).map(([name, all]) => [
        name,
        all.slice(0, (all.length / 64) * count),
      ]);
      const some = await generateImages(session, manifest.latent, {
        count,
        values: Object.fromEntries(values),
      });
      expect(largestDifference(some, whole.subarray(0, count * 784))).toBeLessThan(1e-5);
    }
  });

  test('has the calibration inside: the user’s digit is the network’s category', async () => {
    const { manifest, generator } = await openModel((path) => readFile(join(model, path)), model);
    const session = await InferenceSession.create(generator);
    const finished = await readRun(run);
    const calibration = finished.calibration!;
    const { tensors } = await readWeights(run, finished);
    const plain = {
      ...calibration,
      categories: { digit: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
      codes: calibration.codes.map((code, source) => ({ ...code, source, sign: 1 as const })),
    };
    const raw = await InferenceSession.create(traceGraphs(finished, plain, tensors).generator.bytes);
    const latents = decodeLatents(manifest.probe, manifest.latent);
    const mapped = {
      count: latents.count,
      values: {
        ...latents.values,
        digit: Int32Array.from(latents.values['digit']!, (digit) => calibration.categories['digit']![digit]!),
        ...Object.fromEntries(
          calibration.codes.map(({ name, source, sign }) => [
            calibration.codes[source]!.name,
            Float32Array.from(latents.values[name]!, (value) => sign * value),
          ]),
        ),
      },
    };
    const [ours, network] = [
      await generateImages(session, manifest.latent, latents),
      await generateImages(raw, manifest.latent, mapped),
    ];
    expect(largestDifference(ours, network)).toBeLessThan(1e-5);
  });

  test('the same run gives the same bytes', async () => {
    const again = join(await scratch('models'), 'tiny');
    await exportRun(run, again, { allowPartial: true });
    for (const file of ['generator.onnx', 'recognizer.onnx', 'manifest.json']) {
      expect(await readFile(join(again, file)), file).toEqual(await readFile(join(model, file)));
    }
  });

  const checker = findChecker();
  test.skipIf(checker === null)(
    `the official ONNX checker passes both graphs${checker === null ? ' (skipped: no python3 with the package onnx; apt-get install python3-onnx)' : ''}`,
    () => {
      const files = ['generator.onnx', 'recognizer.onnx'].map((file) => join(model, file));
      const script =
        'import onnx,sys; [onnx.checker.check_model(onnx.load(f), full_check=True) for f in sys.argv[1:]]';
      execFileSync(checker!, ['-c', script, ...files]);
    },
  );
});

describe('export refuses', () => {
  test('a run whose digits have no category of their own, unless told', async () => {
    await expect(exportRun(run, join(await scratch('m'), 'x'))).rejects.toThrow(
      /no category of its own: .*; train longer or pass --allow-partial/,
    );
  });

  test('a network that ONNX Runtime does not reproduce, and writes nothing', async () => {
    const finished = await readRun(run);
    const wrong = await scratch('run');
    await writeRun(wrong, {
      ...finished,
      probe: { ...finished.probe!, images: encodeFloats(new Float32Array(8 * 784)) },
    });
    await writeFile(join(wrong, RUN_FILES.weights), await readFile(join(run, RUN_FILES.weights)));
    await writeFile(join(wrong, RUN_FILES.samples, 'final.png'), '');
    const out = join(await scratch('m'), 'x');
    await expect(exportRun(wrong, out, { allowPartial: true })).rejects.toThrow(
      /differ from the trainer's by/,
    );
    await expect(readdir(out)).rejects.toThrow(/ENOENT/);
  });

  test('weights that were cut off', async () => {
    const cut = await scratch('run');
    await writeRun(cut, await readRun(run));
    await writeFile(join(cut, RUN_FILES.weights), await readFile(join(run, RUN_FILES.weights)));
    await truncate(join(cut, RUN_FILES.weights), 4000);
    await expect(exportRun(cut, join(cut, 'x'), { allowPartial: true })).rejects.toThrow(
      /cut off or changed/,
    );
  });

  test('to replace a directory that is no model', async () => {
    const home = await scratch('home');
    await writeFile(join(home, 'thesis.txt'), 'years of work');
    await expect(exportRun(run, home, { allowPartial: true })).rejects.toThrow(
      /exists and is no model directory/,
    );
    expect(await readdir(home)).toEqual(['thesis.txt']);
  });

  test('a run that is not there', async () => {
    await expect(exportRun('runs/nowhere', 'x')).rejects.toThrow(/cannot read runs\/nowhere\/run\.json/);
  });
});

function findChecker(): string | null {
  for (const python of ['python3', '/usr/bin/python3']) {
    try {
      execFileSync(python, ['-c', 'import onnx'], { stdio: 'ignore' });
      return python;
    } catch {
      continue;
    }
  }
  return null;
}
