import {
  generateImages,
  recognizeImages,
  type ImageGeometry,
  type Latents,
  type LatentSpec,
} from '@infogan/contract';
import { JUDGE_PORTS, argmaxRows, rows, type Rows } from '@infogan/measure';
import type { InferenceSession } from 'onnxruntime-node';

/** Pictures a run: large enough for full speed, small enough that a tutorial-sized network stays in the cache. */
const BATCH = 250;

/** Called with the number of pictures just done. */
export type Advance = (pictures: number) => void;

/** Latent codes first … last - 1. */
export function sliceLatents(latents: Latents, first: number, last: number): Latents {
  const values = Object.entries(latents.values).map(([name, column]) => {
    const width = column.length / latents.count;
    return [name, column.slice(first * width, last * width)] as const;
  });
  return { count: last - first, values: Object.fromEntries(values) };
}

/** Pictures of all latent codes, float [count, channels, height, width] in [0, 1]. */
export async function generateAll(
  generator: InferenceSession,
  spec: LatentSpec,
  latents: Latents,
  advance: Advance,
): Promise<Float32Array> {
  const parts: Float32Array[] = [];
  for (let first = 0; first < latents.count; first += BATCH) {
    const last = Math.min(latents.count, first + BATCH);
    parts.push(await generateImages(generator, spec, sliceLatents(latents, first, last)));
    advance(last - first);
  }
  return concatenate(parts);
}

/** What the recognizer reads in pictures, per output of `recognizerOutputs`. */
export async function recognizeAll(
  recognizer: InferenceSession,
  geometry: ImageGeometry,
  pictures: Pictures,
  advance: Advance,
): Promise<Record<string, Float32Array>> {
  const parts: Record<string, Float32Array>[] = [];
  for (let first = 0; first < pictures.count; first += BATCH) {
    const last = Math.min(pictures.count, first + BATCH);
    parts.push(await recognizeImages(recognizer, geometry, pictures.slice(first, last)));
    advance(last - first);
  }
  const names = Object.keys(parts[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, concatenate(parts.map((part) => part[name]!))]));
}

export interface Judgement {
  /** Probabilities [count, 10]. */
  readonly probabilities: Float32Array;
  /** The digit read in each picture. */
  readonly digits: Int32Array;
  readonly features: Rows;
}

const MNIST_IMAGE: ImageGeometry = { width: 28, height: 28, channels: 1 };

/** What the judge reads in 28x28 pictures. */
export async function judgeAll(
  judge: InferenceSession,
  pictures: Pictures,
  advance: Advance,
): Promise<Judgement> {
  const read = await recognizeAll(judge, MNIST_IMAGE, pictures, advance);
  const probabilities = read[JUDGE_PORTS.digit]!;
  const features = read[JUDGE_PORTS.features]!;
  return {
    probabilities,
    digits: argmaxRows(probabilities, 10),
    features: rows(features, features.length / pictures.count),
  };
}

/** Pictures that are made on demand, so that 60,000 of them need not lie in memory as floats. */
export interface Pictures {
  readonly count: number;
  /** Float pictures first … last - 1, in [0, 1]. */
  slice(first: number, last: number): Float32Array;
}

/** Pictures that lie in one array. */
export function pictures(images: Float32Array, size: number): Pictures {
  return {
    count: images.length / size,
    slice: (first, last) => images.slice(first * size, last * size),
  };
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let start = 0;
  for (const part of parts) {
    whole.set(part, start);
    start += part.length;
  }
  return whole;
}
