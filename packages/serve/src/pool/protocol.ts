import type { LatentSpec, Manifest } from '@infogan/contract';
import type { Paint } from '../picture/paint.ts';

/** What onnxruntime-node runs on. */
export type Device = 'cpu' | 'cuda' | 'webgpu';

/** A model as it travels to the workers. (The runtime refuses shared memory, so each gets a copy.) */
export interface ModelPackage {
  /** Distinguishes versions of one model that are loaded at the same time. */
  readonly key: number;
  /** Its directory, for error sentences. */
  readonly where: string;
  readonly manifest: Manifest;
  readonly generator: Uint8Array;
  readonly recognizer: Uint8Array | null;
}

/** One picture asked for: the noise's seed, then a value per categorical and continuous code of the spec. */
export interface Row {
  readonly seed: number;
  readonly chosen: Readonly<Record<string, number>>;
}

/** Names of the codes that a request may choose, in the order in which rows are packed. */
export function chosenNames(spec: LatentSpec): string[] {
  return spec.filter((part) => part.kind !== 'normal').map((part) => part.name);
}

/** Rows as plain numbers, seed first: cloning objects between threads costs more than drawing the noise. */
export function packRows(names: readonly string[], rows: readonly Row[]): Float64Array<ArrayBuffer> {
  const packed = new Float64Array(rows.length * (1 + names.length));
  let at = 0;
  for (const { seed, chosen } of rows) {
    packed[at++] = seed;
    for (const name of names) packed[at++] = chosen[name] ?? 0;
  }
  return packed;
}

/** The inverse of `packRows`. */
export function unpackRows(names: readonly string[], packed: Float64Array): Row[] {
  const rows: Row[] = [];
  for (let at = 0; at < packed.length;) {
    const seed = packed[at++]!;
    const chosen: Record<string, number> = {};
    for (const name of names) chosen[name] = packed[at++]!;
    rows.push({ seed, chosen });
  }
  return rows;
}

/** Files one after the other in one buffer that changes threads without a copy. */
export interface PackedFiles {
  readonly bytes: Uint8Array;
  /** Where each file ends. */
  readonly ends: readonly number[];
}

/** Raw tensors in or out of a graph, by name. */
export interface TensorData {
  readonly dtype: string;
  readonly dims: readonly number[];
  readonly data: Uint8Array | Float32Array | BigInt64Array;
}

/** One thing for a worker to do, with the result that it gives back. */
export interface Work {
  /** Pictures of one model as grey PNG files of its own size: the hot path, formed into batches. */
  pictures: { ask: { packed: Float64Array }; give: PackedFiles };
  /** Rows drawn, laid out and encoded as one file. */
  paint: { ask: { rows: readonly Row[]; paint: Paint }; give: Uint8Array };
  /** Rows drawn, as float [rows * channels * height * width] in [0, 1]. */
  floats: { ask: { rows: readonly Row[] }; give: Float32Array };
  /** One run of a graph on given tensors. */
  infer: {
    ask: {
      graph: 'generator' | 'recognizer';
      feeds: Record<string, TensorData>;
      wanted: readonly string[];
    };
    give: Record<string, TensorData>;
  };
  /** What the recognizer reads in an uploaded picture. */
  read: { ask: { file: Uint8Array; maxPixels: number }; give: Reading };
}
export type WorkKind = keyof Work;

/** What was read from an upload. */
export interface Reading {
  /** The picture as the recognizer saw it: float [height * width] in [0, 1]. */
  readonly framed: Float32Array;
  /** Was the upload dark on light? */
  readonly darkOnLight: boolean;
  /** Per output of the recognizer, its row. */
  readonly outputs: Readonly<Record<string, Float32Array>>;
}

/** Main thread to worker. */
export type ToWorker =
  | { readonly kind: 'load'; readonly id: number; readonly model: ModelPackage; readonly device: Device }
  | { readonly kind: 'unload'; readonly id: number; readonly key: number }
  | {
      readonly kind: 'work';
      readonly id: number;
      readonly key: number;
      readonly work: WorkKind;
      readonly ask: unknown;
    }
  | { readonly kind: 'stop'; readonly id: number }
  /** Ends the thread by an error that nobody catches; for tests of what happens then. */
  | { readonly kind: 'crash'; readonly id: number };

/** How long parts of a piece of work took, in milliseconds. */
export interface Timing {
  inference: number;
  encode: number;
}

/** Worker to main thread: the answer to the message with the same id. */
export type FromWorker =
  | { readonly id: number; readonly ok: true; readonly give: unknown; readonly timing: Timing }
  | { readonly id: number; readonly ok: false; readonly error: WorkerFault };

/** An error as it crosses threads. `user`: its message is a sentence for the caller; else it is a bug. */
export interface WorkerFault {
  readonly message: string;
  readonly user: boolean;
  /** HTTP status for a fault of the request itself. */
  readonly status?: number;
}
