import {
  categoricals,
  generatorInputs,
  recognizerOutputs,
  IMAGE,
  type LatentSpec,
  type Manifest,
  type PortSpec,
} from '@infogan/contract';
import type { TensorData } from '../pool/protocol.ts';
import { Problem } from '../http/problem.ts';

/** The two graphs of a model, each an Open Inference Protocol model of its own. */
export type Graph = 'generator' | 'recognizer';

export interface Ports {
  readonly inputs: readonly PortSpec[];
  readonly outputs: readonly PortSpec[];
}

export function portsOf({ latent, image }: Manifest, graph: Graph): Ports {
  const picture: PortSpec = {
    name: IMAGE,
    dtype: 'float32',
    shape: [image.channels, image.height, image.width],
  };
  return graph === 'generator'
    ? { inputs: generatorInputs(latent), outputs: [picture] }
    : { inputs: [picture], outputs: recognizerOutputs(latent) };
}

const DATATYPES = { float32: 'FP32', int64: 'INT64' } as const;

export function datatypeOf(port: PortSpec): 'FP32' | 'INT64' {
  return DATATYPES[port.dtype];
}

export function refuse(detail: string): Problem {
  return new Problem('invalid-body', detail);
}

/** Checks one input against its port; the batch is bounded by `mostRows`. */
export function checkShape(
  port: PortSpec,
  datatype: string,
  shape: readonly number[],
  mostRows: number,
): number {
  if (datatype !== datatypeOf(port)) {
    throw refuse(`input ${port.name} must have datatype ${datatypeOf(port)}; got ${datatype}`);
  }
  const wanted = [-1, ...port.shape];
  const fits = shape.length === wanted.length && wanted.every((size, i) => size === -1 || size === shape[i]);
  if (!fits) {
    throw refuse(`input ${port.name} must have shape [${wanted.join(', ')}]; got [${shape.join(', ')}]`);
  }
  const rows = shape[0]!;
  if (rows < 1 || rows > mostRows) {
    throw refuse(`input ${port.name} must have 1 to ${mostRows} rows; got ${rows}`);
  }
  return shape.reduce((product, size) => product * size, 1);
}

/** Numbers of JSON, flat or nested, as a tensor's data. */
export function fromJson(port: PortSpec, data: unknown, length: number): TensorData['data'] {
  const flat = Array.isArray(data) ? (data.flat(8) as unknown[]) : [];
  if (flat.length !== length) {
    throw refuse(`input ${port.name} must bring ${length} numbers; got ${flat.length}`);
  }
  const integers = port.dtype === 'int64';
  const wrong = flat.find((value) => typeof value !== 'number' || (integers && !Number.isSafeInteger(value)));
  if (wrong !== undefined) {
    const kind = integers ? 'whole numbers' : 'numbers';
    throw refuse(`input ${port.name} must bring ${kind} alone; got ${JSON.stringify(wrong).slice(0, 60)}`);
  }
  return integers ? BigInt64Array.from(flat as number[], BigInt) : Float32Array.from(flat as number[]);
}

/** Little-endian bytes, as the binary tensor extension sends them. */
export function fromBinary(port: PortSpec, bytes: Buffer, length: number): TensorData['data'] {
  const width = port.dtype === 'int64' ? 8 : 4;
  if (bytes.length !== length * width) {
    throw refuse(`input ${port.name} must bring ${length * width} bytes; got ${bytes.length}`);
  }
  const copy = new Uint8Array(bytes).buffer;
  return port.dtype === 'int64' ? new BigInt64Array(copy) : new Float32Array(copy);
}

/** Class numbers outside a category would fail inside the graph. */
export function checkClasses(spec: LatentSpec, feeds: Readonly<Record<string, TensorData>>): void {
  for (const { name, labels } of categoricals(spec)) {
    const data = (feeds[name]?.data ?? []) as BigInt64Array;
    for (const value of data) {
      if (value >= 0n && value < BigInt(labels.length)) continue;
      throw refuse(`input ${name} must be class numbers from 0 to ${labels.length - 1}; got ${value}`);
    }
  }
}
