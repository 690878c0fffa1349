import { decodeFloats, encodeFloats } from './base64.ts';
import { UserError } from './errors.ts';
import { generateImages, recognizeImages, type GraphRunner } from './graph.ts';
import type { Latents, LatentSpec } from './latent.ts';
import type { Manifest, Probe } from './manifest.ts';

/** The graphs that a probe is replayed on. */
export interface ProbedGraphs {
  readonly generator: GraphRunner;
  readonly recognizer: GraphRunner | null;
}

/** Largest absolute differences found by a replay. */
export interface ProbeResult {
  readonly images: number;
  readonly readings: number;
}

/** Stores latent codes in a probe. */
export function encodeLatents(latents: Latents): Probe['latents'] {
  return Object.fromEntries(
    Object.entries(latents.values).map(([name, values]) => [
      name,
      values instanceof Int32Array ? [...values] : encodeFloats(values),
    ]),
  );
}

/** The latent codes of a probe. */
export function decodeLatents(probe: Probe, spec: LatentSpec): Latents {
  const values: Record<string, Float32Array | Int32Array> = {};
  for (const { name } of spec) {
    const stored = probe.latents[name];
    if (stored === undefined)
      throw new UserError(`probe: has no values for the code ${name}; export the model again`);
    values[name] = typeof stored === 'string' ? decodeFloats(stored) : Int32Array.from(stored);
  }
  return { count: probe.count, values };
}

/**
 * Runs the probe's latent codes through the graphs and compares pictures and read-backs with those that the
 * trainer computed. Proves in milliseconds that this runtime, on this device, computes the model that was trained.
 * @param where the model's path or address, for the error sentence
 * @throws UserError when any number differs by more than `probe.tolerance`
 */
export async function replayProbe(
  manifest: Manifest,
  { generator, recognizer }: ProbedGraphs,
  where: string,
): Promise<ProbeResult> {
  const { probe, latent, image } = manifest;
  const expected = decodeFloats(probe.images);
  const images = await generateImages(generator, latent, decodeLatents(probe, latent));
  const result = { images: largestDifference(images, expected), readings: 0 };
  if (recognizer !== null && probe.readings !== null) {
    const readings = await recognizeImages(recognizer, image, expected);
    for (const [name, stored] of Object.entries(probe.readings)) {
      const read = readings[name] ?? new Float32Array();
      result.readings = Math.max(result.readings, largestDifference(read, decodeFloats(stored)));
    }
  }
  for (const [what, difference] of Object.entries(result)) {
    if (difference <= probe.tolerance) continue;
    throw new UserError(
      `probe: ${where} gives ${what} that differ from the trainer's by ${difference.toPrecision(3)}, allowed is ${probe.tolerance}; this runtime or device does not compute the model right`,
    );
  }
  return result;
}

/** Largest absolute difference of two arrays; infinite where lengths differ or a number is not finite. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Infinity : difference;
  }
  return largest;
}
