import {
  categoricals,
  normals,
  samplePrior,
  uniforms,
  type LatentSpec,
  type Random,
} from '@infogan/contract';
import type { Arrays, InputSpec } from './engine/engine.ts';

/** Inputs of the generator for a fixed batch. */
export function latentInputs(latent: LatentSpec, batch: number): Record<string, InputSpec> {
  return {
    ...Object.fromEntries(
      categoricals(latent).map(({ name }) => [name, { shape: [batch], dtype: 'int32' as const }]),
    ),
    ...(uniforms(latent).length > 0 ? { c: { shape: [batch, uniforms(latent).length] } } : {}),
    ...Object.fromEntries(normals(latent).map(({ name, size }) => [name, { shape: [batch, size] }])),
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
