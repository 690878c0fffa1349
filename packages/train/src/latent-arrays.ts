import { samplePrior, uniforms, type LatentSpec, type Random } from '@infogan/contract';
import type { Arrays } from './engine/engine.ts';

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
