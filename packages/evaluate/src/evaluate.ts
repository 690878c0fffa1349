import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError, categoricals, openManifest, uniforms, type Manifest } from '@infogan/contract';
import { loadMnist, type Dataset } from '@infogan/data';
import { parseMetrics, type Judge, type Metrics } from '@infogan/measure';
import { CONTROL_UNITS, scoreAttributes, traversalPictures, type ControlEvidence } from './attributes.ts';
import { differingConditions } from './compare.ts';
import { makesDigits, type Conditions } from './conditions.ts';
import { displayPictures, makeDisplay, type Display } from './display.ts';
import { AT_LIMIT, scoreFidelity, type FidelityEvidence } from './fidelity.ts';
import { generatorFlops } from './flops.ts';
import { HEADLINES } from './headlines.ts';
import { openDirectory, openJudge } from './open.ts';
import { createDotProducts } from './products.ts';
import { silentProgress, type Progress } from './progress.ts';
import {
  FRECHET_UNITS,
  NEAREST_UNITS,
  RECALL_UNITS,
  readRealPictures,
  scoreRealism,
  type RealismEvidence,
} from './realism.ts';
import { scoreRecognition } from './recognition.ts';
import { takeSample, type Sample } from './sample.ts';

export interface EvaluateOptions {
  /** The judge's directory. */
  readonly judge?: string;
  /** Folder of IDX files in place of MNIST. */
  readonly data?: string;
  /** Generated pictures of the main sample. */
  readonly pictures?: number;
  readonly seed?: number;
  /** A model directory, already evaluated, whose values stand beside this one's. */
  readonly baseline?: string;
  readonly progress?: Progress;
}

/** Scores of a model with all that the report shows of them. */
export interface Evaluation {
  readonly directory: string;
  readonly manifest: Manifest;
  /** The manifest's text as it was read: whoever writes checks that it still stands. */
  readonly manifestText: string;
  readonly judge: Judge;
  readonly dataset: Dataset;
  readonly metrics: Metrics;
  readonly sample: Sample;
  readonly display: Display;
  readonly fidelity: FidelityEvidence | null;
  readonly control: ControlEvidence | null;
  readonly realism: RealismEvidence | null;
  /** Why scores are missing, one sentence each. */
  readonly notes: readonly string[];
}

const DEFAULTS = { judge: 'models/judge', pictures: 10_000, seed: 1 };
const LEAST_PICTURES = 200;

/**
 * Scores the model in `directory`, as far as the scores apply to it. Writes nothing.
 * The same model, judge and seed give the same scores.
 * @throws UserError for a model or a judge that is incomplete, changed, or of another version
 */
export async function evaluate(directory: string, options: EvaluateOptions = {}): Promise<Evaluation> {
  const { judge: judgeDirectory, pictures, seed } = { ...DEFAULTS, ...options };
  if (!Number.isInteger(pictures) || pictures < LEAST_PICTURES) {
    throw new UserError(`evaluate: got ${pictures} pictures; intervals need at least ${LEAST_PICTURES}`);
  }
  const baseline = options.baseline === undefined ? null : await readBaseline(options.baseline);
  const model = await openDirectory(directory);
  const products = await createDotProducts();
  try {
    const judge = await openJudge(judgeDirectory);
    const dataset = await loadMnist(options.data);
    const conditions: Conditions = {
      model,
      judge,
      dataset,
      pictures,
      seed,
      multiply: products.multiply,
      progress: options.progress ?? silentProgress,
      notes: [],
    };
    const evaluation: Metrics['evaluation'] = {
      version: 1,
      seed,
      pictures,
      judge: { sha256: judge.judge.sha256, testAccuracy: judge.judge.testAccuracy },
      dataset: { name: dataset.name, sha256: dataset.sha256 },
    };
    const beside = checkedBaseline(baseline, evaluation);
    conditions.progress.start(workload(model.manifest, dataset, pictures));
    const real = await readRealPictures(conditions);
    const sample = await takeSample(conditions);
    const fidelity = await scoreFidelity(conditions, sample);
    const recognition = await scoreRecognition(conditions, sample);
    const control = await scoreAttributes(conditions, sample);
    const realism = await scoreRealism(conditions, sample, real);
    const display = await makeDisplay(conditions);
    const metrics: Metrics = {
      evaluation,
      generatorFlops: await generatorFlops(model.generatorGraph, model.manifest.latent),
      ...recognition,
      ...fidelity.metrics,
      ...control.metrics,
      ...realism.metrics,
      ...beside,
    };
    const { notes } = conditions;
    return {
      directory,
      manifest: model.manifest,
      manifestText: model.manifestText,
      judge: judge.judge,
      dataset,
      metrics,
      sample,
      display,
      fidelity: fidelity.evidence,
      control: control.evidence,
      realism: realism.evidence,
      notes,
    };
  } finally {
    await products.close();
    await model.close();
  }
}

/** About how many pictures go through a network or the ruler, for the progress bar. */
function workload(manifest: Manifest, dataset: Dataset, pictures: number): number {
  const classes = categoricals(manifest.latent)[0]?.labels.length ?? 0;
  const codes = uniforms(manifest.latent).length;
  const judged = makesDigits(manifest, dataset);
  const real = dataset.train.count + dataset.test.count;
  return (
    2 * pictures +
    (judged ? pictures + 2 * dataset.test.count + FRECHET_UNITS + RECALL_UNITS + 6 * NEAREST_UNITS : 0) +
    (manifest.graphs.recognizer === null ? 0 : pictures + (judged && classes > 0 ? real : 0)) +
    (codes > 0 && judged && classes > 0 ? 4 * Math.min(AT_LIMIT, pictures) : 0) +
    Math.min(codes, 2) * (CONTROL_UNITS + traversalPictures(classes, pictures)) +
    displayPictures(classes, codes)
  );
}

async function readBaseline(directory: string): Promise<Baseline> {
  const manifest = await openManifest((path) => readFile(join(directory, path)), directory);
  const metrics = parseMetrics(manifest.metrics, directory);
  const values = HEADLINES.flatMap(({ key, read }) => {
    const score = read(metrics);
    return score === undefined ? [] : [[key, score.value] as const];
  });
  return {
    directory,
    evaluation: metrics.evaluation,
    shown: { name: manifest.name, steps: manifest.provenance.steps, values: Object.fromEntries(values) },
  };
}

interface Baseline {
  readonly directory: string;
  readonly evaluation: Metrics['evaluation'];
  readonly shown: NonNullable<Metrics['baseline']>;
}

/** The baseline as it stands in the metrics, if it was scored as this model is. */
function checkedBaseline(
  baseline: Baseline | null,
  evaluation: Metrics['evaluation'],
): Pick<Metrics, 'baseline'> {
  if (baseline === null) return {};
  const differing = differingConditions(evaluation, baseline.evaluation);
  if (differing === null) return { baseline: baseline.shown };
  throw new UserError(
    `evaluate: the baseline ${baseline.directory} was scored with ${differing}; run pnpm evaluate ${baseline.directory} again, with the same options`,
  );
}
