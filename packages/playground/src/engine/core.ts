import {
  chooseLatents,
  frameLikeMnist,
  generateImages,
  normals,
  openManifest,
  readChecked,
  recognizeImages,
  replayProbe,
  UserError,
  type GraphRunner,
  type Latents,
  type Manifest,
} from '@infogan/contract';
import { sourceReader } from '../model/source.ts';
import type {
  Calls,
  Device,
  Drawing,
  Generated,
  ModelSource,
  Noise,
  Opened,
  Reading,
  Row,
} from './protocol.ts';

/** Makes a session from an ONNX file; the one thing that differs between devices. */
export type OpenGraph = (
  onnx: Uint8Array<ArrayBuffer>,
) => Promise<GraphRunner & { release(): Promise<void> }>;

interface Model {
  readonly manifest: Manifest;
  readonly generator: Awaited<ReturnType<OpenGraph>>;
  /** Opened at its first use: the first digit should not wait for it. */
  recognizer: Promise<Awaited<ReturnType<OpenGraph>>> | null;
  readonly readFile: (path: string) => Promise<Uint8Array<ArrayBuffer>>;
  readonly openRecognizer: () => Promise<Awaited<ReturnType<OpenGraph>>>;
}

/**
 * Largest batch in one run. In wasm eight pictures keep the activations of the default network in the cache, a
 * hundred do not and take a quarter longer each; WebGPU wants them all at once.
 */
const BATCH: Readonly<Record<Device, number>> = { wasm: 8, webgpu: 128 };

/** What runs in the worker: a checked model and the questions that can be asked of it, one at a time. */
export class EngineCore {
  #model: Model | null = null;
  readonly #device: Device;
  readonly #threads: number;
  readonly #openGraph: OpenGraph;

  constructor(device: Device, threads: number, openGraph: OpenGraph) {
    this.#device = device;
    this.#threads = threads;
    this.#openGraph = openGraph;
  }

  readonly calls: { [K in keyof Calls]: (...args: Parameters<Calls[K]>) => Promise<ReturnType<Calls[K]>> } = {
    open: (source) => this.#open(source),
    generate: (rows) => this.#generate(rows),
    noise: (seed) => Promise.resolve(this.#noise(seed)),
    read: (drawing, framed) => this.#read(drawing, framed),
    match: (picture, chosen, first, count) => this.#match(picture, chosen, first, count),
    file: (path) => this.#opened().readFile(path),
    influence: (row) => this.#influence(row),
  };

  /** Reads, checks and probes a model; only then does it take the place of the one before. */
  async #open(source: ModelSource): Promise<Opened> {
    const { read, where } = sourceReader(source);
    const manifest = await openManifest(read, where);
    const readVersion = (path: string) => read(path, manifest.files[path]?.sha256);
    const readFile = (path: string) => readChecked(readVersion, manifest, path, where);
    const generator = await this.#openGraph(await readFile(manifest.graphs.generator));
    const probed = await replayProbe(
      manifest,
      { generator, recognizer: null },
      `${where} on ${this.#device}`,
    );
    const path = manifest.graphs.recognizer;
    const openRecognizer = async () => {
      if (path === null) throw new UserError(`model: ${manifest.name} has no recognizer; it can only draw`);
      const recognizer = await this.#openGraph(await readFile(path));
      await replayProbe(manifest, { generator, recognizer }, `${where} on ${this.#device}`);
      return recognizer;
    };
    const before = this.#model;
    this.#model = { manifest, generator, recognizer: null, readFile, openRecognizer };
    await before?.generator.release();
    await (await before?.recognizer?.catch(() => null))?.release();
    return { manifest, probe: probed.images, threads: this.#threads };
  }

  async #generate(rows: readonly Row[]): Promise<Generated> {
    const { manifest, generator } = this.#opened();
    const { channels, height, width } = manifest.image;
    const images = new Float32Array(rows.length * channels * height * width);
    const start = performance.now();
    const batch = BATCH[this.#device];
    for (let i = 0; i < rows.length; i += batch) {
      const some = rows.slice(i, i + batch);
      const latents = latentsOf(manifest, some);
      images.set(await generateImages(generator, manifest.latent, latents), i * channels * height * width);
    }
    return { images, milliseconds: performance.now() - start };
  }

  #noise(seed: number): Noise {
    const { latent } = this.#opened().manifest;
    const { values } = chooseLatents(latent, [{ chosen: {}, seed }]);
    return Object.fromEntries(normals(latent).map(({ name }) => [name, values[name] as Float32Array]));
  }

  async #read(drawing: Drawing, framed: boolean): Promise<Reading> {
    const model = this.#opened();
    const recognizer = await (model.recognizer ??= model.openRecognizer());
    const { channels, height, width } = model.manifest.image;
    if (!framed && (channels !== 1 || height !== 28 || width !== 28)) {
      throw new UserError(
        `draw: ${model.manifest.name} reads pictures of ${width}x${height}x${channels}; drawings are framed as MNIST's 28x28x1`,
      );
    }
    const picture = framed ? Float32Array.from(drawing.ink) : frameLikeMnist(drawing);
    const values = await recognizeImages(recognizer, model.manifest.image, picture);
    return { framed: picture, values };
  }

  async #match(picture: Float32Array, chosen: Row['chosen'], first: number, count: number): Promise<number> {
    const { images } = await this.#generate(
      Array.from({ length: count }, (_, i) => ({ chosen, seed: first + i })),
    );
    let best = { seed: first, distance: Infinity };
    for (let i = 0; i < count; i++) {
      let distance = 0;
      for (let p = 0; p < picture.length; p++)
        distance += (images[i * picture.length + p]! - picture[p]!) ** 2;
      if (distance < best.distance) best = { seed: first + i, distance };
    }
    return best.seed;
  }

  async #influence(row: Row): Promise<Noise> {
    const { manifest } = this.#opened();
    const noise = row.noise ?? this.#noise(row.seed);
    const result: Record<string, Float32Array> = {};
    for (const { name, size } of normals(manifest.latent)) {
      const rows: Row[] = [];
      for (let k = 0; k < size; k++) {
        for (const step of [-1, 1]) {
          const moved = Float32Array.from(noise[name]!);
          moved[k]! += step;
          rows.push({ ...row, noise: { ...noise, [name]: moved } });
        }
      }
      const { images } = await this.#generate(rows);
      const pixels = images.length / rows.length;
      result[name] = Float32Array.from({ length: size }, (_, k) => {
        let change = 0;
        for (let p = 0; p < pixels; p++) {
          change += Math.abs(images[(2 * k + 1) * pixels + p]! - images[2 * k * pixels + p]!);
        }
        return change / pixels;
      });
    }
    return result;
  }

  #opened(): Model {
    if (this.#model === null) throw new UserError('engine: no model is open yet');
    return this.#model;
  }
}

/** Latent codes as the server would choose them, with noise given in numbers put over the seed's. */
function latentsOf(manifest: Manifest, rows: readonly Row[]): Latents {
  const latents = chooseLatents(manifest.latent, rows);
  for (const { name, size } of normals(manifest.latent)) {
    rows.forEach(({ noise }, i) => {
      if (noise?.[name] !== undefined) latents.values[name]!.set(noise[name], i * size);
    });
  }
  return latents;
}
