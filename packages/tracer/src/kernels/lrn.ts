/** Local response normalisation across channels: the sum over neighbours is a product with a banded matrix. */
import type * as tf from '@tensorflow/tfjs';
import { add, div, mul, sub } from '../arithmetic.ts';
import { elementwise, node } from '../elementwise.ts';
import type { Graph } from '../graph.ts';
import type { Kernel } from '../kernel.ts';
import { type View, plain, uniform } from '../view.ts';
import { matMul } from './matmul.ts';

function neighbours(g: Graph, x: View, radius: number): View {
  const channels = x.shape.at(-1)!;
  const band = Float32Array.from({ length: channels ** 2 }, (_, at) =>
    Math.abs(Math.floor(at / channels) - (at % channels)) <= radius ? 1 : 0,
  );
  return matMul(g, x, plain(g.constant(band, 'float32', [channels, channels])), false, false);
}

const times = (g: Graph, x: View, k: number): View => mul(g, x, uniform(g, k, [], 'float32'));

/** bias + alpha * the sum of squares over neighbouring channels */
function norm(g: Graph, x: View, { depthRadius, alpha, bias }: tf.LRNAttrs): View {
  return add(g, times(g, neighbours(g, mul(g, x, x), depthRadius), alpha), uniform(g, bias, [], 'float32'));
}

function power(g: Graph, x: View, exponent: number): View {
  return elementwise(g, [x], {
    kernel: 'no folding',
    names: ['x'],
    dtype: 'float32',
    emit: ([value]) => node(g, 'Pow', [value!, g.scalar(exponent)], 'float32'),
  });
}

export const LRN: Kernel<tf.LRNAttrs> = ({ g, input, attrs }) =>
  mul(g, input('x'), power(g, norm(g, input('x'), attrs), -attrs.beta));

export const LRNGrad: Kernel<tf.LRNGradAttrs> = ({ g, input, attrs }) => {
  const [x, y, dy] = [input('x'), input('y'), input('dy')];
  const total = norm(g, x, attrs);
  const direct = mul(g, dy, power(g, total, -attrs.beta));
  const spread = neighbours(g, div(g, mul(g, y, dy), total), attrs.depthRadius);
  return sub(g, direct, times(g, mul(g, x, spread), 2 * attrs.alpha * attrs.beta));
};
