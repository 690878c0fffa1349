/**
 * Symbolic sizes. TF.js shapes are numbers, so a function with symbolic dimensions is recorded several times:
 * once at base sizes, then once more per symbol with that symbol changed. A size that is the same in all
 * recordings is fixed; one that follows a symbol is that symbol times a factor. Anything else that differs
 * between recordings has had a size baked into it, and is refused.
 */
import { TraceError } from './errors.ts';
import type { Graph, Node, Value } from './graph.ts';
import { liveNodes } from './live.ts';

export interface Symbols {
  readonly names: readonly string[];
  /** `sizes[r][s]`: the size of symbol s in recording r. */
  readonly sizes: readonly (readonly number[])[];
}

/** A dimension: a number, a symbol times a factor, or something that no input tells. */
export type Dim = number | { readonly symbol: string; readonly factor: number } | undefined;

/** The sizes to record at: distinct primes, `attempt` picking others should two sizes coincide by chance. */
export function chooseSizes(names: readonly string[], attempt: number): Symbols {
  const primes = [11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61];
  const at = (i: number): number => primes[(2 * i + 5 * attempt) % primes.length]!;
  const base = names.map((_, s) => at(s));
  const changed = names.map((_, s) => base.map((size, i) => (i === s ? primes[(primes.indexOf(size) + 1) % primes.length]! : size))); // prettier-ignore
  return { names, sizes: [base, ...changed] };
}

/** Several recordings of one function, found to be the same but for sizes. */
export class Recordings {
  readonly nodes: readonly Node[];
  private readonly twins: readonly Map<Value, Value>[];
  private readonly dims: readonly Map<Node, Node>[];
  readonly symbols: Symbols;

  constructor(graphs: readonly Graph[], symbols: Symbols) {
    const [base, ...others] = graphs;
    this.symbols = symbols;
    this.nodes = liveNodes(base!);
    const matches = others.map((other, r) => match(base!, this.nodes, other, r + 1, symbols));
    this.twins = matches.map(({ values }) => values);
    this.dims = matches.map(({ nodes }) => nodes);
  }

  /** The dimension along an axis of a value. */
  dim(value: Value, axis: number): Dim {
    return this.classify([value.shape[axis]!, ...this.twins.map((twin) => twin.get(value)!.shape[axis]!)]);
  }

  shape(value: Value): Dim[] {
    return value.shape.map((_, axis) => this.dim(value, axis));
  }

  /** The target sizes of a Reshape or Expand. */
  targets(node: Node): Dim[] {
    const others = this.dims.map((twin) => twin.get(node)!.dims!);
    return node.dims!.map((size, axis) => this.classify([size, ...others.map((dims) => dims[axis]!)]));
  }

  private classify(sizes: readonly number[]): Dim {
    const first = sizes[0]!;
    if (sizes.every((size) => size === first)) return first;
    for (const [s, symbol] of this.symbols.names.entries()) {
      const factor = first / this.symbols.sizes[0]![s]!;
      if (
        Number.isInteger(factor) &&
        sizes.every((size, r) => size === factor * this.symbols.sizes[r]![s]!)
      ) {
        return { symbol, factor };
      }
    }
    return undefined;
  }
}

function match(
  base: Graph,
  nodes: readonly Node[],
  other: Graph,
  r: number,
  symbols: Symbols,
): { values: Map<Value, Value>; nodes: Map<Node, Node> } {
  const symbol = symbols.names[r - 1]!;
  const sizes = `${symbols.sizes[0]![r - 1]} and ${symbols.sizes[r]![r - 1]}`;
  const refuse = (what: string): TraceError =>
    new TraceError(
      `trace: ${what} depends on the symbolic size ${symbol} (recorded with ${symbol} = ${sizes}), so that size ` +
        `would be baked into the graph. Let sizes come from the tensors' own shapes (tf.mean, tf.reshape to -1, ` +
        `broadcasting), or give ${symbol} as a number in the input's shape.`,
    );
  const values = new Map<Value, Value>();
  base.inputs.forEach(({ value }, i) => values.set(value, other.inputs[i]!.value));
  const same = (a: Value | undefined, b: Value | undefined, where: string): void => {
    if (!a && !b) return;
    const known = a && values.get(a);
    if (known && known === b) return;
    if (known || !a?.data || !b?.data) throw refuse(`what ${where} works on`);
    if (a.shape.join() !== b.shape.join())
      throw refuse(`a constant of shape [${a.shape.join()}] used by ${where}`);
    for (let i = 0; i < a.data.length; i++) {
      if (!Object.is(a.data[i], b.data[i])) {
        throw refuse(
          `a constant of shape [${a.shape.join()}] used by ${where} (${String(a.data[i])}, then ${String(b.data[i])})`,
        );
      }
    }
    values.set(a, b);
  };
  const twins = liveNodes(other);
  const pairs = new Map<Node, Node>();
  nodes.forEach((node, i) => {
    const twin = twins[i];
    const where = `${node.scope ? `${node.scope}/` : ''}${node.op}`;
    if (!twin || twin.op !== node.op || twin.inputs.length !== node.inputs.length) {
      throw refuse(`the structure of the graph at ${where}`);
    }
    if (JSON.stringify(node.attributes) !== JSON.stringify(twin.attributes))
      throw refuse(`an attribute of ${where}`);
    node.inputs.forEach((input, j) => same(input, twin.inputs[j], where));
    node.outputs.forEach((output, j) => values.set(output, twin.outputs[j]!));
    pairs.set(node, twin);
  });
  if (twins.length !== nodes.length) throw refuse('the number of nodes');
  base.outputs.forEach(({ name, value }, i) => same(value, other.outputs[i]!.value, `output ${name}`));
  return { values, nodes: pairs };
}
