import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadMnist } from '@infogan/data';
import {
  batchSource,
  buildTraining,
  completeRun,
  initialState,
  readCheckpoint,
  schedule,
  selectEngine,
  systems,
  trainRun,
  type Arrays,
  type SystemName,
} from '@infogan/train';
import { describe, expect, test } from 'vitest';
import { firstPictures, similarInTurn, tiny, tinyRun } from '../testing.ts';

const dataset = firstPictures(await loadMnist(), 300);
const engine = await selectEngine('compiled');
const scratch = () => mkdtemp(join(tmpdir(), 'system-'));
const training = (system: SystemName) => buildTraining({ ...tiny, ...systems[system].adapt(tiny), system });

/** One step with inputs changed by `change`, from the initial state. */
async function oneStep(system: SystemName, change: (inputs: Arrays) => Arrays = (inputs) => inputs) {
  const ready = training(system);
  const { latent } = ready.gan;
  const source = batchSource(
    dataset.train,
    latent,
    tiny.recipe,
    1,
    ready.inputs,
    similarInTurn(dataset.train),
  );
  const program = await engine.prepare(
    ready.step,
    { ...ready.inputs, ...ready.state },
    initialState(ready, 1),
  );
  const losses = await program.run(
    change({ ...source.batch(0, 100), ...schedule(ready, tiny.recipe, 0, 100) }),
  );
  const state = await program.readState();
  await program.dispose();
  return { losses, state };
}

describe('what tells the systems apart', () => {
  test('an InfoGAN takes no label, a conditional GAN takes it and no code but the class, a GAN noise alone', () => {
    const namesOf = (system: SystemName) => Object.keys(training(system).inputs);
    expect(namesOf('infogan')).toEqual(expect.arrayContaining(['real', 'changed', 'digit', 'c', 'z']));
    expect(namesOf('infogan')).not.toContain('label');
    expect(namesOf('cgan').sort()).toEqual(
      ['real', 'label', 'digit', 'z', 'generatorRate', 'discriminatorRate', 'averaging'].sort(),
    );
    expect(namesOf('gan').sort()).toEqual(
      ['real', 'z', 'generatorRate', 'discriminatorRate', 'averaging'].sort(),
    );
  });

  test('only an InfoGAN has a recognizer; trunk and generator have the same layers in all three', () => {
    const { infogan, cgan, gan } = {
      infogan: training('infogan').gan,
      cgan: training('cgan').gan,
      gan: training('gan').gan,
    };
    expect(infogan.recognizer).not.toBeNull();
    for (const other of [cgan, gan]) {
      expect(other.recognizer).toBeNull();
      expect(other.trunk).toEqual(infogan.trunk);
      expect(other.generator.layers).toEqual(infogan.generator.layers);
    }
  });

  test('the label of a real picture moves the conditional discriminator, and so does the digit asked for', async () => {
    const { losses } = await oneStep('cgan');
    const shifted = (name: string) => (inputs: Arrays) => ({
      ...inputs,
      [name]: (inputs[name] as Int32Array).map((label) => (label + 1) % 10),
    });
    for (const name of ['label', 'digit']) {
      const other = await oneStep('cgan', shifted(name));
      expect(other.losses['D'], name).not.toEqual(losses['D']);
    }
  });

  test('labels go along with their pictures', () => {
    const source = batchSource(dataset.train, tiny.latent, tiny.recipe, 1, training('cgan').inputs);
    const { real, label } = source.batch(3, 100);
    const picture = (index: number) => dataset.train.pixels.subarray(index * 784, (index + 1) * 784).join();
    const byPicture = new Map(
      Array.from({ length: dataset.train.count }, (_, i) => [picture(i), dataset.train.labels[i]]),
    );
    for (let i = 0; i < tiny.recipe.batchSize; i++) {
      const bytes = Uint8Array.from(real!.subarray(i * 784, (i + 1) * 784), (value) =>
        Math.round(((value + 1) / 2) * 255),
      );
      expect(byPicture.get(bytes.join())).toBe(label![i]);
    }
  });
});

describe.each(['cgan', 'gan'] as const)('a %s', (system) => {
  const run = { ...tinyRun({ steps: 8 }), system, ...systems[system].adapt(tiny) };

  test('stopped and resumed ends with the bytes of one that was not', async () => {
    const [whole, broken] = [await scratch(), await scratch()];
    await trainRun(whole, run, dataset, engine, { resume: false });
    let asked = 0;
    const shouldStop = () => ++asked > 3;
    await trainRun(broken, run, dataset, engine, { resume: false, hooks: { shouldStop } });
    await trainRun(broken, run, dataset, engine, { resume: true });
    const [a, b] = await Promise.all([whole, broken].map((path) => readCheckpoint(path, training(system))));
    expect(b!.state).toEqual(a!.state);
  });

  test('ends complete, with nothing to calibrate', async () => {
    const directory = await scratch();
    const outcome = await trainRun(directory, run, dataset, engine, { resume: false });
    const { calibration, probe } = await completeRun(directory, run, outcome, dataset, engine);
    const digits = system === 'cgan' ? { digit: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] } : {};
    expect(calibration).toEqual({ categories: digits, missing: [], codes: [], accuracy: null });
    expect(probe!.readings).toBeNull();
  });
});
