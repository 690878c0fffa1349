import { mkdtemp, readFile, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { categoricals } from '@infogan/contract';
import { fitDataset, loadMnist } from '@infogan/data';
import {
  RUN_FILES,
  batchSource,
  buildTraining,
  initialState,
  newRun,
  prepareTraining,
  presetRun,
  readCheckpoint,
  schedule,
  selectEngine,
  trainRun,
  tutorialPreset,
  type Engine,
  type TrainOptions,
} from '@infogan/train';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { firstPictures } from '../testing.ts';

const data = firstPictures(await loadMnist(), 40);
const compiled = await selectEngine('compiled');
const scratch = () => mkdtemp(join(tmpdir(), 'tutorial-'));

/** What the command line gives. */
function asked(options: Partial<TrainOptions>): TrainOptions {
  return {
    preset: 'tutorial',
    model: 'infogan',
    seed: 1,
    checkpointEvery: 200,
    engine: 'compiled',
    backend: 'auto',
    device: 'cpu',
    resume: false,
    batchSize: 4,
    ...options,
  };
}

/** A run with its data. */
function prepared(options: Partial<TrainOptions>) {
  const dataset = fitDataset(data, presetRun(asked(options)).image);
  return { run: newRun(asked(options), dataset, 'test'), dataset };
}

const small = prepared({ imgSize: 16, noiseDim: 3, batchSize: 2 });
const training = buildTraining(small.run);
const start = initialState(training, 1);

/** Losses and state after batches 0, 1 …; `scale` multiplies learning rates by name. */
async function batches(engine: Engine, count: number, scale: Record<string, number> = {}) {
  const { recipe, latent } = small.run;
  const source = batchSource(small.dataset.train, latent, recipe, 1, training.inputs);
  const program = await prepareTraining(engine, training, start);
  const losses: Record<string, number>[] = [];
  for (let step = 0; step < count; step++) {
    const feeds = { ...source.batch(step, 100), ...schedule(training, recipe, step, 100) };
    for (const [name, factor] of Object.entries(scale))
      feeds[name] = feeds[name]!.map((rate) => rate * factor);
    const parts = Object.entries(await program.run(feeds, step));
    losses.push(Object.fromEntries(parts.map(([name, [value]]) => [name, value!])));
  }
  const state = await program.readState();
  await program.dispose();
  return { losses, state };
}

describe('the tutorial’s step', () => {
  test('gives the same losses and weights on both engines', async () => {
    const [eager, traced] = [
      await batches(await selectEngine('eager', 'cpu'), 3),
      await batches(compiled, 3),
    ];
    eager.losses.forEach((losses, step) => {
      expect(Object.keys(traced.losses[step]!).sort()).toEqual(Object.keys(losses).sort());
      for (const [name, value] of Object.entries(losses)) {
        expect(traced.losses[step]![name], `${name} of batch ${step}`).toBeCloseTo(value, 4);
      }
    });
    for (const [name, values] of Object.entries(eager.state)) {
      // Adam divides by the gradient's size: where a gradient is nearly zero, rounding decides its direction
      const close = values.filter((value, i) => Math.abs(value - traced.state[name]![i]!) < 1e-4);
      expect(close.length / values.length, name).toBeGreaterThan(0.99);
    }
  });

  test('steps D at every batch, G and the information at every second', async () => {
    const [one, two, three] = [
      await batches(compiled, 1),
      await batches(compiled, 2),
      await batches(compiled, 3),
    ];
    expect(three.losses.map((losses) => Object.keys(losses).sort())).toEqual([
      ['D', 'G', 'info'],
      ['D'],
      ['D', 'G', 'info'],
    ]);
    for (const name of Object.keys(start)) {
      const own = ['discriminator', 'discriminator/m', 'discriminator/v'].includes(name);
      expect(same(one.state[name]!, start[name]!), name).toBe(false);
      expect(same(two.state[name]!, one.state[name]!), name).toBe(!own);
      expect(same(three.state[name]!, two.state[name]!), name).toBe(false);
    }
  });

  test('lets each optimizer step its own: D its trunk and head, G itself, the information all but D’s head', async () => {
    const off = { discriminatorRate: 0, generatorRate: 0, informationRate: 0 };
    const moved = async (rate: keyof typeof off) => {
      const { state } = await batches(compiled, 1, { ...off, [rate]: 1 });
      return Object.keys(training.gan.layouts).filter((name) => !same(state[name]!, start[name]!));
    };
    expect(await moved('discriminatorRate')).toEqual(['discriminator']);
    expect(await moved('generatorRate')).toEqual(['generator']);
    expect(await moved('informationRate')).toEqual(['generator', 'discriminator', 'recognizer']);
    const { state } = await batches(compiled, 1, { ...off, informationRate: 1 });
    const head = training.gan.discriminator.parameters.reduce(
      (sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1),
      0,
    );
    expect(same(state['discriminator']!.slice(-head), start['discriminator']!.slice(-head))).toBe(true);
    expect(same(state['discriminator/information/m']!, state['discriminator/m']!)).toBe(false);
  });

  test('takes masks and codes of its own for every pass, masks of a quarter zeros', () => {
    const { latent, recipe } = small.run;
    const source = batchSource(small.dataset.train, latent, recipe, 1, training.inputs);
    const drawn = source.batch(0, 100);
    expect(Object.keys(drawn).filter((name) => name.endsWith('/z'))).toHaveLength(3);
    const masks = Object.keys(drawn).filter((name) => name.includes('channelDropout'));
    expect(masks).toHaveLength(16);
    const values = masks.flatMap((name) => [...drawn[name]!]);
    expect([...new Set(values)].sort((a, b) => a - b)).toEqual([0, Math.fround(4 / 3)]);
    expect(values.filter((value) => value === 0).length / values.length).toBeCloseTo(0.25, 1);
    for (const part of ['z', 'trunk/channelDropout4']) {
      expect(drawn[`fooling/${part}`]).not.toEqual(drawn[`information/${part}`]);
    }
    expect(source.batch(0, 100)).toEqual(drawn);
  });
});

describe('a run of the tutorial', () => {
  test('logs every batch, and draws a row of all categories at its interval', async () => {
    const directory = await scratch();
    const { run, dataset } = prepared({ imgSize: 16, maxSteps: 5, sampleInterval: 3 });
    await trainRun(directory, run, dataset, compiled, { resume: false });
    const lines = (await readFile(join(directory, RUN_FILES.metrics), 'utf8')).trim().split('\n');
    expect(lines.map((line) => Object.keys(JSON.parse(line) as object).slice(3))).toEqual([
      ['D', 'G', 'info'],
      ['D'],
      ['D', 'G', 'info'],
      ['D'],
      ['D', 'G', 'info'],
    ]);
    const sheets = await readdir(join(directory, RUN_FILES.samples));
    expect(sheets).toEqual(['0000003.png', '0000005.png']);
    const { width, height } = await sharp(join(directory, RUN_FILES.samples, sheets[0]!)).metadata();
    expect([width, height]).toEqual([2 * (10 * 17 + 1), 2 * (17 + 1)]);
  });

  test('stopped between two batches of a pair and resumed ends with the bytes of one that was not', async () => {
    const [whole, broken] = [await scratch(), await scratch()];
    const { run, dataset } = prepared({ imgSize: 16, maxSteps: 4 });
    await trainRun(whole, run, dataset, compiled, { resume: false });
    let asks = 0;
    const shouldStop = () => ++asks > 1;
    await trainRun(broken, run, dataset, compiled, { resume: false, hooks: { shouldStop } });
    await trainRun(broken, run, dataset, compiled, { resume: true });
    const states = await Promise.all([whole, broken].map((path) => readCheckpoint(path, buildTraining(run))));
    for (const [name, values] of Object.entries(states[0]!.state)) {
      expect(same(states[1]!.state[name]!, values), name).toBe(true);
    }
  });

  test.each([
    { imgSize: 64, lr: 1e-3 },
    { imgSize: 36, channels: 3, beta1: 0, beta2: 0.9 },
    { imgSize: 20, codeDiscreteDim: 5, codeContinuousDim: 3, noiseDim: 0 },
    { imgSize: 16, codeDiscreteDim: 0, codeContinuousDim: 1 },
    { imgSize: 16, codeDiscreteDim: 12, codeContinuousDim: 0, noiseDim: 100 },
  ])('trains with %j', async (options) => {
    const directory = await scratch();
    const { run, dataset } = prepared({ ...options, batchSize: 2, maxSteps: 2, nEpochs: 1 });
    const { state, finished } = await trainRun(directory, run, dataset, compiled, { resume: false });
    expect(finished).toBe(true);
    expect(dataset.train).toMatchObject({
      width: options.imgSize,
      height: options.imgSize,
      channels: options.channels ?? 1,
    });
    const ready = buildTraining(run);
    for (const [name, values] of Object.entries(initialState(ready, 1))) {
      // the second batch is D's alone; with beta1 0 its mean is the last gradient
      expect(state[name]!.every(Number.isFinite), name).toBe(true);
      expect(same(state[name]!, values), name).toBe(false);
    }
  });
});

test('classes of the data name a category that has as many, and no other', () => {
  const names = ['cat', 'dog', 'owl'];
  const labels = (codeDiscreteDim: number) => {
    const options = asked({ imgSize: 16, codeDiscreteDim });
    const dataset = { ...fitDataset(data, presetRun(options).image), classes: names };
    return categoricals(newRun(options, dataset, 'test').latent)[0]!.labels;
  };
  expect(labels(3)).toEqual(names);
  expect(labels(4)).toEqual(['0', '1', '2', '3']);
});

describe('what is refused', () => {
  test.each([
    [{ imgSize: 30 }, /--img-size is a multiple of 4 from 16 to 64; got 30/],
    [{ imgSize: 68 }, /got 68/],
    [{ channels: 2 }, /1 channel \(grey\) or 3 .* got --channels 2/],
    [{ codeDiscreteDim: 1 }, /a category needs two classes/],
    [{ model: 'gan' }, /preset tutorial is an infogan with a step of its own; --model gan/],
    [{ labels: 100 }, /preset tutorial takes no label/],
    [{ preset: 'mnist', labels: 105 }, /--labels 105 cannot be split evenly over 10 classes/],
    [{ epochs: 1, nEpochs: 2 }, /--epochs and --n-epochs are the same number/],
    [{ preset: 'mnist', nEpochs: 2 }, /--n-epochs is an option of --preset tutorial .* there it is --epochs/],
    [
      { preset: 'mnist', lr: 1 },
      /--lr is an option of --preset tutorial and means nothing with --preset mnist/,
    ],
  ] as [Partial<TrainOptions>, RegExp][])('%j, with a sentence', (options, sentence) => {
    expect(() => newRun(asked(options), data, 'test')).toThrow(sentence);
  });

  test('a latent code without any code to inform about', () => {
    const preset = tutorialPreset({ codeDiscreteDim: 0, codeContinuousDim: 0 });
    expect(() => buildTraining({ ...preset, system: 'tutorial' })).toThrow(/needs a code to be about/);
  });
});

function same(a: Float32Array, b: Float32Array): boolean {
  return a.every((value, i) => value === b[i]);
}
