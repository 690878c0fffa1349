import { readFile, readdir, truncate } from 'node:fs/promises';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadMnist } from '@infogan/data';
import {
  RUN_FILES,
  completeRun,
  readCheckpoint,
  buildTraining,
  readRun,
  readWeights,
  selectEngine,
  trainRun,
  type Engine,
} from '@infogan/train';
import { describe, expect, test } from 'vitest';
import { firstPictures, tinyRun } from './testing.ts';

const dataset = firstPictures(await loadMnist(), 400);
const engine = await selectEngine('compiled');
const scratch = () => mkdtemp(join(tmpdir(), 'run-'));
const STEPS = 12;

describe('a run', () => {
  test('stopped and resumed ends with the bytes of one that was not', async () => {
    const [whole, broken] = [await scratch(), await scratch()];
    const run = tinyRun({ steps: STEPS });
    await trainRun(whole, run, dataset, engine, { resume: false });

    let asked = 0;
    const stopped = await trainRun(broken, run, dataset, engine, {
      resume: false,
      hooks: { shouldStop: () => ++asked > 5 },
    });
    expect(stopped).toMatchObject({ finished: false, step: 5 });
    const resumed = await trainRun(broken, run, dataset, engine, { resume: true });
    expect(resumed).toMatchObject({ finished: true, step: STEPS });

    const training = buildTraining(run);
    const [a, b] = [await readCheckpoint(whole, training), await readCheckpoint(broken, training)];
    expect(b.state).toEqual(a.state);
    const lossesOf = async (directory: string) =>
      (await readFile(join(directory, RUN_FILES.metrics), 'utf8'))
        .trim()
        .split('\n')
        .map((line) => ({ ...(JSON.parse(line) as object), seconds: 0 }));
    expect(await lossesOf(broken)).toEqual(await lossesOf(whole));
  });

  test('leaves weights, metrics, sheets and a calibrated run.json, and no temporary file', async () => {
    const directory = await scratch();
    const run = tinyRun({ steps: STEPS });
    const outcome = await trainRun(directory, run, dataset, engine, { resume: false });
    await completeRun(directory, run, outcome, dataset, engine);
    const finished = await readRun(directory);
    expect(finished).toMatchObject({ status: 'finished', provenance: { steps: STEPS } });
    expect([...finished.calibration!.categories['digit']!].sort((a, b) => a - b)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
    ]);
    expect(finished.calibration!.codes.map(({ source }) => source).sort((a, b) => a - b)).toEqual([0, 1]);
    expect((await readdir(directory)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect(await readdir(join(directory, RUN_FILES.samples))).toContain('final.png');
    const { tensors } = await readWeights(directory, finished);
    expect(Object.keys(tensors)).toContain('generator/convTranspose2/kernel');

    await truncate(join(directory, RUN_FILES.weights), 1000);
    await expect(readWeights(directory, finished)).rejects.toThrow(
      /has 1000 bytes .* it was cut off or changed/,
    );
  });

  test('that diverges stops with a sentence, and the checkpoint kept is from before', async () => {
    // weights go bad at step 4, of which the losses tell only at step 5: the checkpoint due at step 4 must not be written
    const failing: Engine = {
      ...engine,
      async prepare(...args) {
        const program = await engine.prepare(...args);
        let steps = 0;
        return {
          ...program,
          run: (inputs) => {
            steps += 1;
            return program.run(inputs);
          },
          async readState() {
            const state = await program.readState();
            if (steps >= 4) state['generator']!.fill(NaN, 0, 1);
            return state;
          },
        };
      },
    };
    const directory = await scratch();
    const run = tinyRun({ steps: STEPS });
    await expect(
      trainRun(directory, run, dataset, failing, { resume: false, checkpointEvery: 2 }),
    ).rejects.toThrow(
      /diverged at step 4: generator holds numbers that are none; the checkpoint of step 2 is kept/,
    );
    const { step, state } = await readCheckpoint(directory, buildTraining(run));
    expect(step).toBe(2);
    expect(Object.values(state).every((values) => values.every(Number.isFinite))).toBe(true);
    expect(await trainRun(directory, run, dataset, engine, { resume: true })).toMatchObject({
      finished: true,
    });
  });

  test('a checkpoint that was cut off is refused', async () => {
    const directory = await scratch();
    const run = tinyRun({ steps: 2 });
    await trainRun(directory, run, dataset, engine, { resume: false });
    await truncate(join(directory, RUN_FILES.checkpoint), 5000);
    await expect(trainRun(directory, run, dataset, engine, { resume: true })).rejects.toThrow(
      /checkpoint\.safetensors is no whole safetensors file/,
    );
  });
});
