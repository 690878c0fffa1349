import { Random, deriveSeed, samplePrior, uniforms, type LatentSpec } from '@infogan/contract';
import type { LabelledImages } from '@infogan/data';
import { augmentBatch } from './augment.ts';
import type { Arrays, InputSpec } from './engine/engine.ts';
import type { Recipe } from './recipe.ts';

/** One stream of random numbers per purpose, so that changing one use never shifts another. */
const STREAM = { order: 1, latent: 2, augment: 3 } as const;

/** Picture `index` as ink in [0, 1], into `out`. */
export function readPicture(
  { pixels, height, width }: LabelledImages,
  index: number,
  out: Float32Array,
): void {
  const size = height * width;
  for (let i = 0; i < size; i++) out[i] = pixels[index * size + i]! / 255;
}

/** Ink [0, 1] to the range of tanh [-1, 1], and back. */
export function toTanhRange(ink: Float32Array): Float32Array {
  return ink.map((value) => value * 2 - 1);
}

/**
 * The batches of a training, each a pure function of the seed and the step's number: nothing has to be saved
 * to go on exactly where a run stopped.
 * @param inputs what the step takes; only that is made
 */
export function batchSource(
  images: LabelledImages,
  latent: LatentSpec,
  recipe: Recipe,
  seed: number,
  inputs: Readonly<Record<string, InputSpec>>,
) {
  const { batchSize } = recipe;
  const stepsPerEpoch = Math.floor(images.count / batchSize);
  const size = images.height * images.width;
  let order: { epoch: number; indices: Int32Array } = { epoch: -1, indices: new Int32Array() };

  const changedCopies = (real: Float32Array, step: number): Arrays => {
    const random = new Random(deriveSeed(seed, STREAM.augment, step));
    const changed = augmentBatch(real, images, recipe.augment, random);
    return { changed: toTanhRange(changed.images), codeChange: changed.codeChange };
  };
  const labels = (first: number) =>
    Int32Array.from({ length: batchSize }, (_, i) => images.labels[order.indices[first + i]!]!);

  return {
    stepsPerEpoch,
    /** Everything random that step 0, 1, 2 … takes in. */
    batch(step: number): Arrays {
      const epoch = Math.floor(step / stepsPerEpoch);
      if (order.epoch !== epoch) {
        order = {
          epoch,
          indices: new Random(deriveSeed(seed, STREAM.order, epoch)).permutation(images.count),
        };
      }
      const first = (step % stepsPerEpoch) * batchSize;
      const real = new Float32Array(batchSize * size);
      for (let i = 0; i < batchSize; i++) {
        readPicture(images, order.indices[first + i]!, real.subarray(i * size, (i + 1) * size));
      }
      return {
        real: toTanhRange(real),
        ...('changed' in inputs ? changedCopies(real, step) : {}),
        ...('label' in inputs ? { label: labels(first) } : {}),
        ...latentArrays(latent, batchSize, new Random(deriveSeed(seed, STREAM.latent, step))),
      };
    },
  };
}

/** A batch drawn from the prior, as the step's inputs: classes, noise, and continuous codes side by side as `c`. */
export function latentArrays(latent: LatentSpec, count: number, random: Random): Arrays {
  return packCodes(latent, samplePrior(latent, count, random).values, count);
}

/** Puts the continuous codes side by side as `c` [count, k]. */
export function packCodes(latent: LatentSpec, values: Readonly<Arrays>, count: number): Arrays {
  const continuous = uniforms(latent);
  const c = new Float32Array(count * continuous.length);
  continuous.forEach(({ name }, k) => {
    for (let i = 0; i < count; i++) c[i * continuous.length + k] = values[name]![i]!;
  });
  const others = latent
    .filter((part) => part.kind !== 'uniform')
    .map(({ name }) => [name, values[name]!] as const);
  return { ...Object.fromEntries(others), ...(continuous.length > 0 ? { c } : {}) };
}
