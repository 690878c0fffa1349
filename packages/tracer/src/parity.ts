/** For tests: a function's values and gradients, by TF.js's cpu back end and by ONNX Runtime on its trace. */
import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-node';
import { expect } from 'vitest';
import { type InputSpec, type TraceOptions, type Traced, trace } from './index.ts';

export type Fn = (x: Record<string, tf.Tensor>) => Record<string, tf.Tensor>;

export interface Numbers {
  shape: number[];
  data: ArrayLike<number>;
  dtype?: 'float32' | 'int32' | 'int64' | 'bool';
}

const feed = ({ shape, data, dtype = 'float32' }: Numbers): ort.Tensor => {
  if (dtype === 'int64') return new ort.Tensor('int64', BigInt64Array.from(Array.from(data), BigInt), shape);
  if (dtype === 'int32') return new ort.Tensor('int32', Int32Array.from(data), shape);
  if (dtype === 'bool') return new ort.Tensor('bool', Uint8Array.from(data), shape);
  return new ort.Tensor('float32', Float32Array.from(data), shape);
};

/** Runs a traced model once. */
export async function runOrt(
  { bytes }: Pick<Traced, 'bytes'>,
  inputs: Readonly<Record<string, Numbers>>,
  graphOptimizationLevel: 'disabled' | 'all' = 'all',
): Promise<Record<string, Numbers>> {
  const options = { graphOptimizationLevel, intraOpNumThreads: 1, logSeverityLevel: 3 } as const;
  const session = await ort.InferenceSession.create(bytes, options);
  const feeds = Object.fromEntries(Object.entries(inputs).map(([name, numbers]) => [name, feed(numbers)]));
  const results = await session.run(feeds);
  await session.release();
  return Object.fromEntries(
    Object.entries(results).map(([name, tensor]) => [
      name,
      { shape: [...tensor.dims], data: Array.from(tensor.data as Float32Array, Number) },
    ]),
  );
}

/** Runs the function itself on TF.js's cpu back end. */
export function runCpu(fn: Fn, inputs: Readonly<Record<string, Numbers>>): Record<string, Numbers> {
  void tf.setBackend('cpu');
  return tf.tidy(() => {
    const x = Object.entries(inputs).map(([name, { shape, data, dtype = 'float32' }]) => {
      const values = dtype === 'float32' ? Float32Array.from(data) : Int32Array.from(data);
      return [name, tf.tensor(values, shape, dtype === 'int64' ? 'int32' : dtype)] as const;
    });
    const results = fn(Object.fromEntries(x));
    return Object.fromEntries(
      Object.entries(results).map(([name, tensor]) => [
        name,
        { shape: tensor.shape, data: Array.from(tensor.dataSync()) },
      ]),
    );
  });
}

/** Largest difference, relative to 1 + the size of what was expected. */
export function difference(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [got[i]!, expected[i]!];
    if (Object.is(a, b) || (Number.isNaN(a) && Number.isNaN(b)) || a === b) continue;
    const d = Math.abs(a - b) / (1 + Math.abs(b));
    worst = Math.max(worst, Number.isNaN(d) ? Infinity : d);
  }
  return worst;
}

export function expectClose(
  got: Readonly<Record<string, Numbers>>,
  expected: Readonly<Record<string, Numbers>>,
  tolerance = 1e-5,
): void {
  expect(Object.keys(got).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, { shape, data }] of Object.entries(expected)) {
    expect(got[name]!.shape, `shape of ${name}`).toEqual(shape);
    const worst = difference(got[name]!.data, data);
    expect(worst, `${name}: got ${show(got[name]!.data)}, expected ${show(data)}`).toBeLessThan(tolerance);
  }
}

const show = (data: ArrayLike<number>): string => Array.from(data).slice(0, 12).map((x) => x.toPrecision(6)).join(' '); // prettier-ignore

/** The function with the gradients of a weighted sum of its outputs by every float input, as extra outputs. */
export function withGradients(fn: Fn, names: readonly string[]): Fn {
  return (x) => {
    const values = fn(x);
    const loss = (...args: tf.Tensor[]): tf.Scalar => {
      const out = fn({ ...x, ...Object.fromEntries(names.map((name, i) => [name, args[i]!])) });
      // a factor that is computed, or the gradient that arrives would be a constant and much of it folded away
      const lively = tf.add(1, tf.mul(0.1, tf.tanh(tf.mean(args[0]!))));
      const terms = Object.values(out).map((tensor) => {
        const flat = tensor.toFloat().flatten();
        const weights = Float32Array.from({ length: flat.size }, (_, i) => Math.sin(1 + 1.7 * i));
        return tf.sum(tf.mul(tf.mul(flat, tf.tensor1d(weights)), lively));
      });
      return tf.addN(terms) as tf.Scalar;
    };
    const gradients = tf.grads(loss)(names.map((name) => x[name]!));
    return { ...values, ...Object.fromEntries(names.map((name, i) => [`d_${name}`, gradients[i]!])) };
  };
}

export interface Check {
  /** Inputs by which to differentiate; all float ones by default, none for []. */
  by?: readonly string[];
  tolerance?: number;
  options?: TraceOptions;
  symbolic?: Readonly<Record<string, readonly (number | string)[]>>;
}

/** Traces a function with its gradients and holds both against the cpu back end. */
export async function check(
  fn: Fn,
  inputs: Readonly<Record<string, Numbers>>,
  how: Check = {},
): Promise<Traced> {
  const floats = Object.entries(inputs).filter(([, { dtype = 'float32' }]) => dtype === 'float32');
  const by = how.by ?? floats.map(([name]) => name);
  const whole = by.length > 0 ? withGradients(fn, by) : fn;
  const specs: Record<string, InputSpec> = Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, dtype = 'float32' }]) => [
      name,
      { shape: how.symbolic?.[name] ?? shape, dtype },
    ]),
  );
  const expected = runCpu(whole, inputs);
  const before = tf.memory().numTensors;
  const traced = trace(whole, specs, how.options);
  expect(tf.memory().numTensors, 'tensors leaked by the trace').toBe(before);
  expectClose(await runOrt(traced, inputs), expected, how.tolerance);
  return traced;
}

/** Numbers from a small generator of its own, so that a failing case can be told by its seed. */
export function numbers(shape: number[], seed = 1, low = -1, high = 1): Numbers {
  let state = (seed * 2654435761) >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const size = shape.reduce((a, b) => a * b, 1);
  return { shape, data: Array.from({ length: size }, () => low + (high - low) * next()) };
}

/** How many nodes of an operator a model has. */
export const count = ({ model }: Traced, op: string): number =>
  model.graph!.node.filter(({ opType }) => opType === op).length;
