import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { Random, deriveSeed, fromBytes, hashBytes } from '@infogan/contract';
import type { Dataset, LabelledImages } from '@infogan/data';
import { JUDGE_FILE, JUDGE_FORMAT, JUDGE_VERSION, formatJudge, type Judge } from '@infogan/measure';
import { storeAsHalf, trace } from '@infogan/tracer';
import { correctedRate } from '../adam.ts';
import { augmentBatch } from '../augment.ts';
import { gatherPictures, toTanhRange } from '../pictures.ts';
import type { Arrays, Engine, InputSpec } from '../engine/engine.ts';
import { finalForm, runInBatches, type FinalWeights } from '../finish.ts';
import { uploadWeights } from '../inference.ts';
import { forward, initialWeights } from '../network.ts';
import { writeAtomically } from '../safetensors.ts';
import { batchNormStatistics } from '../statistics.ts';
import type { StepReport } from '../train.ts';
import { flattenArrays, unflattenArray } from '../vector.ts';
import { buildJudge, judgeFunction, judgeInputs, judgeStep, type JudgeNetwork } from './network.ts';

export interface JudgeOptions {
  readonly epochs: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly maxSteps?: number;
  onStep?(report: StepReport): void;
}

const RATE = 2e-3;
/** Mild: a classifier of upright digits should not learn that a 6 may lie. */
const AUGMENT = { rotation: 0.2, shear: 0.2, scale: 0.12, shift: 2, thicken: 0.5, elastic: 0 };
const AVERAGING = 0.999;
const JUDGE_ONNX = 'judge.onnx';

/**
 * Trains the judge from labels and writes `judge.onnx` and `judge.json`. It takes no part in training a
 * generator: it is what the generator's pictures are judged by.
 */
export async function trainJudge(
  directory: string,
  dataset: Dataset,
  engine: Engine,
  options: JudgeOptions,
): Promise<Judge> {
  const network = buildJudge();
  const { batchSize, seed } = options;
  const stepsPerEpoch = Math.floor(dataset.train.count / batchSize);
  const steps = Math.min(Math.round(options.epochs * stepsPerEpoch), options.maxSteps ?? Infinity);
  const program = await engine.prepare(
    judgeStep(network),
    judgeInputs(network, batchSize),
    initialState(network, seed),
  );
  const began = performance.now();
  const elapsed = () => (performance.now() - began) / 1000;
  let order = new Int32Array();
  for (let step = 0; step < steps; step++) {
    if (step % stepsPerEpoch === 0) {
      order = new Int32Array(new Random(deriveSeed(seed, 1, step)).permutation(dataset.train.count));
    }
    const first = (step % stepsPerEpoch) * batchSize;
    const batch = drawBatch(
      dataset.train,
      order.subarray(first, first + batchSize),
      new Random(deriveSeed(seed, 2, step)),
    );
    const rate = correctedRate(RATE * (1 - step / steps), step + 1, { beta1: 0.9, beta2: 0.999 });
    const averaging = Math.min(AVERAGING, (step + 1) / (step + 11));
    const { loss } = await program.run({
      ...batch,
      rate: new Float32Array([rate]),
      averaging: new Float32Array([averaging]),
    });
    const perStep = elapsed() / (step + 1);
    options.onStep?.({
      step: step + 1,
      steps,
      epoch: (step + 1) / stepsPerEpoch,
      losses: { loss: loss![0]! },
      picturesPerSecond: batchSize / perStep,
      secondsLeft: perStep * (steps - step - 1),
    });
  }
  const { 'weights/average': average } = await program.readState();
  await program.dispose();
  const weights = await judgeWeights(network, engine, average!, dataset.train, seed);
  const testAccuracy = await accuracy(network, engine, weights, dataset.test);
  const onnx = traceJudge(network, weights);
  const judge: Judge = {
    format: JUDGE_FORMAT,
    version: JUDGE_VERSION,
    file: JUDGE_ONNX,
    bytes: onnx.length,
    sha256: hashBytes(onnx),
    features: 'features' in network.features.output ? network.features.output.features : 0,
    testAccuracy,
    provenance: {
      tool: 'infogan-kit 0.1.0',
      seed,
      steps,
      batchSize,
      engine: engine.description,
      dataset: { name: dataset.name, sha256: dataset.sha256 },
      seconds: Number(elapsed().toFixed(1)),
    },
  };
  await mkdir(directory, { recursive: true });
  await writeAtomically(join(directory, JUDGE_ONNX), onnx);
  await writeAtomically(join(directory, JUDGE_FILE), formatJudge(judge));
  return judge;
}

function initialState({ features, head, layout }: JudgeNetwork, seed: number): Record<string, Float32Array> {
  const random = new Random(deriveSeed(seed, 0));
  const weights = flattenArrays(layout, {
    ...initialWeights(features, random),
    ...initialWeights(head, random),
  });
  const zeros = () => new Float32Array(weights.length);
  return { weights, 'weights/m': zeros(), 'weights/v': zeros(), 'weights/average': weights.slice() };
}

function drawBatch(images: LabelledImages, indices: Int32Array, random: Random): Arrays {
  const pictures = gatherPictures(images, indices);
  return {
    images: toTanhRange(augmentBatch(pictures, images, AUGMENT, random)),
    labels: indices.map((index) => images.labels[index]!),
  };
}

/** Inference form: batch-norm statistics over unchanged training pictures. */
async function judgeWeights(
  { features, head, layout }: JudgeNetwork,
  engine: Engine,
  vector: Float32Array,
  images: LabelledImages,
  seed: number,
): Promise<FinalWeights> {
  const batch = 500;
  const random = new Random(deriveSeed(seed, 3));
  const statistics = await batchNormStatistics(
    engine,
    { weights: { layout, vector } },
    { images: { shape: [batch, 28, 28, 1] } },
    (weights, x, listen) => forward(features, weights, x['images']!, listen),
    Array.from({ length: 10 }, () => {
      const indices = Int32Array.from({ length: batch }, () => random.integer(images.count));
      return { images: toTanhRange(gatherPictures(images, indices)) };
    }),
  );
  const arrays = unflattenArray(layout, vector);
  return { ...finalForm(features, arrays, statistics), ...finalForm(head, arrays, statistics) };
}

async function accuracy(
  network: JudgeNetwork,
  engine: Engine,
  stored: FinalWeights,
  images: LabelledImages,
): Promise<number> {
  const batch = 250;
  const shapes: Record<string, InputSpec> = { image: { shape: [batch, 1, images.height, images.width] } };
  for (const [name, { shape }] of Object.entries(stored)) shapes[name] = { shape };
  const values = Object.fromEntries(Object.entries(stored).map(([name, tensor]) => [name, tensor.values]));
  const program = await engine.prepare((x) => judgeFunction(network, x)(x), shapes, values);
  const { digit } = await runInBatches(program, { image: fromBytes(images.pixels) }, images.count, batch);
  await program.dispose();
  const right = images.labels.filter((label, i) => {
    const row = digit!.subarray(i * 10, (i + 1) * 10) as Float32Array;
    return row.indexOf(Math.max(...row)) === label;
  });
  return right.length / images.count;
}

function traceJudge(network: JudgeNetwork, stored: FinalWeights): Uint8Array {
  const weights = uploadWeights(stored);
  const { model } = trace(
    judgeFunction(network, weights),
    { image: { shape: ['N', 1, 28, 28], doc: 'pictures in [0, 1], 1 = ink' } },
    {
      name: 'judge',
      doc: 'Digit classifier trained from labels: an independent judge of generated pictures.',
      outputDocs: { digit: 'probabilities of the ten digits', features: 'penultimate layer' },
      constants: weights,
    },
  );
  tf.dispose(weights);
  return storeAsHalf(model);
}
