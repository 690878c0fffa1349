import { Random, UserError } from '@infogan/contract';
import {
  mean,
  nearestRows,
  precisionRecall,
  rows,
  scoreFrechet,
  scoreMedian,
  sliceRows,
  type Judge,
  type Metrics,
  type Nearest,
  type Rows,
} from '@infogan/measure';
import { judgeAll } from './batches.ts';
import { makesDigits, realPictures, seedFor, type Conditions } from './conditions.ts';
import type { Sample } from './sample.ts';

/** Pictures whose nearest training picture is sought, generated ones and test pictures each. */
const SOUGHT = 2000;
/** Training pictures compared at a time: 10,000 of 784 floats are 31 MB. */
const REFERENCES = 10_000;

export interface RealismEvidence {
  /** Nearest training picture of the first pictures of the sample, and of as many test pictures. */
  readonly generated: Nearest;
  readonly real: Nearest;
}

/** Real pictures in the judge's features: the test set, and as many training pictures. */
export interface RealFeatures {
  readonly test: Rows;
  readonly train: Rows;
}

/**
 * Lets the judge read real pictures; null for a model whose pictures it does not know.
 * @throws UserError when it does not read the test set as well as `judge.json` claims
 */
export async function readRealPictures(conditions: Conditions): Promise<RealFeatures | null> {
  const { model, judge, dataset, progress } = conditions;
  if (!makesDigits(model.manifest, dataset)) return null;
  progress.stage('the judge reads real pictures');
  const test = await judgeAll(judge.session, realPictures(dataset.test), progress.advance);
  // its claim is about the data that it was trained on
  if (judge.judge.provenance.dataset.sha256 === dataset.sha256) {
    checkJudge(judge.judge, mean(test.digits.map((digit, i) => Number(digit === dataset.test.labels[i]))));
  }
  const order = new Random(seedFor(conditions, 'realSample')).permutation(dataset.train.count);
  const drawn = realPictures(dataset.train, order.subarray(0, test.features.count));
  const train = await judgeAll(judge.session, drawn, progress.advance);
  return { test: test.features, train: train.features };
}

/** Realism and variety in the judge's features, and whether training pictures were copied. */
export async function scoreRealism(
  conditions: Conditions,
  sample: Sample,
  real: RealFeatures | null,
): Promise<{ metrics: Partial<Metrics>; evidence: RealismEvidence | null }> {
  const { dataset, multiply, progress, notes } = conditions;
  if (sample.judgement === null || real === null) {
    notes.push(
      `The judge knows ${dataset.name} alone: no class fidelity, no realism or variety, no nearest neighbours.`,
    );
    return { metrics: {}, evidence: null };
  }
  // as many training pictures as generated ones: the distance is biased by the number
  const made = sample.judgement.features;
  const count = Math.min(made.count, real.test.count);
  const train = sliceRows(real.train, 0, count);
  progress.stage('Fréchet distance');
  const metrics: Partial<Metrics> = {
    frechetDistance: scoreFrechet(made, real.test),
    frechetFloor: scoreFrechet(train, real.test),
  };
  progress.advance(FRECHET_UNITS);
  progress.stage('precision and recall');
  const test = sliceRows(real.test, 0, count);
  const scores = await precisionRecall(test, sliceRows(made, 0, count), { multiply });
  const ceiling = await precisionRecall(test, train, { multiply });
  Object.assign(metrics, { ...scores, precisionCeiling: ceiling.precision, recallCeiling: ceiling.recall });
  progress.advance(RECALL_UNITS);
  progress.stage('nearest training pictures');
  const evidence = await findNearest(conditions, sample);
  metrics.nearestTrainDistance = scoreMedian(evidence.generated.distance);
  metrics.nearestTrainDistanceReal = scoreMedian(evidence.real.distance);
  return { metrics, evidence };
}

/** What `judge.json` claims may differ from what is measured by so much: rounding between two machines. */
const CLAIM_TOLERANCE = 0.001;

function checkJudge({ testAccuracy }: Judge, measured: number): void {
  if (Math.abs(testAccuracy - measured) <= CLAIM_TOLERANCE) return;
  throw new UserError(
    `judge: reads ${(100 * measured).toFixed(2)} % of the test pictures right, its judge.json says ${(100 * testAccuracy).toFixed(2)} %; make the judge again with pnpm train judge`,
  );
}

/** Weights of steps in the progress bar, in pictures. */
export const FRECHET_UNITS = 4000;
export const RECALL_UNITS = 8000;
export const NEAREST_UNITS = 1000;

async function findNearest({ dataset, multiply, progress }: Conditions, sample: Sample) {
  const { train, test } = dataset;
  const sought = Math.min(SOUGHT, sample.latents.count, test.count);
  const generated = rows(sample.images.subarray(0, sought * 784), 784);
  const real = rows(realPictures(test).slice(0, sought), 784);
  const references = realPictures(train);
  const found = { generated: noneYet(sought), real: noneYet(sought) };
  for (let first = 0; first < train.count; first += REFERENCES) {
    const last = Math.min(train.count, first + REFERENCES);
    const some = rows(references.slice(first, last), 784);
    keepNearer(found.generated, await nearestRows(generated, some, multiply), first);
    keepNearer(found.real, await nearestRows(real, some, multiply), first);
    progress.advance(NEAREST_UNITS);
  }
  return found;
}

function noneYet(count: number): Nearest {
  return { index: new Int32Array(count), distance: new Float32Array(count).fill(Infinity) };
}

function keepNearer(best: Nearest, found: Nearest, first: number): void {
  found.distance.forEach((distance, i) => {
    if (distance >= best.distance[i]!) return;
    best.distance[i] = distance;
    best.index[i] = found.index[i]! + first;
  });
}
