import type * as tf from '@tensorflow/tfjs';
import { type Graph, type Value, int } from '../graph.ts';
import type { Kernel } from '../kernel.ts';
import { type View, full, inOrder, materialize, range, reshapeView, transposeView } from '../view.ts';

export const BatchMatMul: Kernel<tf.BatchMatMulAttrs> = ({ g, input, attrs }) =>
  matMul(g, input('a'), input('b'), attrs.transposeA, attrs.transposeB);

const batchOf = (view: View): number[] => view.shape.slice(0, -2);

/** Matrix product over the last two axes; transposes are absorbed where ONNX can. */
export function matMul(g: Graph, a: View, b: View, transposeA: boolean, transposeB: boolean): View {
  const left = transposeA ? swapped(a) : a;
  const right = transposeB ? swapped(b) : b;
  const batch = batchOf(left.shape.length >= right.shape.length ? left : right).map((_, i, all) => {
    const [x, y] = [left, right].map((view) => view.shape[view.shape.length - 2 - all.length + i] ?? 1);
    return Math.max(x!, y!);
  });
  const [m, k] = left.shape.slice(-2) as [number, number];
  const n = right.shape.at(-1)!;
  if (batchOf(right).every((size) => size === 1)) {
    // one right-hand matrix: the batch is more rows of the left-hand one
    const rows = batch.reduce((x, y) => x * y, 1) * m;
    const product = matMul2d(g, reshapeView(g, left, [rows, k]), reshapeView(g, right, [k, n]));
    return reshapeView(g, product, [...batch, m, n]);
  }
  const operands = [left, right].map((view) => materialize(g, view));
  const value = g.one('MatMul', operands, 'float32', [...batch, m, n]);
  return { value, order: range(batch.length + 2), shape: [...batch, m, n], dtype: 'float32' };
}

function swapped(view: View): View {
  const r = view.shape.length;
  return transposeView(view, [...range(r - 2), r - 1, r - 2]);
}

/** A product of two matrices, each lying row- or column-first: Gemm takes both. */
function matMul2d(g: Graph, a: View, b: View): View {
  const shape = [a.shape[0]!, b.shape[1]!];
  const [left, transA] = lying(g, a);
  const [right, transB] = lying(g, b);
  const plainProduct = !transA && !transB;
  const attributes = { transA: int(transA ? 1 : 0), transB: int(transB ? 1 : 0) };
  const value = plainProduct
    ? g.one('MatMul', [left, right], 'float32', shape)
    : g.one('Gemm', [left, right], 'float32', shape, { attributes });
  return { value, order: [0, 1], shape, dtype: 'float32' };
}

function lying(g: Graph, view: View): [Value, boolean] {
  const there = full(g, view);
  if (there.order[0] === 0) return [there.value, false];
  if (there.value.data) return [inOrder(g, there, [0, 1]).value, false];
  return [there.value, true];
}
