import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import {
  Random,
  deriveSeed,
  encodeFloats,
  encodeLatents,
  hashBytes,
  samplePrior,
  type Probe,
} from '@infogan/contract';
import type { Dataset } from '@infogan/data';
import { calibrate, calibrateReading, generatorCode } from './calibrate.ts';
import type { Engine } from './engine/engine.ts';
import { inferencePrograms, inferenceWeights, type FinalWeights } from './finish.ts';
import { latentInputs, packCodes } from './latent-arrays.ts';
import { generatorFunction, recognizerFunction, uploadWeights } from './inference.ts';
import { RUN_FILES, writeRun, type Calibration, type Run } from './run-directory.ts';
import { encodeTensors, writeAtomically } from './safetensors.ts';
import { sheetLatents, writeSheet } from './sample-sheet.ts';
import { averageOf } from './state.ts';
import type { TrainOutcome } from './train.ts';
import { buildGan, type Gan } from './gan.ts';

const PROBES = 8;
/** Largest difference that a runtime may show from the trainer's numbers. */
const TOLERANCE = 1e-4;

/** Ends a training: inference-form weights, calibration, probe and final sheet into the run directory. */
export async function completeRun(
  directory: string,
  run: Run,
  outcome: TrainOutcome,
  dataset: Dataset,
  engine: Engine,
): Promise<Run & { calibration: Calibration }> {
  const gan = buildGan(run);
  const { seed } = run.provenance;
  // the averages are what draws and reads
  const vectors = Object.fromEntries(
    Object.keys(gan.layouts).map((name) => [name, averageOf(outcome.state, name)]),
  );
  const weights = await inferenceWeights(gan, engine, vectors, dataset.train, seed);
  const programs = await inferencePrograms(gan, engine, weights);
  const calibration = await calibrate(run, programs, dataset, seed);
  await programs.dispose();

  const file = encodeTensors({
    metadata: { format: 'infogan-kit weights, inference form' },
    tensors: weights,
  });
  await writeAtomically(join(directory, RUN_FILES.weights), file);
  const finished = {
    ...run,
    status: 'finished' as const,
    provenance: { ...run.provenance, steps: outcome.step, seconds: Number(outcome.seconds.toFixed(1)) },
    weights: { bytes: file.length, sha256: hashBytes(file) },
    calibration,
    probe: await drawProbe(gan, weights, calibration, seed),
  };
  await writeRun(directory, finished);
  const { latents, columns } = sheetLatents(run.latent, seed);
  const calibrated = await inferencePrograms(gan, engine, weights, {
    code: generatorCode(run.latent, calibration),
  });
  await writeSheet(
    join(directory, RUN_FILES.samples, 'final.png'),
    await calibrated.generate(latents),
    run.image,
    columns,
  );
  await calibrated.dispose();
  return finished;
}

/**
 * The probe is computed by TensorFlow.js's plain back end, whatever engine trained: what export compares its
 * ONNX files with then shares no code with ONNX Runtime.
 */
async function drawProbe(
  gan: Gan,
  weights: FinalWeights,
  calibration: Calibration,
  seed: number,
): Promise<Probe> {
  const before = tf.getBackend();
  await tf.setBackend('cpu');
  const latents = samplePrior(gan.latent, PROBES, new Random(deriveSeed(seed, 300)));
  const codes = packCodes(gan.latent, latents.values, PROBES);
  const outputs = tf.tidy(() => {
    const uploaded = uploadWeights(weights);
    const inputs = Object.fromEntries(
      Object.entries(latentInputs(gan.latent, PROBES)).map(([name, { shape }]) => [
        name,
        tf.tensor(codes[name]!, [...shape]),
      ]),
    );
    const { image } = generatorFunction(gan, uploaded, generatorCode(gan.latent, calibration))(inputs);
    if (gan.recognizer === null) return { image: image! };
    const read = recognizerFunction(gan, uploaded)({ image: image! });
    return { image: image!, ...calibrateReading(gan.latent, calibration, read) };
  });
  const arrays = Object.entries(outputs).map(
    ([name, tensor]) => [name, tensor.dataSync<'float32'>().slice()] as const,
  );
  tf.dispose(outputs);
  if (before !== '' && before !== 'cpu') await tf.setBackend(before);
  const { image, ...readings } = Object.fromEntries(arrays);
  return {
    count: PROBES,
    tolerance: TOLERANCE,
    latents: encodeLatents(latents),
    images: encodeFloats(image!),
    readings:
      gan.recognizer === null
        ? null
        : Object.fromEntries(Object.entries(readings).map(([name, values]) => [name, encodeFloats(values)])),
  };
}
