import * as tf from '@tensorflow/tfjs';
import { UserError, describeError } from '@infogan/contract';
import { loadMnist, type Dataset } from '@infogan/data';
import { completeRun } from './complete.ts';
import { judgeMain } from './judge/main.ts';
import { selectEngine } from './engine/select.ts';
import { trainCommand, type TrainOptions } from './options.ts';
import { presets } from './presets/index.ts';
import { createProgress, duration } from './progress.ts';
import { RUN_FORMAT, RUN_VERSION, isFree, readRun, writeRun, type Run } from './run-directory.ts';
import { trainRun } from './train.ts';

// TensorFlow.js otherwise greets, and checks every tensor's every number
tf.enableProdMode();

async function train(options: TrainOptions): Promise<void> {
  const directory = options.out ?? `runs/${options.preset}-seed${options.seed}`;
  const [dataset, engine] = await Promise.all([
    loadMnist(options.data),
    selectEngine(options.engine, options.backend, options.device),
  ]);
  console.log(`engine: ${engine.description}`);
  const run = options.resume
    ? await resumedRun(directory, dataset)
    : await newRun(directory, options, dataset, engine.description);
  console.log(`run: ${directory}, ${run.provenance.preset}, seed ${run.provenance.seed}`);

  let stop = false;
  process.on('SIGINT', () => {
    if (stop) process.exit(130);
    stop = true;
    console.log('\ntrain: stopping after this step; Ctrl-C again to leave at once');
  });
  const progress = createProgress();
  const outcome = await trainRun(directory, run, dataset, engine, {
    resume: options.resume,
    checkpointEvery: options.checkpointEvery,
    hooks: { onStep: (report) => progress.show(report), shouldStop: () => stop },
  });
  progress.stop();
  if (!outcome.finished) {
    const provenance = { ...run.provenance, steps: outcome.step, seconds: outcome.seconds };
    await writeRun(directory, { ...run, status: 'interrupted', provenance });
    console.log(`train: saved at step ${outcome.step}; go on with pnpm train --resume --out ${directory}`);
    return;
  }
  console.log(`trained ${outcome.step} steps in ${duration(outcome.seconds)}; calibrating`);
  const { calibration } = await completeRun(directory, run, outcome, dataset, engine);
  console.log(`unsupervised accuracy: ${(calibration.accuracy.test * 100).toFixed(2)} % of the test set`);
  for (const { name, control } of calibration.codes) {
    if (control !== null)
      console.log(`${name}: ${control.attribute}, ${control.slope.toFixed(3)} ${control.unit} per unit`);
  }
  if (calibration.missing.length > 0) {
    console.log(
      `no category of its own: ${calibration.missing.join(', ')}; train longer, or export with --allow-partial`,
    );
  }
  console.log(`next: pnpm export ${directory} --out models/${directory.split('/').at(-1)}`);
}

async function newRun(
  directory: string,
  options: TrainOptions,
  dataset: Dataset,
  engine: string,
): Promise<Run> {
  if (!(await isFree(directory))) {
    throw new UserError(
      `train: ${directory} already holds a run; pass --resume to go on with it or another --out`,
    );
  }
  const { latent, image, networks, recipe } = presets[options.preset]!;
  const { epochs = recipe.epochs, batchSize = recipe.batchSize } = options;
  const { train, name, sha256 } = dataset;
  if (train.height !== image.height || train.width !== image.width) {
    throw new UserError(
      `train: preset ${options.preset} is for pictures of ${image.width}x${image.height}, the data has ${train.width}x${train.height}`,
    );
  }
  if (batchSize > train.count) {
    throw new UserError(
      `train: a batch of ${batchSize} needs as many pictures, the data has ${train.count}; pass a smaller --batch-size`,
    );
  }
  return {
    format: RUN_FORMAT,
    version: RUN_VERSION,
    status: 'training',
    latent,
    image,
    networks,
    recipe: { ...recipe, epochs, batchSize },
    maxSteps: options.maxSteps ?? null,
    sampleEvery: options.sampleEvery,
    provenance: {
      tool: 'infogan-kit 0.1.0',
      preset: options.preset,
      seed: options.seed,
      steps: 0,
      batchSize,
      engine,
      dataset: { name, pictures: train.count, sha256 },
      seconds: 0,
    },
    weights: null,
    calibration: null,
    probe: null,
  };
}

async function resumedRun(directory: string, dataset: Dataset): Promise<Run> {
  const run = await readRun(directory);
  if (run.status === 'finished') {
    throw new UserError(
      `train: ${directory} is finished (${run.provenance.steps} steps); export it with pnpm export ${directory}`,
    );
  }
  if (run.provenance.dataset.sha256 !== dataset.sha256) {
    throw new UserError(
      `train: ${directory} was trained on other data (${run.provenance.dataset.name}); pass the same --data`,
    );
  }
  return { ...run, status: 'training' };
}

trainCommand({ train, judge: ({ out, data, ...options }) => judgeMain(out, data, options) })
  .parseAsync()
  .catch((error: unknown) => {
    console.error(describeError(error));
    process.exitCode = 1;
  });
