import * as tf from '@tensorflow/tfjs';
import {
  CONTINUOUS_INPUT,
  categoricals,
  chooseLatents,
  deriveSeed,
  uniforms,
  type ImageGeometry,
  type LatentSpec,
} from '@infogan/contract';
import type { Dataset, LabelledImages } from '@infogan/data';
import { hungarian, olsSlope, slant, thickness } from '@infogan/measure';
import type { Blueprint } from './gan.ts';
import type { InferencePrograms } from './finish.ts';
import type { CodeMap } from './inference.ts';
import { channelsFirst, pictureRange } from './pictures.ts';
import type { Calibration } from './run-directory.ts';

/**
 * What codes can turn out to control, in the order of the codes' names: c1 becomes slant, c2 thickness. The deviation
 * is that of MNIST, a length in pixels of its 28.
 */
const ATTRIBUTES = [
  { attribute: 'slant', unit: 'rad', measure: slant, deviation: 0.26 },
  { attribute: 'thickness', unit: 'px', measure: thickness, deviation: 0.63 },
] as const;

const MNIST_WIDTH = 28;
const SWEEP = [-1, -0.5, 0, 0.5, 1];
const NOISES = 12;
/** Pictures that are turned into floats at a time. */
const AT_ONCE = 5000;

/**
 * Finds out what the latent code means. Categories go to labels by Hungarian assignment of Q's counts on the
 * training set (the only use of labels, after training), where there are as many categories as labels; codes go to
 * attributes, with sign, by the ruler's slope over generated sweeps, where pictures are of ink, in one channel. What
 * cannot be named so stays in the network's order.
 */
export async function calibrate(
  { latent, image }: Pick<Blueprint, 'latent' | 'image'>,
  programs: InferencePrograms,
  dataset: Dataset,
  seed: number,
): Promise<Calibration> {
  const codes = await calibrateCodes(latent, image, programs, seed);
  const { recognize } = programs;
  // categories that no one reads were labels from the start
  const named = Object.fromEntries(
    categoricals(latent).map(({ name, labels }) => [name, [...labels.keys()]]),
  );
  const category = categoricals(latent)[0];
  if (recognize === null || category === undefined || dataset.classes.length !== category.labels.length) {
    return { categories: named, missing: [], codes, accuracy: null };
  }
  const readings = {
    train: await readCategories(recognize, dataset.train, category.name),
    test: await readCategories(recognize, dataset.test, category.name),
  };
  const counts = countPairs(readings.train, dataset.train.labels, category.labels.length);
  const categories = hungarian(counts);
  const accuracy = (split: 'train' | 'test') => {
    const { labels } = dataset[split];
    return (
      readings[split].filter((read, i) => read === categories[labels[i]!]).length / Math.max(1, labels.length)
    );
  };
  return {
    categories: { ...named, [category.name]: categories },
    missing: category.labels.filter((_, label) => !isOwn(counts, label, categories[label]!)),
    codes,
    accuracy: { train: accuracy('train'), test: accuracy('test') },
  };
}

async function readCategories(
  recognize: NonNullable<InferencePrograms['recognize']>,
  images: LabelledImages,
  name: string,
): Promise<number[]> {
  const categories: number[] = [];
  for (let start = 0; start < images.count; start += AT_ONCE) {
    const pictures = pictureRange(images, start, Math.min(images.count, start + AT_ONCE));
    const probabilities = (await recognize(channelsFirst(pictures, images)))[name]!;
    const count = Math.min(AT_ONCE, images.count - start);
    const classes = probabilities.length / count;
    for (let i = 0; i < count; i++) {
      const row = probabilities.subarray(i * classes, (i + 1) * classes);
      categories.push(row.indexOf(Math.max(...row)));
    }
  }
  return categories;
}

/** counts[label][category] */
function countPairs(categories: readonly number[], labels: Uint8Array, classes: number): number[][] {
  const counts = Array.from({ length: classes }, () => Array.from({ length: classes }, () => 0));
  categories.forEach((category, i) => counts[labels[i]!]![category]!++);
  return counts;
}

/** Whether a category shows mostly this label and most pictures of the label are read as it. */
function isOwn(counts: readonly number[][], label: number, category: number): boolean {
  const own = counts[label]![category]!;
  const sameCategory = counts.reduce((sum, row) => sum + row[category]!, 0);
  const sameLabel = counts[label]!.reduce((sum, count) => sum + count, 0);
  return own > sameCategory / 2 && own > sameLabel / 2;
}

async function calibrateCodes(
  latent: LatentSpec,
  image: ImageGeometry,
  programs: InferencePrograms,
  seed: number,
): Promise<Calibration['codes']> {
  const codes = uniforms(latent);
  if (image.channels !== 1)
    return codes.map(({ name }, source) => ({ name, source, sign: 1, control: null }));
  const category = categoricals(latent)[0];
  // slopes[attribute][code], per unit of the code
  const slopes: number[][] = ATTRIBUTES.map(() => []);
  for (const { name } of codes) {
    const rows = (category?.labels ?? ['']).flatMap((_, label) =>
      Array.from({ length: NOISES }, (_, noise) =>
        SWEEP.map((value) => ({
          chosen: { [name]: value, ...(category === undefined ? {} : { [category.name]: label }) },
          seed: deriveSeed(seed, 200, noise),
        })),
      ).flat(),
    );
    const images = await programs.generate(chooseLatents(latent, rows));
    const size = images.length / rows.length;
    const values = rows.map(({ chosen }) => chosen[name]!);
    ATTRIBUTES.forEach(({ measure }, a) => {
      slopes[a]!.push(
        olsSlope(
          values,
          rows.map((_, i) => measure(images.subarray(i * size, (i + 1) * size), image)),
        ),
      );
    });
  }
  const gains = ATTRIBUTES.slice(0, codes.length).map(({ deviation, unit }, a) => {
    const enlarged = unit === 'px' ? image.width / MNIST_WIDTH : 1;
    return slopes[a]!.map((slope) => Math.abs(slope / (deviation * enlarged)));
  });
  const sources = codes.length === 0 ? [] : hungarian(gains);
  const left = codes.map((_, k) => k).filter((k) => !sources.includes(k));
  return codes.map(({ name }, k) => {
    const known = ATTRIBUTES[k];
    const source = sources[k] ?? left.shift()!;
    if (known === undefined) return { name, source, sign: 1, control: null };
    const slope = slopes[k]![source]!;
    const { attribute, unit } = known;
    return { name, source, sign: slope < 0 ? -1 : 1, control: { attribute, unit, slope: Math.abs(slope) } };
  });
}

/** The calibration as a function of tensors, so that it is traced into the generator: a user's code to the network's. */
export function generatorCode(latent: LatentSpec, { categories, codes }: Calibration): CodeMap {
  return (inputs) => {
    const mapped: Record<string, tf.Tensor> = { ...inputs };
    for (const { name } of categoricals(latent)) {
      mapped[name] = tf.gather(tf.tensor1d(categories[name]!, 'int32'), tf.cast(inputs[name]!, 'int32'));
    }
    if (codes.length > 0)
      mapped[CONTINUOUS_INPUT] = tf.matMul(inputs[CONTINUOUS_INPUT]!, codeMatrix(codes, 'toNetwork'));
    return mapped;
  };
}

/** Turns the recognizer's reading round the same way: network's order and signs to the user's. */
export function calibrateReading(
  latent: LatentSpec,
  { categories, codes }: Calibration,
  reading: Readonly<Record<string, tf.Tensor>>,
): Record<string, tf.Tensor> {
  const mapped: Record<string, tf.Tensor> = { ...reading };
  for (const { name } of categoricals(latent)) {
    mapped[name] = tf.gather(reading[name]!, tf.tensor1d(categories[name]!, 'int32'), 1);
  }
  if (codes.length > 0)
    mapped[CONTINUOUS_INPUT] = tf.matMul(reading[CONTINUOUS_INPUT]!, codeMatrix(codes, 'toUser'));
  return mapped;
}

/** Signed permutation [k, k]; its transpose is its inverse. */
function codeMatrix(codes: Calibration['codes'], direction: 'toNetwork' | 'toUser'): tf.Tensor2D {
  const rows = codes.map(({ source, sign }) => codes.map((_, k) => (k === source ? sign : 0)));
  const matrix = tf.tensor2d(rows);
  return direction === 'toNetwork' ? matrix : tf.transpose(matrix);
}
