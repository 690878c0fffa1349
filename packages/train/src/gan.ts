import { latentWidth, type ImageGeometry, type LatentSpec } from '@infogan/contract';
import { buildNetwork, type BuiltNetwork } from './network.ts';
import type { Preset } from './presets/index.ts';
import { layoutOf, type VectorLayout } from './vector.ts';

/** An InfoGAN's networks with the layout of each parameter vector. */
export interface Gan {
  readonly latent: LatentSpec;
  readonly image: ImageGeometry;
  readonly generator: BuiltNetwork;
  readonly trunk: BuiltNetwork;
  readonly discriminator: BuiltNetwork;
  readonly recognizer: BuiltNetwork;
  /** The three vectors that optimizers step: generator; trunk with validity head; Q head. */
  readonly layouts: Readonly<Record<VectorName, VectorLayout>>;
}
export const VECTORS = ['generator', 'discriminator', 'recognizer'] as const;
export type VectorName = (typeof VECTORS)[number];

/** @throws when the layers do not fit each other, the latent code or the picture */
export function buildGan({ latent, image, networks }: Pick<Preset, 'latent' | 'image' | 'networks'>): Gan {
  const generator = buildNetwork('generator', networks.generator, { features: latentWidth(latent) });
  const trunk = buildNetwork('trunk', networks.trunk, image);
  const discriminator = buildNetwork('discriminator', networks.discriminator, trunk.output);
  const recognizer = buildNetwork('recognizer', networks.recognizer, trunk.output);
  const layouts = {
    generator: layoutOf(generator.parameters),
    discriminator: layoutOf([...trunk.parameters, ...discriminator.parameters]),
    recognizer: layoutOf(recognizer.parameters),
  };
  return { latent, image, generator, trunk, discriminator, recognizer, layouts };
}
