// What the tests of train and export share: an InfoGAN small enough for TensorFlow.js's plain back end.
import { categorical, normal, uniform } from '@infogan/contract';
import type { Dataset, LabelledImages } from '@infogan/data';
import type { Preset } from './presets/index.ts';
import { presets } from './presets/index.ts';
import { RUN_FORMAT, RUN_VERSION, type Run } from './run-directory.ts';
import type { SimilarPictures } from './similar/similar.ts';

const batchNorm = { type: 'batchNorm', epsilon: 1e-5 } as const;
const leaky = { type: 'leakyRelu', slope: 0.1 } as const;

/** Every kind of layer of the default preset, a few channels each. */
export const tiny: Preset = {
  latent: [normal('z', 6), categorical('digit', 10), uniform('c1'), uniform('c2')],
  image: { width: 28, height: 28, channels: 1 },
  networks: {
    generator: [
      { type: 'dense', units: 8 * 7 * 7, bias: false },
      batchNorm,
      { type: 'relu' },
      { type: 'reshape', channels: 8, height: 7, width: 7 },
      { type: 'convTranspose', filters: 4, kernel: 4, stride: 2, bias: false },
      batchNorm,
      { type: 'relu' },
      { type: 'convTranspose', filters: 1, kernel: 4, stride: 2, bias: true },
      { type: 'tanh' },
    ],
    trunk: [
      { type: 'conv', filters: 4, kernel: 4, stride: 2, bias: true },
      leaky,
      { type: 'conv', filters: 8, kernel: 4, stride: 2, bias: false },
      batchNorm,
      leaky,
      { type: 'flatten' },
      { type: 'dense', units: 16, bias: false },
      batchNorm,
      leaky,
    ],
    discriminator: [{ type: 'dense', units: 1, bias: true }],
    recognizer: [
      { type: 'dense', units: 16, bias: false },
      batchNorm,
      leaky,
      { type: 'dense', units: 12, bias: true },
    ],
  },
  recipe: { ...presets['mnist']!.recipe, batchSize: 8 },
};

/** A run that has not begun. */
export function tinyRun({ steps, seed = 1 }: { steps: number; seed?: number }): Run {
  return {
    format: RUN_FORMAT,
    version: RUN_VERSION,
    status: 'training',
    system: 'infogan',
    ...tiny,
    maxSteps: steps,
    sampleEvery: 1_000_000,
    provenance: {
      tool: 'test',
      preset: 'tiny',
      seed,
      steps: 0,
      batchSize: tiny.recipe.batchSize,
      engine: 'test',
      dataset: { name: 'mnist', pictures: 0, sha256: '' },
      seconds: 0,
    },
    weights: null,
    calibration: null,
    probe: null,
  };
}

/** As if every picture were most like the one after it, and the groups took turns. */
export function similarInTurn({ count }: Pick<LabelledImages, 'count'>): SimilarPictures {
  const turns = (shift: number, size: number) =>
    Int32Array.from({ length: count }, (_, i) => (i + shift) % size);
  return { each: 1, neighbours: turns(1, count), groups: turns(0, 10) };
}

/** The first pictures of each split. */
export function firstPictures(dataset: Dataset, count: number): Dataset {
  const cut = (split: LabelledImages): LabelledImages => ({
    ...split,
    count,
    pixels: split.pixels.subarray(0, count * split.height * split.width * split.channels),
    labels: split.labels.subarray(0, count),
  });
  return { ...dataset, train: cut(dataset.train), test: cut(dataset.test) };
}
