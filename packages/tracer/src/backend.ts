/**
 * The TF.js back end that records. Its tensors are views of values in the graph that is being recorded; reading
 * one back is an error, since there is nothing to read yet.
 */
import * as tf from '@tensorflow/tfjs';
import { TraceError } from './errors.ts';
import { foldKernel } from './fold.ts';
import type { Graph } from './graph.ts';
import type { AnyKernel, Call } from './kernel.ts';
import { kernels } from './kernels/index.ts';
import { type DType, type View, constant, fillOf, isStretched, materialize } from './view.ts';

export const BACKEND = 'infogan-tracer';

interface Entry {
  readonly graph: Graph;
  readonly view: View;
  references: number;
}

let recording: { graph: Graph; names: ReadonlyMap<object, string>; captured: Map<object, View> } | undefined;

class TracerBackend extends tf.KernelBackend {
  private readonly entries = new WeakMap<object, Entry>();
  private count = 0;

  /** A fresh data id for a view: TF.js's tape tells tensors apart by it, so none is ever handed out twice. */
  hold(view: View): tf.TensorInfo {
    const dataId = {};
    this.entries.set(dataId, { graph: active().graph, view, references: 1 });
    this.count++;
    return { dataId, shape: [...view.shape], dtype: view.dtype };
  }

  /** The view behind a tensor; a tensor of another back end becomes a constant. */
  view({ dataId, shape, dtype }: tf.TensorInfo): View {
    const { graph, names, captured } = active();
    const entry = this.entries.get(dataId);
    if (entry) {
      if (entry.graph === graph) return { ...entry.view, shape };
      throw new TraceError(
        `trace: a tensor of shape [${shape.join()}] belongs to another trace. Make it inside the traced function, or ` +
          "hand it in as an input, or create it on a back end that computes, such as 'cpu'.",
      );
    }
    const known = captured.get(dataId);
    if (known) return { ...known, shape };
    const data = tf.engine().readSync(dataId) as Float32Array;
    const view = constant(graph, data, shape, dtypeOf(dtype), names.get(dataId));
    captured.set(dataId, view);
    return view;
  }

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): object {
    return this.hold(constant(active().graph, values as Float32Array, shape, dtypeOf(dtype))).dataId;
  }

  override move(): void {
    throw new TraceError(
      'trace: tensors are not moved to the recording back end; this is a fault of the tracer.',
    );
  }

  override readSync(dataId: object): tf.BackendValues {
    const view = this.entries.get(dataId)?.view;
    const fill = view && fillOf(view);
    if (fill !== undefined) return arrayOf(view!.dtype, view!.shape).fill(fill);
    const data = view?.value.data && !isStretched(view) ? materialize(active().graph, view).data : undefined;
    if (data) return Float32Array.from(data);
    throw new TraceError(
      `trace: the function reads the numbers of a tensor of shape [${view?.shape.join()}] (dataSync, data, array or ` +
        'print), but while it is traced they do not exist yet. Compute with tensors only, for example tf.where ' +
        'in place of an if.',
    );
  }

  override read(dataId: object): Promise<tf.BackendValues> {
    return Promise.resolve(this.readSync(dataId));
  }

  override numDataIds(): number {
    return this.count;
  }

  override refCount(dataId: object): number {
    return this.entries.get(dataId)?.references ?? 0;
  }

  override incRef(dataId: object): void {
    const entry = this.entries.get(dataId);
    if (entry) entry.references++;
  }

  override disposeData(dataId: object, force = false): boolean {
    const entry = this.entries.get(dataId);
    if (!entry) return true;
    entry.references--;
    if (!force && entry.references > 0) return false;
    this.entries.delete(dataId);
    this.count--;
    return true;
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: false };
  }

  override floatPrecision(): 16 | 32 {
    return 32;
  }

  override timerAvailable(): boolean {
    return false;
  }

  override dispose(): void {
    // nothing is held outside the graph
  }
}

function active(): NonNullable<typeof recording> {
  if (recording) return recording;
  throw new TraceError(
    'trace: a traced tensor was used after its trace had ended. Return what is needed from it.',
  );
}

function dtypeOf(dtype: tf.DataType): DType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new TraceError(`trace: dtype ${dtype} has no form in the graph; use float32, int32 or bool.`);
}

function arrayOf(dtype: DType, shape: readonly number[]): Float32Array | Int32Array | Uint8Array {
  const size = shape.reduce((a, b) => a * b, 1);
  return dtype === 'float32'
    ? new Float32Array(size)
    : dtype === 'int32'
      ? new Int32Array(size)
      : new Uint8Array(size);
}

/** Kernels that are bookkeeping: folding them would only copy constants. */
const STRUCTURAL = new Set(['BroadcastTo', 'ExpandDims', 'Identity', 'Reshape', 'Tile', 'Transpose']);

function run(backend: TracerBackend, name: string, kernel: AnyKernel, params: KernelParams): View[] {
  const { graph: g } = active();
  const inputs = params.inputs as unknown as Record<string, tf.TensorInfo | undefined>;
  const views: Record<string, View> = {};
  for (const [key, info] of Object.entries(inputs)) if (info) views[key] = backend.view(info);
  const folded = STRUCTURAL.has(name) ? undefined : fold(g, name, views, params.attrs ?? {});
  if (folded) return folded;
  const input = (key: string): View => {
    const view = views[key];
    if (!view) throw new TraceError(`${name}: input ${key} is missing.`);
    return view;
  };
  const call: Call<unknown> = {
    g,
    kernel: name,
    attrs: params.attrs ?? {},
    input,
    optional: (key) => views[key],
    list: Object.values(views),
  };
  try {
    const result = kernel(call as Call<never>);
    return Array.isArray(result) ? result : [result];
  } catch (error) {
    if (error instanceof TraceError && error.message.startsWith(name)) throw error;
    const shapes = Object.entries(views).map(([key, { shape }]) => `${key} [${shape.join()}]`);
    throw new TraceError(`${name} of ${shapes.join(', ')}: ${(error as Error).message}`, { cause: error });
  }
}

function fold(
  g: Graph,
  name: string,
  views: Readonly<Record<string, View>>,
  attrs: object,
): View[] | undefined {
  const list = Object.entries(views);
  if (list.length === 0 || !list.every(([, view]) => view.value.data && !isStretched(view))) return undefined;
  const known = list.map(([key, view]) => {
    const { data, shape } = materialize(g, view);
    return [key, { data: data!, shape, dtype: view.dtype }] as const;
  });
  const result = foldKernel(name, Object.fromEntries(known), attrs);
  return result?.map(({ data, shape, dtype }) => constant(g, data, shape, dtype));
}

interface KernelParams {
  readonly inputs: tf.NamedTensorInfoMap;
  readonly attrs?: tf.NamedAttrMap;
}

/** Says which kernel is missing, on what, and what to do instead. */
function unknownKernel(name: string, inputs: Record<string, tf.TensorInfo | undefined>): TraceError {
  const shapes = Object.entries(inputs).map(([key, info]) => `${key} [${info?.shape.join()}]`);
  return new TraceError(
    `trace: TF.js kernel ${name} (${shapes.join(', ')}) has no ONNX form here. Express it by supported ones, ` +
      `or compute it outside and hand it in as an input. Supported: ${[...kernels.keys()].join(', ')}.`,
  );
}

function register(): void {
  if (tf.findBackend(BACKEND)) return;
  // priority below every back end that computes: never chosen by itself
  tf.registerBackend(BACKEND, () => new TracerBackend(), -1);
  const backend = tf.findBackend(BACKEND) as TracerBackend;
  for (const [kernelName, kernel] of kernels) {
    tf.registerKernel({
      kernelName,
      backendName: BACKEND,
      kernelFunc: (params) => {
        const outputs = run(backend, kernelName, kernel, params as KernelParams).map((view) =>
          backend.hold(view),
        );
        return LISTS.has(kernelName) || outputs.length > 1 ? outputs : outputs[0]!;
      },
    });
  }
  for (const { kernelName } of [...tf.getKernelsForBackend('cpu'), ...tf.getKernelsForBackend('webgl')]) {
    if (tf.getKernel(kernelName, BACKEND)) continue;
    const kernelFunc: tf.KernelFunc = ({ inputs }) => {
      throw unknownKernel(kernelName, inputs);
    };
    tf.registerKernel({ kernelName, backendName: BACKEND, kernelFunc });
  }
}

/** Kernels whose result is a list even when it has one element. */
const LISTS = new Set(['SplitV', 'Unpack', 'TopK']);

/**
 * Runs `body` with the recording back end, adding to `graph`, and puts the former back end back whatever happens.
 * @param names what to call captured tensors, by data id
 */
export function record<T>(
  graph: Graph,
  names: ReadonlyMap<object, string>,
  body: (backend: TracerBackend) => T,
): T {
  if (recording)
    throw new TraceError('trace: called inside a function that is being traced. Trace them one by one.');
  register();
  const engine = tf.engine();
  void engine.backend; // chooses one, if none was
  const previous = engine.backendName;
  const variables = Object.entries(engine.registeredVariables).map(([, v]) => [v, v.dataId] as const);
  recording = { graph, names, captured: new Map() };
  try {
    void tf.setBackend(BACKEND); // completes at once: the back end needs no waiting
    const result = tf.tidy(() => body(tf.findBackend(BACKEND) as TracerBackend) as never) as T;
    const assigned = variables.find(([variable, dataId]) => variable.dataId !== dataId);
    if (assigned) {
      throw new TraceError(
        `trace: the function assigns to the variable ${assigned[0].name}, which a graph cannot do. Take its value ` +
          'as an input and return the new value as an output.',
      );
    }
    return result;
  } finally {
    void tf.setBackend(previous);
    recording = undefined;
  }
}

export type { TracerBackend };
