import * as tf from '@tensorflow/tfjs';
import { layerName, type BuiltNetwork, type Weights } from './network.ts';

/**
 * Features between pictures and dense layers are ordered channel first in what is stored, as PyTorch and ONNX order
 * them; pictures lie channel last. A step that runs a network several times on the same weights brings those into the
 * pictures' order once instead of every batch of pictures into theirs: the rows of a dense kernel behind a `flatten`.
 * The result goes beside the stored weights, for `forward` to take in their place; gradients flow back through it.
 * @returns the weights with `<dense layer>/kernel/channelsLast`
 */
export function withChannelsLast({ name, layers, shapes }: BuiltNetwork, weights: Weights): Weights {
  const sorted: Record<string, tf.Tensor> = { ...weights };
  layers.forEach((layer, index) => {
    const [before, after] = [shapes[index - 1], layers[index + 1]];
    if (layer.type !== 'flatten' || after?.type !== 'dense' || !before || !('channels' in before)) return;
    const { channels, height, width } = before;
    const kernel = `${layerName(name, layers, index + 1)}/kernel`;
    const rows = tf.reshape(weights[kernel]!, [channels, height * width, after.units]);
    sorted[`${kernel}/channelsLast`] = tf.reshape(tf.transpose(rows, [1, 0, 2]), [-1, after.units]);
  });
  return sorted;
}
