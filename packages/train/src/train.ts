import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { categoricals } from '@infogan/contract';
import type { Dataset } from '@infogan/data';
import { correctedRate } from './adam.ts';
import { batchesAhead } from './ahead/ahead.ts';
import { stepsOfEpoch } from './batches.ts';
import type { Arrays, Engine, Program } from './engine/engine.ts';
import { latentInputs, packCodes } from './latent-arrays.ts';
import { forward } from './network.ts';
import { WEIGHTS, at, maturity, usesSimilarPictures, weightInput, type Recipe } from './recipe.ts';
import { RUN_FILES, writeRun, type Run } from './run-directory.ts';
import { writeAtomically } from './safetensors.ts';
import { sheetLatents, writeSheet, type Sheet } from './sample-sheet.ts';
import { findSimilarPictures, type SimilarPictures } from './similar/similar.ts';
import {
  averageOf,
  readCheckpoint,
  initialState,
  writeCheckpoint,
  type Checkpoint,
  type State,
} from './state.ts';
import { latentVector } from './code.ts';
import type { Gan } from './gan.ts';
import { buildTraining, type Training } from './systems/index.ts';
import { prepareTraining } from './turns.ts';
import { unflatten } from './vector.ts';
import { watchTraining } from './watch.ts';

/** What a step says of itself. */
export interface StepReport {
  readonly step: number;
  readonly steps: number;
  readonly epoch: number;
  readonly losses: Readonly<Record<string, number>>;
  readonly picturesPerSecond: number;
  readonly secondsLeft: number;
}

export interface TrainHooks {
  /** Before something that takes a while, in words. */
  onNote?(what: string): void;
  /** After every step. */
  onStep?(report: StepReport): void;
  /** Asked before every step; true saves and stops. */
  shouldStop?(): boolean;
}

export interface TrainRunOptions {
  /** Go on from the directory's checkpoint. */
  readonly resume: boolean;
  /** Steps between two checkpoints. */
  readonly checkpointEvery?: number;
  readonly hooks?: TrainHooks;
}

export type TrainOutcome = {
  readonly finished: boolean;
  readonly step: number;
  /** From the start, comparing the pictures included; of every session, where the run was resumed. */
  readonly seconds: number;
  readonly state: State;
};

/** Steps between two lines of metrics.jsonl, where all steps are alike; else each has its line. */
const LOG_EVERY = 10;
/** Steps between two checkpoints unless told otherwise: what a crash can cost. */
const CHECKPOINT_EVERY = 200;

/** How many steps a run takes in all. */
export function totalSteps(
  { recipe, maxSteps }: Pick<Run, 'recipe' | 'maxSteps'>,
  stepsPerEpoch: number,
): number {
  return Math.max(1, Math.min(Math.round(recipe.epochs * stepsPerEpoch), maxSteps ?? Infinity));
}

/**
 * Trains from where `runs/<name>/` stands to the end, or until asked to stop: step, log, sample, checkpoint.
 * The directory always holds a whole checkpoint from which `--resume` goes on.
 */
export async function trainRun(
  directory: string,
  run: Run,
  dataset: Dataset,
  engine: Engine,
  { resume, checkpointEvery = CHECKPOINT_EVERY, hooks = {} }: TrainRunOptions,
): Promise<TrainOutcome> {
  const began = performance.now();
  const training = buildTraining(run);
  const { gan } = training;
  const { recipe, provenance } = run;
  const stepsPerEpoch = stepsOfEpoch(dataset.train, recipe);
  const steps = totalSteps(run, stepsPerEpoch);
  const start: Checkpoint = resume
    ? await readCheckpoint(directory, training)
    : { step: 0, state: initialState(training, provenance.seed) };
  await writeRun(directory, run);
  const secondsBefore = resume ? await cutMetrics(directory, start.step) : 0;
  const { latent } = run;
  const order = {
    images: dataset.train,
    latent,
    recipe,
    seed: provenance.seed,
    inputs: training.inputs,
    steps,
    ...(usesSimilarPictures(recipe) && 'changed' in training.inputs
      ? { similar: await similarPictures(run, dataset, engine, hooks) }
      : {}),
  };
  const batches = batchesAhead(order, start.step);
  const program = await prepareTraining(engine, training, start.state);
  const { sheet = sheetLatents, turns } = training;
  const logEvery = turns === undefined ? LOG_EVERY : 1;
  const sampler = await samplerOf(gan, engine, sheet(gan.latent, provenance.seed));
  const seconds = () => secondsBefore + (performance.now() - began) / 1000;
  const firstStep = performance.now();
  const watch = watchTraining(categoricals(run.latent).map(({ labels }) => labels.length));
  let [step, saved] = [start.step, start.step];
  let pending = '';
  const latest: Record<string, number> = {};

  const save = async () => {
    const state = await program.readState();
    watch.checkState(step, state, saved);
    if (pending !== '') await appendFile(join(directory, RUN_FILES.metrics), pending);
    pending = '';
    await writeCheckpoint(directory, { step, state });
    saved = step;
  };
  try {
    while (step < steps && hooks.shouldStop?.() !== true) {
      const feeds = { ...(await batches.next()), ...schedule(training, recipe, step, steps) };
      const losses = scalars(await program.run(feeds, step));
      Object.assign(latest, losses);
      step += 1;
      watch.check(step, steps, losses, saved);
      const epoch = step / stepsPerEpoch;
      if (step % logEvery === 0 || step === steps) {
        pending += `${JSON.stringify({ step, epoch, seconds: Number(seconds().toFixed(2)), ...losses })}\n`;
      }
      const elapsed = (performance.now() - firstStep) / 1000;
      const perStep = elapsed / (step - start.step);
      hooks.onStep?.({
        step,
        steps,
        epoch,
        losses: latest,
        picturesPerSecond: recipe.batchSize / perStep,
        secondsLeft: perStep * (steps - step),
      });
      if (step % run.sampleEvery === 0 || step === steps) {
        await sampler.write(
          join(directory, RUN_FILES.samples, `${String(step).padStart(7, '0')}.png`),
          program,
        );
      }
      if (step % checkpointEvery === 0) await save();
    }
    await save();
    return { finished: step >= steps, step, seconds: seconds(), state: await program.readState() };
  } finally {
    await batches.stop();
    await sampler.dispose();
    await program.dispose();
  }
}

/** Found anew at every start, since they follow from data, labels that may be used, and seed alone. */
async function similarPictures(
  { latent, recipe, provenance }: Run,
  { train }: Dataset,
  engine: Engine,
  hooks: TrainHooks,
): Promise<SimilarPictures> {
  hooks.onNote?.(`comparing ${train.count} pictures with each other`);
  const classes = categoricals(latent)[0]!.labels.length;
  return findSimilarPictures(train, classes, engine, provenance.seed, recipe.labels);
}

/**
 * What changes from step to step, as far as the training takes it: learning rates with Adam's bias correction,
 * averaging, weights.
 */
export function schedule(
  { inputs, turns }: Pick<Training, 'inputs' | 'turns'>,
  recipe: Recipe,
  step: number,
  steps: number,
): Arrays {
  const t = step + 1;
  // of turns, only the first steps generator and information
  const seldom = Math.floor(step / (turns?.length ?? 1)) + 1;
  const mature = maturity(recipe, step, steps);
  const decay = Math.min(1, (1 - step / steps) / Math.max(1e-9, 1 - recipe.decayFrom));
  const rate = (base: number, steps = t) => new Float32Array([correctedRate(base * decay, steps, recipe)]);
  const all: Arrays = {
    generatorRate: rate(recipe.rates.generator, seldom),
    discriminatorRate: rate(recipe.rates.discriminator),
    recognizerRate: rate(recipe.rates.recognizer),
    informationRate: rate(recipe.rates.recognizer, seldom),
    // early weights are forgotten faster, so that the mean never rests on the initial ones
    averaging: new Float32Array([Math.min(recipe.averaging, t / (t + 10))]),
    ...Object.fromEntries(
      WEIGHTS.map((name) => [weightInput(name), new Float32Array([at(recipe.weights[name], mature)])]),
    ),
  };
  return Object.fromEntries(Object.entries(all).filter(([name]) => name in inputs));
}

function scalars(outputs: Arrays): Record<string, number> {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, [value]]) => [name, Number(value!.toPrecision(5))]),
  );
}

/** Draws the sample sheet from the averaged generator as it stands, by the sheet's own batch statistics. */
async function samplerOf(gan: Gan, engine: Engine, { latents, columns }: Sheet) {
  const codes = packCodes(gan.latent, latents.values, latents.count);
  const layout = gan.layouts.generator;
  const draw = await engine.prepare(
    (x) => {
      const picture = forward(gan.generator, unflatten(layout, x['average']!), latentVector(gan.latent, x));
      return { image: tf.add(tf.mul(tf.transpose(picture, [0, 3, 1, 2]), 0.5), 0.5) };
    },
    { ...latentInputs(gan.latent, latents.count), average: { shape: [layout.length] } },
  );
  return {
    async write(path: string, program: Pick<Program, 'readState'>) {
      const average = averageOf(await program.readState(), 'generator');
      const { image } = await draw.run({ ...codes, average });
      await writeSheet(path, image as Float32Array, gan.image, columns);
    },
    dispose: () => draw.dispose(),
  };
}

/** Drops the lines of steps that a killed session took after its last checkpoint. @returns seconds trained so far */
async function cutMetrics(directory: string, step: number): Promise<number> {
  const path = join(directory, RUN_FILES.metrics);
  const lines = (await readFile(path, 'utf8').catch(() => '')).split('\n');
  const kept = lines.filter((line) => line !== '' && lineStep(line) <= step);
  await writeAtomically(path, kept.map((line) => `${line}\n`).join(''));
  const last = kept.at(-1);
  return last === undefined ? 0 : (JSON.parse(last) as { seconds: number }).seconds;
}

function lineStep(line: string): number {
  try {
    return (JSON.parse(line) as { step: number }).step;
  } catch {
    return Infinity; // half a line
  }
}
