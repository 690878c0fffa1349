import type { ImageGeometry, LatentSpec } from '@infogan/contract';
import type { Layer } from '../network.ts';
import type { Maturing, Recipe } from '../recipe.ts';
import type { SystemName } from '../systems/index.ts';

/** The networks of an InfoGAN. Discriminator and recognizer (Q head) stand on the same trunk. */
export interface Networks {
  readonly generator: Layer[];
  readonly trunk: Layer[];
  readonly discriminator: Layer[];
  /** Null where no code is read back. */
  readonly recognizer: Layer[] | null;
}

export interface Preset {
  readonly latent: LatentSpec;
  readonly image: ImageGeometry;
  readonly networks: Networks;
  readonly recipe: Recipe;
  /** How it is trained, where that is its own; without it --model decides. */
  readonly system?: SystemName;
  /** Steps between two sample sheets, where they are its own. */
  readonly sampleEvery?: number;
}

/** The part of a recipe that is about real pictures and what is beyond the prior: nothing. */
export const withoutRealPictures = {
  maturing: { between: [0, 1], notBefore: 0 },
  weights: {
    category: constant(1),
    recognizerCategory: constant(1),
    codes: constant(1),
    consistency: constant(0),
    sharpness: constant(0),
    balance: constant(0),
    anchors: constant(0),
    groups: constant(0),
    labels: constant(1),
  },
  labels: 0,
  neighbours: constant(0),
  reach: { share: constant(0), factor: 1 },
  augment: { rotation: 0, shear: 0, scale: 0, shift: 0, thicken: 0, elastic: constant(0) },
} satisfies Partial<Recipe>;

/** A number of the recipe that stays as it is. */
export function constant(value: number): Maturing {
  return { from: value, to: value };
}
