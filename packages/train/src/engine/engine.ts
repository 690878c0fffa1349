import type * as tf from '@tensorflow/tfjs';

/** A pure function of named tensors: what an engine runs, eagerly or as a traced graph. */
export type TensorFunction = (inputs: Readonly<Record<string, tf.Tensor>>) => Record<string, tf.Tensor>;

export interface InputSpec {
  readonly shape: readonly number[];
  /** Default float32. */
  readonly dtype?: 'float32' | 'int32';
}

/** Values by name of input or output, row by row. */
export type Arrays = Record<string, Float32Array | Int32Array>;

/** A function made ready on a device. */
export interface Program {
  /** Runs once. Inputs are those that are not state. @returns the outputs that are not state */
  run(inputs: Arrays): Promise<Arrays>;
  /** Copies of the state as it now stands. */
  readState(): Promise<Record<string, Float32Array>>;
  /** Makes another function ready on the same state; it may read and replace what it likes of it. Dispose it before this. */
  share(fn: TensorFunction, inputs: Readonly<Record<string, InputSpec>>): Promise<Program>;
  dispose(): Promise<void>;
}

/**
 * Where tensor functions run. `state` gives inputs whose values stay on the device from one run to the next;
 * an output of the same name replaces the value.
 */
export interface Engine {
  /** e.g. `compiled (onnxruntime-node, cpu, 2 threads)`: what really runs. */
  readonly description: string;
  prepare(
    fn: TensorFunction,
    inputs: Readonly<Record<string, InputSpec>>,
    state?: Readonly<Record<string, Float32Array>>,
  ): Promise<Program>;
}
