/** Constant folding: a kernel whose operands are all known runs now, on TF.js's own `cpu` back end. */
import * as tf from '@tensorflow/tfjs';
import type { Value } from './graph.ts';

export interface Known {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
}

const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };

/** Results above this many elements are left to the graph, unless they are no larger than what went in. */
const LIMIT = 1 << 16;

/**
 * Evaluates `kernel` on constants, or returns undefined where the `cpu` back end lacks it.
 * @param operands by the kernel's own input names
 */
export function foldKernel(
  kernel: string,
  operands: Readonly<Record<string, Known>>,
  attrs: object,
): Known[] | undefined {
  const cpu = tf.engine().findBackend('cpu') as tf.KernelBackend | null;
  const config = tf.getKernel(kernel, 'cpu');
  if (!cpu || !config) return undefined;
  const infos: Record<string, tf.TensorInfo> = {};
  let given = 0;
  for (const [name, { data, shape, dtype }] of Object.entries(operands)) {
    const values = arrays[dtype].from(data);
    given += values.length;
    infos[name] = { dataId: cpu.write(values, [...shape], dtype), shape: [...shape], dtype };
  }
  const inputs = ('0' in infos ? Object.values(infos) : infos) as unknown as tf.NamedTensorInfoMap;
  const result = config.kernelFunc({ inputs, attrs: attrs as unknown as tf.NamedAttrMap, backend: cpu });
  const outputs = Array.isArray(result) ? result : [result];
  const known = outputs.map(({ dataId, shape, dtype }) => ({
    data: (cpu.readSync(dataId) as Float32Array).slice(),
    shape,
    dtype: dtype as Known['dtype'],
  }));
  for (const { dataId } of [...outputs, ...Object.values(infos)]) cpu.disposeData(dataId);
  const made = known.reduce((sum, { data }) => sum + data.length, 0);
  return made <= Math.max(given, LIMIT) ? known : undefined;
}

/** The single element of a constant that has just one, else undefined. */
export function scalarOf(value: Value): number | undefined {
  return value.data?.length === 1 ? value.data[0] : undefined;
}
