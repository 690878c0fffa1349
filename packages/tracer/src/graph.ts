/**
 * The recorded graph: values and the nodes that make them, in physical (ONNX) layout.
 *
 * Nodes are pure, so equal nodes are shared as they are added. Sizes that may depend on a symbolic dimension
 * (the target of Reshape and Expand) are kept beside the node as `dims`, not as a constant: only the emitter,
 * which has seen the function at several sizes, knows which of them are fixed.
 */
import { currentScope } from './scope.ts';

export type ElementType = 'float32' | 'int32' | 'int64' | 'bool';

export interface Value {
  readonly id: number;
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Only {@link optimize} ever sets it anew. */
  producer: Node | undefined;
  /** The elements of a constant, row-major; undefined for everything that is computed. */
  readonly data: ArrayLike<number> | undefined;
  /** The name that the caller gave to a constant or an input. */
  readonly label: string | undefined;
}

export type Attribute =
  { int: number } | { float: number } | { string: string } | { ints: readonly number[] };
export type Attributes = Readonly<Record<string, Attribute>>;

export interface Node {
  readonly op: string;
  readonly inputs: readonly (Value | undefined)[];
  readonly attributes: Attributes;
  /** Target shape of Reshape and Expand, which become an int64 operand on emission. */
  readonly dims: readonly number[] | undefined;
  readonly outputs: Value[];
  readonly scope: string;
}

export interface NodeOptions {
  attributes?: Attributes;
  dims?: readonly number[];
}

export interface Output {
  readonly type: ElementType;
  readonly shape: readonly number[];
}

export const int = (value: number): Attribute => ({ int: value });
export const float = (value: number): Attribute => ({ float: value });
export const ints = (values: readonly number[]): Attribute => ({ ints: values });
export const text = (value: string): Attribute => ({ string: value });

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

export class Graph {
  readonly nodes: Node[] = [];
  readonly inputs: { name: string; value: Value }[] = [];
  readonly outputs: { name: string; value: Value }[] = [];
  /** Whether some sizes are symbolic: formulas that need the batch as a number are then out. */
  readonly symbolic: boolean;
  private readonly shared = new Map<string, Node>();
  private readonly constants = new Map<string, Value[]>();
  private nextId = 0;

  constructor(symbolic = false) {
    this.symbolic = symbolic;
  }

  private value(
    type: ElementType,
    shape: readonly number[],
    rest: { producer?: Node; data?: ArrayLike<number>; label?: string | undefined },
  ): Value {
    const { producer, data, label } = rest;
    return { id: this.nextId++, type, shape, producer, data, label };
  }

  input(name: string, type: ElementType, shape: readonly number[]): Value {
    const value = this.value(type, shape, { label: name });
    this.inputs.push({ name, value });
    return value;
  }

  /** A constant; equal constants are one value. */
  constant(data: ArrayLike<number>, type: ElementType, shape: readonly number[], label?: string): Value {
    const key = `${type}[${shape.join()}]${label ?? ''}#${hash(data)}`;
    const candidates = this.constants.get(key) ?? [];
    const known = candidates.find((value) => sameElements(value.data!, data));
    if (known) return known;
    const value = this.value(type, shape, { data, label });
    this.constants.set(key, [...candidates, value]);
    return value;
  }

  scalar(value: number, type: ElementType = 'float32'): Value {
    return this.constant(type === 'float32' ? Float32Array.of(value) : [value], type, []);
  }

  int64(values: readonly number[]): Value {
    return this.constant(values, 'int64', [values.length]);
  }

  /** Adds a node (or finds the equal one) and returns its outputs. */
  add(
    op: string,
    inputs: readonly (Value | undefined)[],
    outputs: readonly Output[],
    options: NodeOptions = {},
  ): Value[] {
    const attributes = options.attributes ?? {};
    const key = JSON.stringify([
      op,
      inputs.map((v) => v?.id ?? -1),
      attributes,
      options.dims ?? null,
      outputs.length,
    ]);
    const known = this.shared.get(key);
    if (known) return known.outputs;
    const node: Node = { op, inputs, attributes, dims: options.dims, outputs: [], scope: currentScope() };
    for (const { type, shape } of outputs) node.outputs.push(this.value(type, shape, { producer: node }));
    this.nodes.push(node);
    this.shared.set(key, node);
    return node.outputs;
  }

  /** An Identity node of its own, never shared. */
  copy(value: Value): Value {
    const node: Node = {
      op: 'Identity',
      inputs: [value],
      attributes: {},
      dims: undefined,
      outputs: [],
      scope: '',
    };
    node.outputs.push(this.value(value.type, value.shape, { producer: node }));
    this.nodes.push(node);
    return node.outputs[0]!;
  }

  /** {@link add} for the usual node with one output. */
  one(
    op: string,
    inputs: readonly (Value | undefined)[],
    type: ElementType,
    shape: readonly number[],
    options: NodeOptions = {},
  ): Value {
    return this.add(op, inputs, [{ type, shape }], options)[0]!;
  }
}

function sameElements(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

/** FNV-1a over at most 4,096 of the elements: enough to tell constants apart, equality is checked afterwards. */
function hash(data: ArrayLike<number>): number {
  const step = Math.max(1, Math.floor(data.length / 4096));
  const bits = new Int32Array(1);
  const number = new Float32Array(bits.buffer);
  let h = 0x811c9dc5 ^ data.length;
  for (let i = 0; i < data.length; i += step) {
    number[0] = data[i]!;
    h = Math.imul(h ^ bits[0]!, 0x01000193);
  }
  return h >>> 0;
}
