import type { Manifest } from '@infogan/contract';

/** Where inference runs. */
export type Device = 'wasm' | 'webgpu';

/** Per noise part of the latent code: its standard normal numbers. */
export type Noise = Readonly<Record<string, Float32Array>>;

/** One picture to draw. */
export interface Row {
  /** Class numbers of categorical codes and values of continuous codes, by name. */
  readonly chosen: Readonly<Record<string, number>>;
  /** The handwriting: noise is drawn from this seed, as the server draws it … */
  readonly seed: number;
  /** … unless given in numbers. */
  readonly noise?: Noise;
}

/** A model directory, by address or as files that somebody dropped on the page (relative path → file). */
export type ModelSource =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'files'; readonly name: string; readonly files: Readonly<Record<string, Blob>> };

/** A finished drawing: ink in [0, 1], row by row. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly ink: Float32Array;
}

export interface Opened {
  readonly manifest: Manifest;
  /** Largest difference from the trainer's pictures that the probe found on this device. */
  readonly probe: number;
  readonly threads: number;
}

export interface Generated {
  /** float [rows * channels * height * width] in [0, 1], 1 = ink. */
  readonly images: Float32Array<ArrayBuffer>;
  /** Inference alone. */
  readonly milliseconds: number;
}

export interface Reading {
  /** What the recognizer was shown: the drawing framed as MNIST was. */
  readonly framed: Float32Array<ArrayBuffer>;
  /** Per categorical code its class probabilities; all continuous codes side by side under `c`. */
  readonly values: Readonly<Record<string, Float32Array>>;
}

/** What the worker can be asked: arguments and result. */
export interface Calls {
  open: (source: ModelSource) => Opened;
  generate: (rows: readonly Row[]) => Generated;
  noise: (seed: number) => Noise;
  /** `framed` pictures are already of the model's size, drawings are framed like MNIST first. */
  read: (drawing: Drawing, framed: boolean) => Reading;
  /** The seed, of `count` from `first` on, whose handwriting comes closest to a picture. */
  match: (picture: Float32Array, chosen: Row['chosen'], first: number, count: number) => number;
  /** A file of the model directory, checked against its manifest. */
  file: (path: string) => Uint8Array<ArrayBuffer>;
  /** Per noise part: how much each direction changes the picture around `row` (mean absolute change of ink). */
  influence: (row: Row) => Noise;
}

export type CallName = keyof Calls;

/** From the page to the worker. */
export interface Ask {
  readonly id: number;
  readonly call: CallName;
  readonly args: readonly unknown[];
}

/** From the worker to the page; `sentence` is for people, `lost` says that the device is gone for good. */
export type Answer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly sentence: string }
  | { readonly lost: string };
