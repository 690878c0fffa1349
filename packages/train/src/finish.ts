import { Random, deriveSeed, type Latents } from '@infogan/contract';
import type { LabelledImages } from '@infogan/data';
import { latentArrays, latentInputs, packCodes } from './latent-arrays.ts';
import { gatherPictures, toTanhRange } from './pictures.ts';
import type { Arrays, Engine, Program } from './engine/engine.ts';
import { foldBatchNorm, foldedShape, type Statistics } from './fold.ts';
import { generatorFunction, imageInput, recognizerFunction, type CodeMap } from './inference.ts';
import { forward, type BuiltNetwork, type Weights } from './network.ts';
import { roundWeight } from './rounding.ts';
import type { StoredTensor } from './safetensors.ts';
import { batchNormStatistics } from './statistics.ts';
import { latentVector } from './code.ts';
import { networksOf, type Gan } from './gan.ts';
import { unflattenArray } from './vector.ts';

/** Pictures per batch and batches over which batch norm's statistics are taken. */
const BATCH = 500;
const BATCHES = 10;

/** Inference-form weights of all networks by name: what a finished run stores. */
export type FinalWeights = Record<string, StoredTensor>;

/**
 * Puts the networks in inference form: batch-norm statistics of the generator are those of codes drawn from the
 * prior, of the critics those of real pictures (statistics mixed over real and generated spoil both). Weights
 * are rounded here (`roundWeight`), before calibration and probe, so that files that store them so lose nothing.
 * @param vectors the parameter vector of each network, averaged over the last steps
 */
export async function inferenceWeights(
  gan: Gan,
  engine: Engine,
  vectors: Readonly<Record<string, Float32Array>>,
  images: LabelledImages,
  seed: number,
): Promise<FinalWeights> {
  const random = new Random(deriveSeed(seed, 100));
  const { generator: layout, ...criticLayouts } = gan.layouts;
  const generator = await batchNormStatistics(
    engine,
    { generator: { layout, vector: vectors['generator']! } },
    latentInputs(gan.latent, BATCH),
    (weights, x, listen) => forward(gan.generator, weights, latentVector(gan.latent, x), listen),
    Array.from({ length: BATCHES }, () => latentArrays(gan.latent, BATCH, random)),
  );
  const { height, width, channels } = gan.image;
  const critics = await batchNormStatistics(
    engine,
    Object.fromEntries(
      Object.entries(criticLayouts).map(([name, critic]) => [
        name,
        { layout: critic, vector: vectors[name]! },
      ]),
    ),
    { image: { shape: [BATCH, height, width, channels] } },
    (weights, { image }, listen) => {
      const features = forward(gan.trunk, weights, image!, listen);
      forward(gan.discriminator, weights, features, listen);
      if (gan.recognizer !== null) forward(gan.recognizer, weights, features, listen);
    },
    Array.from({ length: BATCHES }, () => ({ image: drawPictures(images, random) })),
  );
  const stored: FinalWeights = {};
  const arrays = Object.assign(
    {},
    ...Object.entries(gan.layouts).map(([name, own]) => unflattenArray(own, vectors[name]!)),
  ) as Record<string, Float32Array>;
  for (const network of networksOf(gan)) {
    Object.assign(stored, finalForm(network, arrays, { ...generator, ...critics }));
  }
  return stored;
}

/** One network's weights with batch norm folded and every number rounded. */
export function finalForm(
  network: BuiltNetwork,
  arrays: Readonly<Record<string, Float32Array>>,
  statistics: Statistics,
): FinalWeights {
  const own = Object.fromEntries(network.parameters.map(({ name }) => [name, arrays[name]!]));
  return Object.fromEntries(
    Object.entries(foldBatchNorm(network, own, statistics)).map(([name, values]) => [
      name,
      { shape: foldedShape(network, name, values), values: values.map(roundWeight) },
    ]),
  );
}

function drawPictures(images: LabelledImages, random: Random): Float32Array {
  const indices = Int32Array.from({ length: BATCH }, () => random.integer(images.count));
  return toTanhRange(gatherPictures(images, indices));
}

/** Runs the inference-form networks over any number of examples. */
export interface InferencePrograms {
  /** @returns pictures [count, C, H, W] in [0, 1] */
  generate(latents: Latents): Promise<Float32Array>;
  /** Null without a recognizer. @param images [count, C, H, W] in [0, 1] */
  readonly recognize: ((images: Float32Array) => Promise<Record<string, Float32Array>>) | null;
  dispose(): Promise<void>;
}

/** @param code how a user's code becomes the network's, once it is calibrated */
export async function inferencePrograms(
  gan: Gan,
  engine: Engine,
  stored: Readonly<FinalWeights>,
  { batch = 250, code }: { batch?: number; code?: CodeMap } = {},
): Promise<InferencePrograms> {
  const shapes = Object.fromEntries(Object.entries(stored).map(([name, { shape }]) => [name, { shape }]));
  const values = Object.fromEntries(Object.entries(stored).map(([name, tensor]) => [name, tensor.values]));
  const prepare = (
    of: readonly BuiltNetwork[],
    inputs: Parameters<Engine['prepare']>[1],
    fn: typeof generate,
  ) => {
    const mine = Object.keys(stored).filter((name) =>
      of.some((network) => name.startsWith(`${network.name}/`)),
    );
    const pick = <T>(all: Readonly<Record<string, T>>) =>
      Object.fromEntries(mine.map((name) => [name, all[name]!]));
    return engine.prepare(fn, { ...inputs, ...pick(shapes) }, pick(values));
  };
  const generate = (x: Weights) => generatorFunction(gan, x, code)(x);
  const recognize = (x: Weights) => recognizerFunction(gan, x)(x);
  const generator = await prepare([gan.generator], latentInputs(gan.latent, batch), generate);
  const recognizer =
    gan.recognizer === null
      ? null
      : await prepare([gan.trunk, gan.recognizer], imageInput(gan.image, batch), recognize);
  return {
    async generate(latents) {
      const inputs = packCodes(gan.latent, latents.values, latents.count);
      return (await runInBatches(generator, inputs, latents.count, batch))['image'] as Float32Array;
    },
    recognize:
      recognizer &&
      (async (images) => {
        const count = images.length / (gan.image.channels * gan.image.height * gan.image.width);
        const read = await runInBatches(recognizer, { image: images }, count, batch);
        return read as Record<string, Float32Array>;
      }),
    async dispose() {
      await generator.dispose();
      await recognizer?.dispose();
    },
  };
}

/** Runs a fixed-batch program over `count` examples; the last batch is padded with zeros and cut. */
export async function runInBatches(
  program: Program,
  inputs: Arrays,
  count: number,
  batch: number,
): Promise<Arrays> {
  const results: Arrays = {};
  for (let start = 0; start < count; start += batch) {
    const part: Arrays = {};
    for (const [name, values] of Object.entries(inputs)) {
      const width = values.length / count;
      const padded =
        values instanceof Float32Array ? new Float32Array(batch * width) : new Int32Array(batch * width);
      padded.set(values.subarray(start * width, Math.min(count, start + batch) * width));
      part[name] = padded;
    }
    for (const [name, values] of Object.entries(await program.run(part))) {
      const width = values.length / batch;
      const all = (results[name] ??= new Float32Array(count * width));
      all.set(values.subarray(0, Math.min(batch, count - start) * width), start * width);
    }
  }
  return results;
}
