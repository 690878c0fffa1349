import type * as tf from '@tensorflow/tfjs';
import { int } from '../graph.ts';
import type { Kernel } from '../kernel.ts';
import { castValue, materialize, plain } from '../view.ts';

/** The k largest of the last axis, in order, and their places. */
export const TopK: Kernel<tf.TopKAttrs> = ({ g, input, attrs: { k, sorted } }) => {
  const x = input('x');
  const shape = [...x.shape.slice(0, -1), k];
  const attributes = { axis: int(-1), largest: int(1), sorted: int(sorted ? 1 : 0) };
  const outputs = [
    { type: x.value.type, shape },
    { type: 'int64' as const, shape },
  ];
  const [values, places] = g.add('TopK', [materialize(g, x), g.int64([k])], outputs, { attributes });
  return [plain(values!), plain(castValue(g, places!, 'int32'))];
};
