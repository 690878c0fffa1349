/** From recordings to an ONNX model: names, operands that depend on symbolic sizes, protobuf. */
import { create } from '@bufbuild/protobuf';
import {
  type GraphProto,
  GraphProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
} from 'onnx-buf';
import { TraceError } from './errors.ts';
import type { Graph, Node, Value } from './graph.ts';
import { attributeProto, tensorProto, valueInfo } from './proto.ts';
import type { Dim, Recordings } from './symbolic.ts';

export interface GraphText {
  readonly name: string;
  readonly inputDocs: Readonly<Record<string, string | undefined>>;
  readonly outputDocs: Readonly<Record<string, string>>;
}

/** How a dimension is written in the types of inputs and outputs. */
export function dimText(dim: Dim): number | string | undefined {
  if (dim === undefined || typeof dim === 'number') return dim;
  return dim.factor === 1 ? dim.symbol : `${dim.factor}*${dim.symbol}`;
}

export function emitGraph(graph: Graph, recordings: Recordings, text: GraphText): GraphProto {
  const emitter = new Emitter(graph, recordings);
  for (const node of recordings.nodes) emitter.node(node);
  const type = ({ name, value }: { name: string; value: Value }, doc: string | undefined) =>
    valueInfo(name, value.type, recordings.shape(value).map(dimText), doc);
  return create(GraphProtoSchema, {
    name: text.name,
    node: emitter.nodes,
    initializer: emitter.initializers,
    input: graph.inputs.map((input) => type(input, text.inputDocs[input.name])),
    output: graph.outputs.map((output) => type(output, text.outputDocs[output.name])),
  });
}

class Emitter {
  readonly nodes: NodeProto[] = [];
  readonly initializers: TensorProto[] = [];
  private readonly names = new Map<Value, string>();
  private readonly taken = new Set<string>();
  private readonly sizes = new Map<string, string>();
  private readonly graph: Graph;
  private readonly recordings: Recordings;

  constructor(graph: Graph, recordings: Recordings) {
    this.graph = graph;
    this.recordings = recordings;
    for (const { name, value } of [...graph.inputs, ...graph.outputs]) {
      this.names.set(value, name);
      this.taken.add(name);
    }
  }

  node(node: Node): void {
    const inputs = node.inputs.map((value) => (value ? this.operand(value) : ''));
    if (node.dims) inputs.push(this.target(node));
    const name = this.unique(node.scope ? `${node.scope}/${node.op}` : node.op);
    const outputs = node.outputs.map((value, i) => {
      const known = this.names.get(value);
      if (known !== undefined) return known;
      const chosen = node.outputs.length === 1 ? `${name}_output` : `${name}_output_${i}`;
      const free = this.unique(chosen);
      this.names.set(value, free);
      return free;
    });
    this.add(node.op, name, inputs, outputs, node.attributes);
  }

  private add(
    op: string,
    name: string,
    input: string[],
    output: string[],
    attributes: Node['attributes'],
  ): void {
    const attribute = Object.keys(attributes).sort().map((key) => attributeProto(key, attributes[key]!)); // prettier-ignore
    this.nodes.push(create(NodeProtoSchema, { opType: op, name, input, output, attribute }));
  }

  private operand(value: Value): string {
    const known = this.names.get(value);
    if (known !== undefined) return known;
    if (!value.data)
      throw new TraceError('trace: a value is used before it is made; this is a fault of the tracer.');
    const name = this.unique(value.label ?? 'constant');
    this.names.set(value, name);
    this.initializers.push(tensorProto(name, value.type, value.shape, value.data));
    return name;
  }

  /** The int64 operand of Reshape or Expand: a constant where it can be, else computed from an input's shape. */
  private target(node: Node): string {
    const wanted = this.recordings.targets(node);
    const source = this.recordings.shape(node.inputs[0]!);
    return this.numbers((node.op === 'Expand' ? expandDims : reshapeDims)(wanted, source), node);
  }

  private numbers(dims: readonly Dim[], node: Node): string {
    if (dims.every((dim) => typeof dim === 'number')) {
      return this.size(`[${dims.join()}]`, (name) => {
        this.initializers.push(tensorProto(name, 'int64', [dims.length], dims));
      });
    }
    const parts = dims.map((dim) => {
      if (typeof dim === 'number') return this.numbers([dim], node);
      if (dim) return this.symbol(dim.symbol, dim.factor);
      const shape = this.recordings.targets(node).map((d) => dimText(d) ?? '?');
      throw new TraceError(
        `trace: ${node.op} to [${shape.join()}] needs a size that is ` +
          'no multiple of one symbolic size. Reshape in steps that keep the symbolic axis whole.',
      );
    });
    if (parts.length === 1) return parts[0]!;
    return this.size(parts.join(), (name) => this.add('Concat', name, parts, [name], { axis: { int: 0 } }));
  }

  private symbol(symbol: string, factor: number): string {
    if (factor !== 1) {
      const [one, k] = [this.symbol(symbol, 1), this.size(`[${factor}]`, (name) => {
        this.initializers.push(tensorProto(name, 'int64', [1], [factor]));
      })]; // prettier-ignore
      return this.size(`${symbol}*${factor}`, (name) => this.add('Mul', name, [one, k], [name], {}));
    }
    return this.size(symbol, (name) => {
      for (const { name: input, value } of this.graph.inputs) {
        const axis = this.recordings.shape(value).findIndex((dim) => dimText(dim) === symbol);
        if (axis < 0) continue;
        return this.add('Shape', name, [input], [name], { start: { int: axis }, end: { int: axis + 1 } });
      }
      throw new TraceError(`trace: no input has an axis of size ${symbol}.`);
    });
  }

  /** An int64 vector, made once per content. */
  private size(key: string, make: (name: string) => void): string {
    const known = this.sizes.get(key);
    if (known !== undefined) return known;
    const name = this.unique('size');
    this.sizes.set(key, name);
    make(name);
    return name;
  }

  private unique(wanted: string): string {
    let name = wanted;
    for (let i = 2; this.taken.has(name); i++) name = `${wanted}_${i}`;
    this.taken.add(name);
    return name;
  }
}

const sameDim = (a: Dim, b: Dim): boolean => a !== undefined && dimText(a) === dimText(b);

/** 0 copies the source's size at the same place; one size may be left to inference. */
function reshapeDims(wanted: readonly Dim[], source: readonly Dim[]): Dim[] {
  if (wanted.every((dim) => typeof dim === 'number')) return [...wanted];
  const dims = wanted.map((dim, i): Dim => (typeof dim !== 'number' && sameDim(dim, source[i]) ? 0 : dim));
  const open = dims.flatMap((dim, i) => (typeof dim === 'number' ? [] : [i]));
  if (open.length === 1) dims[open[0]!] = -1;
  return dims;
}

/** 1 keeps the source's size. */
function expandDims(wanted: readonly Dim[], source: readonly Dim[]): Dim[] {
  const shift = source.length - wanted.length;
  return wanted.map((dim, i) => (typeof dim !== 'number' && sameDim(dim, source[i + shift]) ? 1 : dim));
}
