import type { ImageGeometry, LatentSpec } from '@infogan/contract';
import type { Layer } from '../network.ts';
import type { Maturing, Recipe } from '../recipe.ts';

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
}

/** A number of the recipe that stays as it is. */
export function constant(value: number): Maturing {
  return { from: value, to: value };
}
