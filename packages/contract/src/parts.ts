// Apart from the schemas, so that a page that is given a checked latent code need not load the schema library.
import type { CategoricalPart, LatentSpec, NormalPart, UniformPart } from './latent.ts';

export function normals(spec: LatentSpec): NormalPart[] {
  return spec.filter((part) => part.kind === 'normal');
}

export function categoricals(spec: LatentSpec): CategoricalPart[] {
  return spec.filter((part) => part.kind === 'categorical');
}

export function uniforms(spec: LatentSpec): UniformPart[] {
  return spec.filter((part) => part.kind === 'uniform');
}
