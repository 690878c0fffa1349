// onnxruntime-common: the types that onnxruntime-node and onnxruntime-web share; plain JavaScript, runs anywhere
import { Tensor, type InferenceSession } from 'onnxruntime-common';
import type { Latents, LatentSpec } from './latent.ts';
import type { ImageGeometry } from './manifest.ts';
import { CONTINUOUS_INPUT } from './names.ts';
import { categoricals, normals, uniforms } from './parts.ts';

/** Name of the generator's output and the recognizer's input: float [N, channels, height, width] in [0, 1]. */
export const IMAGE = 'image';

export interface PortSpec {
  readonly name: string;
  readonly dtype: 'float32' | 'int64';
  /** The shape after the batch dimension. */
  readonly shape: readonly number[];
}

/**
 * The generator's inputs in order: each categorical code as int64 [N], all continuous codes as one float
 * [N, k] named `c`, each noise part as float [N, size].
 */
export function generatorInputs(spec: LatentSpec): PortSpec[] {
  const continuous = uniforms(spec).length;
  return [
    ...categoricals(spec).map(({ name }) => ({ name, dtype: 'int64' as const, shape: [] })),
    ...(continuous > 0 ? [{ name: CONTINUOUS_INPUT, dtype: 'float32' as const, shape: [continuous] }] : []),
    ...normals(spec).map(({ name, size }) => ({ name, dtype: 'float32' as const, shape: [size] })),
  ];
}

/** The recognizer's outputs in order: class probabilities [N, k] per categorical code, then `c` [N, k]. */
export function recognizerOutputs(spec: LatentSpec): PortSpec[] {
  const continuous = uniforms(spec).length;
  return [
    ...categoricals(spec).map(({ name, labels }) => ({
      name,
      dtype: 'float32' as const,
      shape: [labels.length],
    })),
    ...(continuous > 0 ? [{ name: CONTINUOUS_INPUT, dtype: 'float32' as const, shape: [continuous] }] : []),
  ];
}

/** The feeds of `session.run` for a batch of latent codes. */
export function generatorFeeds(spec: LatentSpec, latents: Latents): Record<string, Tensor> {
  const { count, values } = latents;
  const feeds: Record<string, Tensor> = {};
  for (const { name } of categoricals(spec)) {
    feeds[name] = new Tensor('int64', BigInt64Array.from(values[name]!, BigInt), [count]);
  }
  const continuous = uniforms(spec);
  if (continuous.length > 0) {
    const columns = continuous.map(({ name }) => values[name]!);
    const rows = new Float32Array(count * columns.length);
    columns.forEach((column, k) => column.forEach((value, i) => (rows[i * columns.length + k] = value)));
    feeds[CONTINUOUS_INPUT] = new Tensor('float32', rows, [count, columns.length]);
  }
  for (const { name, size } of normals(spec)) {
    feeds[name] = new Tensor('float32', values[name] as Float32Array, [count, size]);
  }
  return feeds;
}

/** Anything that runs a graph: an `InferenceSession` of onnxruntime-node or onnxruntime-web. */
export type GraphRunner = Pick<InferenceSession, 'run'>;

/** Generated pictures, float [count * channels * height * width] in [0, 1], row by row. */
export async function generateImages(
  generator: GraphRunner,
  spec: LatentSpec,
  latents: Latents,
): Promise<Float32Array> {
  const outputs = await generator.run(generatorFeeds(spec, latents));
  return outputs[IMAGE]!.data as Float32Array;
}

/** What the recognizer (Q head) reads in a batch of pictures: per output of `recognizerOutputs`, its rows flat. */
export async function recognizeImages(
  recognizer: GraphRunner,
  geometry: ImageGeometry,
  images: Float32Array,
): Promise<Record<string, Float32Array>> {
  const { channels, height, width } = geometry;
  const count = images.length / (channels * height * width);
  const outputs = await recognizer.run({
    [IMAGE]: new Tensor('float32', images, [count, channels, height, width]),
  });
  return Object.fromEntries(
    Object.entries(outputs).map(([name, tensor]) => [name, tensor.data as Float32Array]),
  );
}
