import type * as tf from '@tensorflow/tfjs';
import { type Graph, text } from '../graph.ts';
import type { Kernel } from '../kernel.ts';
import { type View, materialize, range, reshapeView, transposeView } from '../view.ts';
import { matMul } from './matmul.ts';

/** Two operands without a repeated or broadcast index go through a matrix product; the rest through ONNX's Einsum. */
export const Einsum: Kernel<tf.EinsumAttrs> = ({ g, list, attrs }) => {
  const equation = attrs.equation.replaceAll(' ', '');
  const [left, result] = equation.split('->') as [string, string];
  const terms = left.split(',');
  const sizes = new Map<string, number>();
  terms.forEach((term, i) =>
    Array.from(term).forEach((index, axis) => sizes.set(index, list[i]!.shape[axis]!)),
  );
  const product =
    terms.length === 2 ? viaMatMul(g, list, terms as [string, string], result, sizes) : undefined;
  if (product) return product;
  const shape = Array.from(result).map((index) => sizes.get(index)!);
  const operands = list.map((view) => materialize(g, view));
  const value = g.one('Einsum', operands, 'float32', shape, { attributes: { equation: text(equation) } });
  return { value, order: range(shape.length), shape, dtype: 'float32' };
};

const distinct = (term: string): boolean => new Set(term).size === term.length;

function viaMatMul(
  g: Graph,
  list: readonly View[],
  [a, b]: [string, string],
  result: string,
  sizes: ReadonlyMap<string, number>,
): View | undefined {
  if (![a, b, result].every(distinct)) return undefined;
  const batch = Array.from(a).filter((i) => b.includes(i) && result.includes(i));
  const inner = Array.from(a).filter((i) => b.includes(i) && !result.includes(i));
  const rows = Array.from(a).filter((i) => !b.includes(i));
  const columns = Array.from(b).filter((i) => !a.includes(i));
  // an index that one operand has and the result lacks is a sum of its own
  if (![...rows, ...columns].every((i) => result.includes(i)) || inner.length === 0) return undefined;
  const size = (indices: readonly string[]): number => indices.reduce((n, i) => n * sizes.get(i)!, 1);
  const arrange = (view: View, term: string, groups: readonly (readonly string[])[]): View => {
    const moved = transposeView(view, groups.flat().map((i) => term.indexOf(i))); // prettier-ignore
    return reshapeView(g, moved, [...batch.map((i) => sizes.get(i)!), ...groups.slice(1).map(size)]);
  };
  const product = matMul(
    g,
    arrange(list[0]!, a, [batch, rows, inner]),
    arrange(list[1]!, b, [batch, inner, columns]),
    false,
    false,
  );
  const order = [...batch, ...rows, ...columns];
  const wide = reshapeView(g, product, order.map((i) => sizes.get(i)!)); // prettier-ignore
  return transposeView(wide, Array.from(result).map((i) => order.indexOf(i))); // prettier-ignore
}
