/**
 * Rewrites that need to see the whole graph: a factor or a summand per output channel, right after a linear
 * operator that nothing else reads, becomes part of its weights or its bias. So batch norm in inference form
 * vanishes into its neighbour, and a layer's bias stands where ONNX has it. A Transpose between pictures and a
 * dense layer becomes another order of the layer's weights.
 */
import { type Graph, type Node, type Value, sizeOf } from './graph.ts';
import { liveNodes } from './live.ts';
import { inverse, reshapeValue, transposeValue } from './view.ts';

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
    const better = rewrite(graph, node, readers);
    result.push(...graph.nodes.slice(before)); // a reshape that it needed
    if (better) for (const output of better.outputs) output.producer = better;
    result.push(better ?? node);
  }
  graph.nodes.splice(0, Infinity, ...result);
  return graph;
}

function rewrite(graph: Graph, node: Node, readers: ReadonlyMap<Value, number>): Node | undefined {
  switch (node.op) {
    case 'MatMul':
    case 'Gemm':
      return foldFlatten(graph, node, readers);
    case 'Mul':
      return foldFactor(graph, node, readers);
    case 'Add':
      return foldSummand(graph, node, readers);
    default:
      return undefined;
  }
}

/**
 * A dense layer over pictures flattened channel last reads them through a Transpose; with the rows of its
 * constant kernel in the other order it needs none.
 */
function foldFlatten(g: Graph, node: Node, readers: ReadonlyMap<Value, number>): Node | undefined {
  const [flat, kernel, ...rest] = node.inputs;
  const reshape = flat?.producer?.op === 'Reshape' ? flat.producer : undefined;
  const turned = reshape?.inputs[0];
  const transpose = turned?.producer?.op === 'Transpose' ? turned.producer : undefined;
  if (!flat || !turned || !transpose || !kernel?.data || flat.shape.length !== 2) return undefined;
  if (readers.get(flat) !== 1 || readers.get(turned) !== 1 || kernel.shape.length !== 2) return undefined;
  if (['transA', 'transB'].some((name) => isSet(node.attributes[name]))) return undefined;
  const perm = (transpose.attributes['perm'] as { ints: readonly number[] }).ints;
  if (perm[0] !== 0 || turned.shape[0] !== flat.shape[0]) return undefined;
  const rows = reshapeValue(g, kernel, [...turned.shape.slice(1), kernel.shape[1]!]);
  const back = inverse(perm).slice(1).map((axis) => axis - 1); // prettier-ignore
  const sorted = transposeValue(g, rows, [...back, back.length]);
  const source = reshapeValue(g, transpose.inputs[0]!, flat.shape);
  return { ...node, inputs: [source, reshapeValue(g, sorted, kernel.shape), ...rest] };
}

const isSet = (attribute: Node['attributes'][string] | undefined): boolean =>
  attribute !== undefined && 'int' in attribute && attribute.int !== 0;

interface Match {
  readonly linear: Node;
  /** The other operand, one number per output channel. */
  readonly vector: Value;
  readonly channels: number;
}

function match(g: Graph, node: Node, readers: ReadonlyMap<Value, number>): Match | undefined {
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
    if (vector.data?.length === 1 && (channels === 1 || vector.shape.length === 0)) {
      const each = new Float32Array(channels).fill(vector.data[0]!);
      return { linear, vector: g.constant(each, 'float32', [channels], vector.label), channels };
    }
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
  const found = match(g, node, readers);
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
  const found = match(g, node, readers);
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
  return isSet(attributes['transB']) ? 0 : 1;
}
