import * as tf from '@tensorflow/tfjs';
import { UserError, categoricals, describeError } from '@infogan/contract';
import { loadData, type Dataset } from '@infogan/data';
import { completeRun } from './complete.ts';
import { judgeMain } from './judge/main.ts';
import { describedThreads } from './engine/compiled.ts';
import { selectEngine } from './engine/select.ts';
import { newRun, presetRun, takesAnySize } from './new-run.ts';
import { trainCommand, type TrainOptions } from './options.ts';
import { createProgress, duration } from './progress.ts';
import { isFree, readRun, writeRun, type Run } from './run-directory.ts';
import { refuseTutorialFlags } from './tutorial-options.ts';
import { trainRun } from './train.ts';

// TensorFlow.js otherwise greets, and checks every tensor's every number
tf.enableProdMode();

async function train(options: TrainOptions): Promise<void> {
  const directory = options.out ?? defaultDirectory(options);
  const before = options.resume ? await readRun(directory) : null;
  const wanted = before ?? presetRun(options);
  const [data, engine] = await Promise.all([
    loadData(options.data, wanted.image, { fit: takesAnySize(wanted) }),
    selectEngine(options.engine, options.backend, options.device, threadsOf(options, before)),
  ]);
  console.log(`engine: ${engine.description}`);
  const run = options.resume
    ? await resumedRun(directory, options, data)
    : await freshRun(directory, options, data, engine.description.split(';')[0]!);
  console.log(`run: ${directory}, ${run.system}, ${run.provenance.preset}, seed ${run.provenance.seed}`);

  let stop = false;
  process.on('SIGINT', () => {
    if (stop) process.exit(130);
    stop = true;
    console.log('\ntrain: stopping after this step; Ctrl-C again to leave at once');
  });
  const progress = createProgress();
  const outcome = await trainRun(directory, run, data, engine, {
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
  const { calibration } = await completeRun(directory, run, outcome, data, engine);
  if (calibration.accuracy !== null)
    console.log(`unsupervised accuracy: ${(calibration.accuracy.test * 100).toFixed(2)} % of the test set`);
  else if (run.system === 'infogan' || run.system === 'tutorial') {
    const categories = categoricals(run.latent)[0]?.labels.length ?? 0;
    console.log(
      `the categories keep the network’s order: there are ${categories} of them and ${data.classes.length} classes in the data`,
    );
  }
  for (const { name, control } of calibration.codes) {
    console.log(
      control === null
        ? `${name}: unnamed, the ruler knows slant and thickness of ink in one channel`
        : `${name}: ${control.attribute}, ${control.slope.toFixed(3)} ${control.unit} per unit`,
    );
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

/** What was asked for, else what the run that is resumed had: whoever shares the cores goes on sharing them. */
function threadsOf({ threads, engine }: TrainOptions, before: Run | null): number | undefined {
  if (threads !== undefined || before === null || engine !== 'compiled') return threads;
  return describedThreads(before.provenance.engine);
}

async function freshRun(
  directory: string,
  options: TrainOptions,
  data: Dataset,
  engine: string,
): Promise<Run> {
  if (await isFree(directory)) return newRun(options, data, engine);
  throw new UserError(
    `train: ${directory} already holds a run; pass --resume to go on with it or another --out`,
  );
}

async function resumedRun(directory: string, options: TrainOptions, dataset: Dataset): Promise<Run> {
  refuseTutorialFlags(options, 'with --resume, which goes on as run.json says');
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
