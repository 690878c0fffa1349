import { create, toBinary } from '@bufbuild/protobuf';
import * as tf from '@tensorflow/tfjs';
import { type ModelProto, ModelProtoSchema } from 'onnx-buf';
import { record } from './backend.ts';
import { dimText, emitGraph } from './emit.ts';
import { TraceError } from './errors.ts';
import { Graph } from './graph.ts';
import { optimize } from './optimize.ts';
import { Recordings, type Symbols, chooseSizes } from './symbolic.ts';
import { castValue, materialize, plain } from './view.ts';

/** float32, int32 and bool are TF.js's own; an int64 input reaches the function as an int32 tensor. */
export type InputType = 'float32' | 'int32' | 'int64' | 'bool';

export interface InputSpec {
  /** Sizes; a string is a symbolic size, which may be any number when the graph runs. */
  readonly shape: readonly (number | string)[];
  /** @default 'float32' */
  readonly dtype?: InputType;
  readonly doc?: string;
}

export interface TraceOptions {
  /** Name of the graph. @default 'graph' */
  readonly name?: string;
  /** What the model is for: the model's doc string. */
  readonly doc?: string;
  /** What each output is, by name. */
  readonly outputDocs?: Readonly<Record<string, string>>;
  /** Outputs to be int64 in the graph where the function gives int32, by name. */
  readonly outputTypes?: Readonly<Record<string, 'int64'>>;
  /** metadata_props of the model. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Names for tensors that the function captures: they become initializers called so, as in `conv1/kernel`. */
  readonly constants?: Readonly<Record<string, tf.Tensor>>;
}

export interface TensorType {
  readonly name: string;
  readonly shape: readonly (number | string)[];
  readonly dtype: InputType;
}

export interface Traced {
  /** The serialized ModelProto; the same function gives the same bytes. */
  readonly bytes: Uint8Array;
  readonly model: ModelProto;
  readonly inputs: readonly TensorType[];
  readonly outputs: readonly TensorType[];
}

type TensorMap = Record<string, tf.Tensor>;

/**
 * Turns a TF.js function into an ONNX model (opset 17, IR 8).
 *
 * The function runs (once, and once more for each symbolic size) on a back end that records what its kernels
 * would compute. Gradients taken inside it by tf.grads, tf.variableGrads or tf.customGrad are recorded likewise.
 * Tensors that it captures or creates become constants. Whatever JavaScript decides or draws at random inside
 * it is frozen into the graph: hand such things in as inputs.
 *
 * @param fn gets a tensor per input and returns a tensor per output
 * @param inputs by name, in the order in which the model shall list them
 * @throws {TraceError} for kernels without an ONNX form, for reading a traced tensor's numbers, for assigning to
 * variables, and for graphs into which a symbolic size would be baked
 */
export function trace(
  fn: (x: TensorMap) => TensorMap,
  inputs: Readonly<Record<string, InputSpec>>,
  options: TraceOptions = {},
): Traced {
  const names = new Map(
    Object.entries(options.constants ?? {}).map(([name, { dataId }]) => [dataId, name] as const),
  );
  const { graph, recordings } = recordAll(fn, inputs, names, options);
  const inputDocs = Object.fromEntries(Object.entries(inputs).map(([name, { doc }]) => [name, doc]));
  const text = { name: options.name ?? 'graph', inputDocs, outputDocs: options.outputDocs ?? {} };
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    producerName: '@infogan/tracer',
    opsetImport: [{ domain: '', version: 17n }],
    graph: emitGraph(graph, recordings, text),
    metadataProps: Object.entries(options.metadata ?? {}).map(([key, value]) => ({ key, value })),
    ...(options.doc === undefined ? {} : { docString: options.doc }),
  });
  const types = (list: Graph['inputs']): TensorType[] =>
    list.map(({ name, value }) => ({
      name,
      shape: recordings.shape(value).map((dim, axis) => dimText(dim) ?? `${name}_${axis}`),
      dtype: value.type,
    }));
  return {
    bytes: toBinary(ModelProtoSchema, model),
    model,
    inputs: types(graph.inputs),
    outputs: types(graph.outputs),
  };
}

function recordAll(
  fn: (x: TensorMap) => TensorMap,
  inputs: Readonly<Record<string, InputSpec>>,
  names: ReadonlyMap<object, string>,
  options: TraceOptions,
): { graph: Graph; recordings: Recordings } {
  const dims = Object.values(inputs).flatMap(({ shape }) => shape);
  const symbolNames = [...new Set(dims.filter((dim) => typeof dim === 'string'))];
  for (let attempt = 0; ; attempt++) {
    const symbols = chooseSizes(symbolNames, attempt);
    try {
      const graphs = symbols.sizes.map((_, r) =>
        optimize(recordOnce(fn, inputs, names, options, symbols, r)),
      );
      return { graph: graphs[0]!, recordings: new Recordings(graphs, symbols) };
    } catch (error) {
      // two sizes may coincide by chance: what is really baked in fails at other sizes too
      if (!(error instanceof TraceError) || symbolNames.length === 0 || attempt === 1) throw error;
    }
  }
}

function recordOnce(
  fn: (x: TensorMap) => TensorMap,
  inputs: Readonly<Record<string, InputSpec>>,
  names: ReadonlyMap<object, string>,
  { outputTypes = {}, outputDocs = {} }: TraceOptions,
  symbols: Symbols,
  r: number,
): Graph {
  const graph = new Graph(symbols.names.length > 0);
  record(graph, names, (backend) => {
    const given = Object.entries(inputs).map(([name, { shape, dtype = 'float32' }]) => {
      const sizes = shape.map((dim) =>
        typeof dim === 'number' ? dim : symbols.sizes[r]![symbols.names.indexOf(dim)]!,
      );
      const value = graph.input(name, dtype, sizes);
      const view = plain(dtype === 'int64' ? castValue(graph, value, 'int32') : value);
      return [name, tf.engine().makeTensorFromTensorInfo(backend.hold(view), backend)] as const;
    });
    const results = fn(Object.fromEntries(given));
    for (const name of [...Object.keys(outputDocs), ...Object.keys(outputTypes)]) {
      if (!(name in results))
        throw new TraceError(`trace: options speak of an output ${name} that fn does not return.`);
    }
    for (const [name, tensor] of Object.entries(results)) {
      if (!(tensor instanceof tf.Tensor))
        throw new TraceError(`trace: output ${name} is not a tensor but ${typeof tensor}.`);
      const value = materialize(graph, backend.view(tensor));
      addOutput(graph, name, castValue(graph, value, outputTypes[name] ?? value.type));
    }
  });
  return graph;
}

/** An output has a node of its own: an input, a constant or another output is copied. */
function addOutput(graph: Graph, name: string, value: Graph['inputs'][number]['value']): void {
  if (graph.inputs.some((input) => input.name === name)) {
    throw new TraceError(`trace: ${name} is the name of an input and of an output. Rename one of them.`);
  }
  const taken = graph.outputs.some((output) => output.value === value);
  const own = value.producer && !taken;
  const copy = own ? value : graph.copy(value);
  graph.outputs.push({ name, value: copy });
}
