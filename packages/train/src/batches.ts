import {
  CONTINUOUS_INPUT,
  Random,
  categoricals,
  deriveSeed,
  uniforms,
  type LatentSpec,
} from '@infogan/contract';
import type { LabelledImages } from '@infogan/data';
import { ATTRIBUTE_COUNT, attributeCodes, attributeScale, readAttributes } from './attributes.ts';
import { augmentBatch, type AugmentRanges } from './augment.ts';
import { chooseLabelled } from './choose-labelled.ts';
import { drawPasses } from './draw-passes.ts';
import type { Arrays, InputSpec } from './engine/engine.ts';
import { latentArrays, latentInputs } from './latent-arrays.ts';
import { firstPictures, gatherPictures, gatherTanhPictures, toTanhRange } from './pictures.ts';
import { at, maturity, type Recipe } from './recipe.ts';
import type { SimilarPictures } from './similar/similar.ts';

/** One stream of random numbers per purpose, so that changing one use never shifts another. */
const STREAM = { order: 1, latent: 2, augment: 3, reach: 4, labelled: 5, passes: 6, neighbours: 7 } as const;

/** Pictures from which the scale of the anchored codes is taken. */
const SCALE_PICTURES = 10_000;

/** Whole batches in the pictures; what is left over waits for the next epoch's order. */
export function stepsOfEpoch(images: LabelledImages, { batchSize }: Pick<Recipe, 'batchSize'>): number {
  return Math.floor(images.count / batchSize);
}

/**
 * The batches of a training, each a pure function of the seed and the step's number: nothing has to be saved
 * to go on exactly where a run stopped.
 * @param inputs what the step takes; only that is made
 * @param similar which pictures look alike; without, every changed copy is one of the picture itself
 */
export function batchSource(
  images: LabelledImages,
  latent: LatentSpec,
  recipe: Recipe,
  seed: number,
  inputs: Readonly<Record<string, InputSpec>>,
  similar?: SimilarPictures,
) {
  const { batchSize } = recipe;
  const stepsPerEpoch = stepsOfEpoch(images, recipe);
  let order: { epoch: number; indices: Int32Array } = { epoch: -1, indices: new Int32Array() };

  const codes = uniforms(latent).length;
  const takesCodes = Object.keys(latentInputs(latent, batchSize)).some((name) => name in inputs);
  const readCodes = 'changed' in inputs ? codeReader(images, codes) : null;
  const stream = (purpose: keyof typeof STREAM, step: number) =>
    new Random(deriveSeed(seed, STREAM[purpose], step));

  const changedCopies = (indices: Int32Array, ranges: AugmentRanges, share: number, step: number): Arrays => {
    const originals =
      similar === undefined
        ? indices
        : swapForNeighbours(indices, similar, share, stream('neighbours', step));
    const real = gatherPictures(images, originals);
    const changed = augmentBatch(real, images, ranges, stream('augment', step));
    return {
      changed: toTanhRange(changed),
      realCodes: readCodes!.known(indices),
      changedCodes: readCodes!.read(changed),
      ...('group' in inputs ? { group: originals.map((index) => similar!.groups[index]!) } : {}),
    };
  };
  const known =
    'labelled' in inputs
      ? (similar?.labelled ??
        chooseLabelled(images, categoricals(latent)[0]!.labels.length, recipe.labels, seed))
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
      const indices = order.indices.subarray(first, first + batchSize);
      const mature = maturity(recipe, step, steps);
      const ranges = { ...recipe.augment, elastic: at(recipe.augment.elastic, mature) };
      const latents = takesCodes ? latentArrays(latent, batchSize, stream('latent', step)) : {};
      const passes = deriveSeed(seed, STREAM.passes, step);
      return {
        real: gatherTanhPictures(images, indices),
        ...('changed' in inputs ? changedCopies(indices, ranges, at(recipe.neighbours, mature), step) : {}),
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

/** Puts one of its neighbours in the place of a share of the pictures. */
function swapForNeighbours(
  indices: Int32Array,
  { neighbours, each }: SimilarPictures,
  share: number,
  random: Random,
): Int32Array {
  return indices.map((index) => {
    const [chance, choice] = [random.uniform(), random.integer(each)];
    return chance < share ? neighbours[index * each + choice]! : index;
  });
}

/**
 * Reads the anchored codes off pictures. Those of the data set never change: each is read once, when first asked for.
 * @param codes how many continuous codes there are
 */
function codeReader(images: LabelledImages, codes: number) {
  const scale = attributeScale(readAttributes(firstPictures(images, SCALE_PICTURES), images));
  const read = (pictures: Float32Array) => attributeCodes(readAttributes(pictures, images), scale, codes);
  const width = Math.min(codes, ATTRIBUTE_COUNT);
  const kept = new Float32Array(images.count * width).fill(NaN);
  return {
    /** Codes [N, width] of pictures in [0, 1]. */
    read,
    /** Codes [N, width] of pictures of the data set. */
    known(indices: Int32Array): Float32Array {
      const missing = indices.filter((index) => Number.isNaN(kept[index * width]!));
      const fresh = read(gatherPictures(images, missing));
      missing.forEach((index, i) => kept.set(fresh.subarray(i * width, (i + 1) * width), index * width));
      const found = new Float32Array(indices.length * width);
      indices.forEach((index, i) => found.set(kept.subarray(index * width, (index + 1) * width), i * width));
      return found;
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
