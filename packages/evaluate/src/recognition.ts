import { CONTINUOUS_INPUT, categoricals, uniforms } from '@infogan/contract';
import {
  argmaxRows,
  bootstrap,
  rSquared,
  scoreShare,
  unsupervisedAccuracy,
  type Metrics,
} from '@infogan/measure';
import { pictures, recognizeAll } from './batches.ts';
import { makesDigits, realPictures, type Conditions } from './conditions.ts';
import { digitCode, digitOfClass } from './draw.ts';
import type { Sample } from './sample.ts';

/** Bootstrap of R²: each redraw reads all pictures again. */
const RESAMPLES = 200;

/** Scores of the recognizer: on real pictures, and on what the generator made. */
export async function scoreRecognition(conditions: Conditions, sample: Sample): Promise<Partial<Metrics>> {
  const { recognizer } = conditions.model;
  if (recognizer === null) {
    conditions.notes.push('The model has no recognizer: no unsupervised accuracy, no read-back.');
    return {};
  }
  return { ...(await scoreReal(conditions)), ...(await scoreReadback(conditions, sample)) };
}

async function scoreReal({ model, dataset, progress, notes }: Conditions): Promise<Partial<Metrics>> {
  const { latent, image } = model.manifest;
  const code = digitCode(latent) ?? categoricals(latent)[0];
  if (code === undefined) {
    notes.push('The model has no categorical code: no unsupervised accuracy.');
    return {};
  }
  if (!makesDigits(model.manifest, dataset)) return {};
  progress.stage('the recognizer reads MNIST');
  const read = async (images: typeof dataset.train) => {
    const real = realPictures(images);
    const readings = await recognizeAll(model.recognizer!, image, real, progress.advance);
    return { categories: argmaxRows(readings[code.name]!, code.labels.length), labels: images.labels };
  };
  const classes = code.labels.length;
  const result = unsupervisedAccuracy(await read(dataset.train), await read(dataset.test), classes, 10);
  const promised = digitOfClass(code);
  return {
    unsupervisedAccuracy: result.accuracy,
    calibrated: result.map.every((label, category) => label === promised[category]),
    confusion: result.confusion,
  };
}

async function scoreReadback(conditions: Conditions, sample: Sample): Promise<Partial<Metrics>> {
  const { model, progress } = conditions;
  const { latent, image } = model.manifest;
  progress.stage('the recognizer reads the codes back');
  const made = pictures(sample.images, image.width * image.height * image.channels);
  const readings = await recognizeAll(model.recognizer!, image, made, progress.advance);
  const metrics: Partial<Metrics> = {};
  const code = digitCode(latent) ?? categoricals(latent)[0];
  if (code !== undefined) {
    const read = argmaxRows(readings[code.name]!, code.labels.length);
    const given = sample.latents.values[code.name]!;
    metrics.readbackAccuracy = scoreShare(Array.from(read, (category, i) => category === given[i]));
  }
  const codes = uniforms(latent);
  if (codes.length > 0) {
    const rows = readings[CONTINUOUS_INPUT]!;
    metrics.readbackR2 = Object.fromEntries(
      codes.map(({ name }, k) => {
        const given = sample.latents.values[name]!;
        const read = Float32Array.from(given, (_, i) => rows[i * codes.length + k]!);
        const score = bootstrap(
          given.length,
          (items) =>
            rSquared(
              Float32Array.from(items, (i) => given[i]!),
              Float32Array.from(items, (i) => read[i]!),
            ),
          { resamples: RESAMPLES },
        );
        return [name, score];
      }),
    );
  }
  return metrics;
}
