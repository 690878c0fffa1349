import {
  CONTINUOUS_INPUT,
  Random,
  categoricals,
  deriveSeed,
  samplePrior,
  uniforms,
  type LatentSpec,
} from '@infogan/contract';
import type { LabelledImages } from '@infogan/data';
import { attributeCodes, attributeScale, readAttributes } from './attributes.ts';
import { augmentBatch, type AugmentRanges } from './augment.ts';
import { latentInputs } from './inference.ts';
import { chooseLabelled } from './labelled.ts';
import type { Arrays, InputSpec } from './engine/engine.ts';
import { drawPasses } from './passes.ts';
import { firstPictures, gatherPictures, toTanhRange } from './pictures.ts';
import { at, maturity, type Recipe } from './recipe.ts';

/** One stream of random numbers per purpose, so that changing one use never shifts another. */
const STREAM = { order: 1, latent: 2, augment: 3, reach: 4, labelled: 5, passes: 6 } as const;

/** Pictures from which the scale of the anchored codes is taken. */
const SCALE_PICTURES = 10_000;

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
  let order: { epoch: number; indices: Int32Array } = { epoch: -1, indices: new Int32Array() };

  const codes = uniforms(latent).length;
  const takesCodes = Object.keys(latentInputs(latent, batchSize)).some((name) => name in inputs);
  const scale =
    'changed' in inputs
      ? attributeScale(readAttributes(firstPictures(images, SCALE_PICTURES), images))
      : null;
  const readCodes = (pictures: Float32Array) =>
    attributeCodes(readAttributes(pictures, images), scale!, codes);
  const stream = (purpose: keyof typeof STREAM, step: number) =>
    new Random(deriveSeed(seed, STREAM[purpose], step));

  const changedCopies = (real: Float32Array, ranges: AugmentRanges, step: number): Arrays => {
    const changed = augmentBatch(real, images, ranges, stream('augment', step));
    return {
      changed: toTanhRange(changed),
      realCodes: readCodes(real),
      changedCodes: readCodes(changed),
    };
  };
  const known =
    'labelled' in inputs
      ? chooseLabelled(images, categoricals(latent)[0]!.labels.length, recipe.labels, seed)
      : null;
  const labelledCopies = (ranges: AugmentRanges, step: number): Arrays => {
    const count = inputs['labels']!.shape[0]!;
    const indices = Int32Array.from({ length: count }, (_, i) => known![(step * count + i) % known!.length]!);
    const pictures = gatherPictures(images, indices);
    return {
      labelled: toTanhRange(augmentBatch(pictures, images, ranges, stream('labelled', step))),
      labels: indices.map((index) => images.labels[index]!),
    };
  };
  const labels = (first: number) =>
    Int32Array.from({ length: batchSize }, (_, i) => images.labels[order.indices[first + i]!]!);

  return {
    stepsPerEpoch,
    /** Everything random that step 0, 1, 2 … of so many takes in. */
    batch(step: number, steps: number): Arrays {
      const epoch = Math.floor(step / stepsPerEpoch);
      if (order.epoch !== epoch) {
        order = {
          epoch,
          indices: new Random(deriveSeed(seed, STREAM.order, epoch)).permutation(images.count),
        };
      }
      const first = (step % stepsPerEpoch) * batchSize;
      const real = gatherPictures(images, order.indices.subarray(first, first + batchSize));
      const mature = maturity(recipe, step, steps);
      const ranges = { ...recipe.augment, elastic: at(recipe.augment.elastic, mature) };
      const latents = takesCodes ? latentArrays(latent, batchSize, stream('latent', step)) : {};
      const passes = deriveSeed(seed, STREAM.passes, step);
      return {
        real: toTanhRange(real),
        ...('changed' in inputs ? changedCopies(real, ranges, step) : {}),
        ...('label' in inputs ? { label: labels(first) } : {}),
        ...('labelled' in inputs ? labelledCopies(ranges, step) : {}),
        ...drawPasses(latent, inputs, (place) => new Random(deriveSeed(passes, place))),
        ...(takesCodes && codes > 0
          ? reach(
              latents,
              batchSize,
              at(recipe.reach.share, mature),
              recipe.reach.factor,
              stream('reach', step),
            )
          : latents),
      };
    },
  };
}

/** Widens the range of a share of the pictures' continuous codes, so that codes beyond the prior's mean something too. */
function reach(latents: Arrays, count: number, share: number, factor: number, random: Random): Arrays {
  const c = latents[CONTINUOUS_INPUT]!.slice();
  const codes = c.length / count;
  for (let i = 0; i < count; i++) {
    if (random.uniform() >= share) continue;
    for (let k = 0; k < codes; k++) c[i * codes + k]! *= factor;
  }
  return { ...latents, [CONTINUOUS_INPUT]: c };
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
