import { uniforms, type Manifest } from '@infogan/contract';
import {
  hungarian,
  monotoneShare,
  scoreControl,
  slant,
  spearman,
  thickness,
  type Metrics,
  type Score,
} from '@infogan/measure';
import { generateAll } from './batches.ts';
import { makesDigits, realPictures, seedFor, type Conditions } from './conditions.ts';
import { planTraversals, POINTS } from './draw.ts';
import type { Sample } from './sample.ts';

const DEGREES = 180 / Math.PI;

/**
 * The two attributes that the codes are to control. `unit` times the ruler's reading is what is reported.
 * `tolerance`, in the ruler's unit, is what it cannot resolve: moments see any change of slant, but readings of
 * thickness scatter by about 0.1 px when a picture moves by half a pixel, as branches of the medial axis come and go.
 */
export const ATTRIBUTES = {
  slant: { measure: slant, unit: DEGREES, unitName: '°', tolerance: 0 },
  thickness: { measure: thickness, unit: 1, unitName: 'px', tolerance: 0.1 },
} as const;
export type Attribute = keyof typeof ATTRIBUTES;

/** Traversals per class for the share of monotone ones: twenty at 10,000 pictures, fewer at fewer. */
function perClassCount(pictures: number): number {
  return Math.min(20, Math.max(4, Math.round(pictures / 500)));
}
/** They run over the range that training draws from. */
const REACH = 1;

export interface ControlEvidence {
  /** For each attribute that a code controls: that code. */
  readonly codes: Partial<Record<Attribute, string>>;
  /** Readings in reported units, one a picture of the sample. */
  readonly readings: Record<Attribute, Float64Array>;
  /** Class of each picture: the digit asked for, else the digit read, else 0. */
  readonly classes: Int32Array;
  readonly perClass: Partial<Record<Attribute, Record<string, number>>>;
  /** Readings of test pictures in reported units; null where the model does not make such pictures. */
  readonly real: Record<Attribute, Float64Array> | null;
}

/** How well the continuous codes control slant and thickness, and nothing else of the two. */
export async function scoreAttributes(
  conditions: Conditions,
  sample: Sample,
): Promise<{ metrics: Partial<Metrics>; evidence: ControlEvidence | null }> {
  const { model, progress, notes } = conditions;
  const names = uniforms(model.manifest.latent).map(({ name }) => name);
  if (sample.measurements === null) {
    notes.push('The pictures have colours: the ruler measures one channel only, so no control scores.');
    return { metrics: {}, evidence: null };
  }
  if (names.length === 0) {
    notes.push('The model has no continuous code: no control scores.');
    return { metrics: {}, evidence: null };
  }
  progress.stage('what the codes control');
  const readings = {
    slant: Float64Array.from(sample.measurements, (m) => m.slant * ATTRIBUTES.slant.unit),
    thickness: Float64Array.from(sample.measurements, (m) => m.thickness * ATTRIBUTES.thickness.unit),
  };
  const column = (name: string) => sample.latents.values[name]!;
  const classes = sample.asked ?? sample.judgement?.digits ?? new Int32Array(sample.latents.count);
  const codes = assignCodes(model.manifest, names, (name, attribute) =>
    Math.abs(spearman(column(name), readings[attribute])),
  );
  const metrics: Partial<Metrics> = {};
  const perClass: ControlEvidence['perClass'] = {};
  const leakages: Score[] = [];
  for (const attribute of Object.keys(ATTRIBUTES) as Attribute[]) {
    const code = codes[attribute];
    if (code === undefined) continue;
    const others = names.filter((name) => name !== code).map(column);
    const score = scoreControl({ attribute: readings[attribute], code: column(code), others, classes });
    metrics[`${attribute}Control`] = score.spearman;
    metrics[`${attribute}Partial`] = score.partial;
    metrics[`${attribute}Slope`] = score.slope;
    if (others.length > 0) {
      metrics[`${attribute}Leakage`] = score.leakage;
      leakages.push(score.leakage);
    }
    metrics[`${attribute}Monotone`] = await scoreMonotone(conditions, attribute, code, score.slope.value);
    perClass[attribute] = score.perClass;
    progress.advance(CONTROL_UNITS);
  }
  const worst = leakages.sort((a, b) => b.value - a.value)[0];
  if (worst !== undefined) metrics.leakage = worst;
  return { metrics, evidence: { codes, readings, classes, perClass, real: measureReal(conditions) } };
}

/** Test pictures measured, for the distributions in the report. */
const REAL = 2000;

function measureReal({ model, dataset, pictures }: Conditions): ControlEvidence['real'] {
  if (!makesDigits(model.manifest, dataset)) return null;
  const test = realPictures(dataset.test);
  const images = Array.from({ length: Math.min(REAL, pictures, test.count) }, (_, i) => test.slice(i, i + 1));
  return {
    slant: Float64Array.from(images, (image) => slant(image) * ATTRIBUTES.slant.unit),
    thickness: Float64Array.from(images, (image) => thickness(image) * ATTRIBUTES.thickness.unit),
  };
}

/** Pictures of the traversals that one attribute is scored on. */
export function traversalPictures(classes: number, pictures: number): number {
  return Math.max(1, classes) * perClassCount(pictures) * POINTS;
}

/** Weight of one attribute's bootstrap in the progress bar, in pictures. */
export const CONTROL_UNITS = 2000;

/**
 * Which code controls which attribute: what the manifest says (the trainer's calibration); for attributes it does
 * not name, the one-to-one assignment of the remaining codes with the largest correlations.
 */
function assignCodes(
  { controls }: Manifest,
  names: readonly string[],
  strength: (name: string, attribute: Attribute) => number,
): Partial<Record<Attribute, string>> {
  const codes: Partial<Record<Attribute, string>> = {};
  for (const [name, { attribute }] of Object.entries(controls)) {
    if (attribute in ATTRIBUTES && names.includes(name)) codes[attribute as Attribute] = name;
  }
  const freeNames = names.filter((name) => !Object.values(codes).includes(name));
  const freeAttributes = (Object.keys(ATTRIBUTES) as Attribute[]).filter((name) => codes[name] === undefined);
  if (freeNames.length === 0 || freeAttributes.length === 0) return codes;
  const columns = hungarian(
    freeAttributes.map((attribute) => freeNames.map((name) => strength(name, attribute))),
  );
  columns.forEach((column, row) => {
    if (column >= 0) codes[freeAttributes[row]!] = freeNames[column]!;
  });
  return codes;
}

async function scoreMonotone(
  conditions: Conditions,
  attribute: Attribute,
  code: string,
  slope: number,
): Promise<Score> {
  const { model, progress } = conditions;
  const { latent, image } = model.manifest;
  const { measure, tolerance } = ATTRIBUTES[attribute];
  const plan = planTraversals(
    latent,
    code,
    REACH,
    perClassCount(conditions.pictures),
    seedFor(conditions, 'display'),
  );
  const images = await generateAll(model.generator, latent, plan.latents, progress.advance);
  const size = image.width * image.height;
  const traversals = Array.from({ length: plan.count }, (_, t) =>
    Float64Array.from({ length: POINTS }, (_, k) => {
      const start = (t * POINTS + k) * size;
      return measure(images.subarray(start, start + size), image);
    }),
  );
  return monotoneShare(traversals, slope < 0 ? -1 : 1, tolerance);
}
