/**
 * Rewrites that need to see the whole graph: a factor or a summand per output channel, right after a linear
 * operator that nothing else reads, becomes part of its weights or its bias. So batch norm in inference form
 * vanishes into its neighbour, and a layer's bias stands where ONNX has it.
 */
import { type Graph, type Node, type Value, sizeOf } from './graph.ts';
import { liveNodes } from './live.ts';
import { reshapeValue } from './view.ts';

const LINEAR = new Set(['Conv', 'ConvTranspose', 'Gemm', 'MatMul']);

export function optimize(graph: Graph): Graph {
  const nodes = liveNodes(graph);
  const readers = new Map<Value, number>();
  const read = (value: Value | undefined): void => {
    if (value) readers.set(value, (readers.get(value) ?? 0) + 1);
  };
  for (const { inputs } of nodes) inputs.forEach(read);
  for (const { value } of graph.outputs) read(value);
  const result: Node[] = [];
  for (const node of nodes) {
    const before = graph.nodes.length;
    const better = node.op === 'Mul' ? foldFactor(graph, node, readers) : foldSummand(graph, node, readers);
    result.push(...graph.nodes.slice(before)); // a reshape that the bias needed
    if (better) for (const output of better.outputs) output.producer = better;
    result.push(better ?? node);
  }
  graph.nodes.splice(0, Infinity, ...result);
  return graph;
}

interface Match {
  readonly linear: Node;
  /** The other operand, one number per output channel. */
  readonly vector: Value;
  readonly channels: number;
}

function match(node: Node, readers: ReadonlyMap<Value, number>): Match | undefined {
  for (const [i, j] of [
    [0, 1],
    [1, 0],
  ] as const) {
    const [product, vector] = [node.inputs[i], node.inputs[j]];
    const linear = product?.producer;
    if (!product || !vector || !linear || !LINEAR.has(linear.op) || readers.get(product) !== 1) continue;
    if (product.shape.join() !== node.outputs[0]!.shape.join() || grouped(linear)) continue;
    const spatial = linear.op.startsWith('Conv');
    if (linear.op === 'MatMul' && linear.inputs.some((input) => input!.shape.length !== 2)) continue;
    const axis = spatial ? 1 : product.shape.length - 1;
    const channels = product.shape[axis]!;
    // right-aligned, the vector may be more than 1 wide along the channels only
    const place = axis - product.shape.length + vector.shape.length;
    if (place < 0 || vector.shape[place] !== channels || sizeOf(vector.shape) !== channels) continue;
    return { linear, vector, channels };
  }
  return undefined;
}

/** A grouped Conv counts its output channels as any other; a grouped ConvTranspose does not. */
const grouped = ({ op, attributes }: Node): boolean => op === 'ConvTranspose' && 'group' in attributes;

function foldSummand(g: Graph, node: Node, readers: ReadonlyMap<Value, number>): Node | undefined {
  const found = node.op === 'Add' ? match(node, readers) : undefined;
  if (!found) return undefined;
  const { linear, vector, channels } = found;
  const [x, weights, own] = linear.inputs;
  if (own && !(own.data && vector.data && sizeOf(own.shape) === channels)) return undefined;
  const bias = own
    ? g.constant(
        Float32Array.from(own.data!, (b, i) => b + vector.data![i]!),
        'float32',
        own.shape,
        own.label,
      )
    : reshapeValue(g, vector, [channels]);
  const op = linear.op === 'MatMul' ? 'Gemm' : linear.op;
  return { ...linear, op, inputs: [x, weights, bias], outputs: node.outputs };
}

function foldFactor(g: Graph, node: Node, readers: ReadonlyMap<Value, number>): Node | undefined {
  const found = match(node, readers);
  if (!found) return undefined;
  const { linear, vector, channels } = found;
  const [x, weights, bias] = linear.inputs;
  if (!vector.data || !weights?.data || (bias && !bias.data)) return undefined;
  const axis = weightAxis(linear);
  const inner = sizeOf(weights.shape.slice(axis + 1));
  const scaled = Float32Array.from(
    weights.data,
    (w, i) => w * vector.data![Math.floor(i / inner) % channels]!,
  );
  const inputs = [x, g.constant(scaled, 'float32', weights.shape, weights.label)];
  if (bias) {
    const moved = Float32Array.from(bias.data!, (b, i) => b * vector.data![i]!);
    inputs.push(g.constant(moved, 'float32', bias.shape, bias.label));
  }
  return { ...linear, inputs, outputs: node.outputs };
}

/** The axis of the weights that counts output channels. */
function weightAxis({ op, attributes }: Node): number {
  if (op === 'Conv') return 0;
  const transB = attributes['transB'];
  return transB && 'int' in transB && transB.int === 1 ? 0 : 1;
}
