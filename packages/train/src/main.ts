import * as tf from '@tensorflow/tfjs';
import { UserError, categoricals, describeError, type LatentSpec } from '@infogan/contract';
import { loadMnist, type Dataset } from '@infogan/data';
import { completeRun } from './complete.ts';
import { judgeMain } from './judge/main.ts';
import { selectEngine } from './engine/select.ts';
import { trainCommand, type TrainOptions } from './options.ts';
import { presets } from './presets/index.ts';
import { createProgress, duration } from './progress.ts';
import { RUN_FORMAT, RUN_VERSION, isFree, readRun, writeRun, type Run } from './run-directory.ts';
import { systems } from './systems/index.ts';
import { trainRun } from './train.ts';

// TensorFlow.js otherwise greets, and checks every tensor's every number
tf.enableProdMode();

async function train(options: TrainOptions): Promise<void> {
  const directory = options.out ?? defaultDirectory(options);
  const [dataset, engine] = await Promise.all([
    loadMnist(options.data),
    selectEngine(options.engine, options.backend, options.device),
  ]);
  console.log(`engine: ${engine.description}`);
  const run = options.resume
    ? await resumedRun(directory, dataset)
    : await newRun(directory, options, dataset, engine.description.split(';')[0]!);
  console.log(`run: ${directory}, ${run.system}, ${run.provenance.preset}, seed ${run.provenance.seed}`);

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
    hooks: {
      onStep: (report) => progress.show(report),
      onNote: (what) => console.log(`train: ${what}`),
      shouldStop: () => stop,
    },
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
  if (calibration.accuracy !== null)
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

function defaultDirectory({ preset, model, seed }: TrainOptions): string {
  return `runs/${preset}${model === 'infogan' ? '' : `-${model}`}-seed${seed}`;
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
  const preset = presets[options.preset]!;
  const { latent, image, networks } = systems[options.model].adapt(preset);
  const { recipe } = preset;
  const { epochs = recipe.epochs, batchSize = recipe.batchSize, labels = recipe.labels } = options;
  const { train, name, sha256 } = dataset;
  if (train.height !== image.height || train.width !== image.width) {
    throw new UserError(
      `train: preset ${options.preset} is for pictures of ${image.width}x${image.height}, the data has ${train.width}x${train.height}`,
    );
  }
  if (options.model === 'cgan' || labels > 0) requireLabels(latent, dataset);
  if (options.model !== 'infogan' && labels > 0) {
    throw new UserError(
      `train: --labels is for --model infogan, which has none; ${options.model} ${options.model === 'cgan' ? 'takes all labels' : 'takes no label'}`,
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
    system: options.model,
    latent,
    image,
    networks,
    recipe: { ...recipe, epochs, batchSize, labels },
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

/** The labels of the data are the categories of a conditional GAN, by number. */
function requireLabels(latent: LatentSpec, { train }: Dataset): void {
  const classes = categoricals(latent)[0]!.labels.length;
  const highest = train.labels.reduce((most, label) => Math.max(most, label), 0);
  if (highest < classes) return;
  throw new UserError(
    `train: a training with labels and ${classes} categories needs them from 0 to ${classes - 1}, the data has ${highest}; take --model infogan or relabel the data`,
  );
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
