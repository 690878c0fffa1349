import { latentWidth, type ImageGeometry, type LatentSpec } from '@infogan/contract';
import { buildNetwork, type BuiltNetwork } from './network.ts';
import type { Preset } from './presets/index.ts';
import { layoutOf, type VectorLayout } from './vector.ts';

/** What networks are built from: the part of a preset, and of run.json, that says their shapes. */
export type Blueprint = Pick<Preset, 'latent' | 'image' | 'networks'>;

/** The networks of a GAN with the layout of each parameter vector. */
export interface Gan {
  readonly latent: LatentSpec;
  readonly image: ImageGeometry;
  readonly generator: BuiltNetwork;
  readonly trunk: BuiltNetwork;
  readonly discriminator: BuiltNetwork;
  /** The Q head; null where no code is read back. */
  readonly recognizer: BuiltNetwork | null;
  readonly layouts: VectorLayouts;
}

/** The vectors that optimizers step, in order: generator; trunk with validity head; Q head, where there is one. */
export type VectorLayouts = Readonly<Record<string, VectorLayout>> & {
  readonly generator: VectorLayout;
  readonly discriminator: VectorLayout;
};

/** @throws when the layers do not fit each other, the latent code or the picture */
export function buildGan({ latent, image, networks }: Blueprint): Gan {
  const generator = buildNetwork('generator', networks.generator, { features: latentWidth(latent) });
  const trunk = buildNetwork('trunk', networks.trunk, image);
  const discriminator = buildNetwork('discriminator', networks.discriminator, trunk.output);
  const recognizer =
    networks.recognizer === null ? null : buildNetwork('recognizer', networks.recognizer, trunk.output);
  const layouts = {
    generator: layoutOf(generator.parameters),
    discriminator: layoutOf([...trunk.parameters, ...discriminator.parameters]),
    ...(recognizer === null ? {} : { recognizer: layoutOf(recognizer.parameters) }),
  };
  return { latent, image, generator, trunk, discriminator, recognizer, layouts };
}

/** All networks that there are, in the order in which their weights are drawn. */
export function networksOf({ generator, trunk, discriminator, recognizer }: Gan): BuiltNetwork[] {
  return [generator, trunk, discriminator, ...(recognizer === null ? [] : [recognizer])];
}
