// onnxruntime-node: the reference ONNX runtime; its CPU, CUDA and WebGPU providers run the exported graphs
import { InferenceSession, Tensor } from 'onnxruntime-node';
import {
  chooseLatents,
  generateImages,
  recognizeImages,
  replayProbe,
  UserError,
  type Manifest,
} from '@infogan/contract';
import type { Device, ModelPackage, Row, TensorData } from './protocol.ts';

/** The graphs of one model version, ready to run in this thread. */
export class LoadedGraphs {
  readonly manifest: Manifest;
  readonly #generator: InferenceSession;
  readonly #recognizer: InferenceSession | null;

  private constructor(manifest: Manifest, generator: InferenceSession, recognizer: InferenceSession | null) {
    this.manifest = manifest;
    this.#generator = generator;
    this.#recognizer = recognizer;
  }

  /**
   * Creates the sessions, replays the probe on this device and warms up.
   * @throws UserError when the probe's pictures do not come out
   */
  static async load(model: ModelPackage, device: Device): Promise<LoadedGraphs> {
    const options = sessionOptions(device);
    const generator = await createSession(model.generator, options, device);
    const recognizer =
      model.recognizer === null ? null : await createSession(model.recognizer, options, device);
    const graphs = new LoadedGraphs(model.manifest, generator, recognizer);
    try {
      await replayProbe(model.manifest, { generator, recognizer }, model.where);
      for (const count of [1, 2, 4, 8, 16]) {
        await graphs.generate(Array.from({ length: count }, (_, seed) => ({ seed, chosen: {} })));
      }
    } catch (error) {
      await graphs.release();
      throw error;
    }
    return graphs;
  }

  /** Float [rows * channels * height * width] in [0, 1]. */
  generate(rows: readonly Row[]): Promise<Float32Array> {
    const { latent } = this.manifest;
    return generateImages(this.#generator, latent, chooseLatents(latent, rows));
  }

  /** Per output of the recognizer, its rows. */
  recognize(images: Float32Array): Promise<Record<string, Float32Array>> {
    if (this.#recognizer === null) throw new Error(`${this.manifest.name} has no recognizer`);
    return recognizeImages(this.#recognizer, this.manifest.image, images);
  }

  /** Runs one graph on given tensors; shapes and types are checked by the caller. */
  async infer(
    graph: 'generator' | 'recognizer',
    feeds: Readonly<Record<string, TensorData>>,
    wanted: readonly string[],
  ): Promise<Record<string, TensorData>> {
    const session = graph === 'generator' ? this.#generator : this.#recognizer;
    if (session === null) throw new Error(`${this.manifest.name} has no recognizer`);
    const tensors = Object.entries(feeds).map(([name, { dtype, dims, data }]) => [
      name,
      new Tensor(dtype as 'float32', data as Float32Array, dims),
    ]);
    const outputs = await session.run(Object.fromEntries(tensors), wanted);
    return Object.fromEntries(
      Object.entries(outputs).map(([name, { type, dims, data }]) => [
        name,
        { dtype: type, dims: [...dims], data: data as Float32Array },
      ]),
    );
  }

  /** Gives the sessions' memory back; must happen before the thread ends. */
  async release(): Promise<void> {
    await this.#generator.release();
    await this.#recognizer?.release();
  }
}

async function createSession(
  bytes: Uint8Array,
  options: InferenceSession.SessionOptions,
  device: Device,
): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(bytes, options);
  } catch (error) {
    if (device === 'cpu') throw error;
    throw new UserError(
      `serve: device ${device} cannot be used here (${(error as Error).message.slice(0, 200)}); install what it needs, or leave out --device`,
    );
  }
}

/** One thread per session that does not spin: the pool is the parallelism. */
function sessionOptions(device: Device): InferenceSession.SessionOptions {
  return {
    executionProviders: device === 'cpu' ? ['cpu'] : [device, 'cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    // errors alone: on a GPU it warns of every shape node that stays on the CPU, which is as it should be
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
  };
}
