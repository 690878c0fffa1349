import type * as tf from '@tensorflow/tfjs';
import { add, div, mul, sub } from '../arithmetic.ts';
import { elementwise, node } from '../elementwise.ts';
import type { Graph } from '../graph.ts';
import type { Kernel } from '../kernel.ts';
import { type View, uniform } from '../view.ts';

function sqrt(g: Graph, x: View): View {
  return elementwise(g, [x], {
    kernel: 'Sqrt',
    names: ['x'],
    dtype: 'float32',
    emit: ([value]) => node(g, 'Sqrt', [value!], 'float32'),
  });
}

/** x * a + b with a and b over channels: where the statistics are constants these two are folded now. */
export const FusedBatchNorm: Kernel<tf.FusedBatchNormAttrs> = ({ g, input, optional, attrs }) => {
  const [x, mean, variance] = [input('x'), input('mean'), input('variance')];
  const deviation = sqrt(g, add(g, variance, uniform(g, attrs.varianceEpsilon ?? 0.001, [], 'float32')));
  const scale = div(g, optional('scale') ?? uniform(g, 1, mean.shape, 'float32'), deviation);
  const offset = optional('offset');
  const shift = sub(g, offset ?? uniform(g, 0, mean.shape, 'float32'), mul(g, mean, scale));
  return add(g, mul(g, x, scale), shift);
};
