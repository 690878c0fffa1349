import { layerName, type BuiltNetwork } from './network.ts';

/** Mean and variance per channel by name of batch-norm layer. */
export type Statistics = Readonly<
  Record<string, { readonly mean: Float32Array; readonly variance: Float32Array }>
>;

type Arrays = Record<string, Float32Array>;

/**
 * Weights in inference form: each batch norm melts into the linear layer right before it,
 * `W' = W f`, `b' = (b - mean) f + offset` with `f = scale / sqrt(variance + epsilon)`; where none stands before
 * it, it stays as a factor and an offset. Pure: the given arrays are not changed.
 */
export function foldBatchNorm(
  network: BuiltNetwork,
  weights: Readonly<Arrays>,
  statistics: Statistics,
): Arrays {
  const { name, layers, parameters } = network;
  const folded: Arrays = { ...weights };
  layers.forEach((layer, index) => {
    if (layer.type !== 'batchNorm') return;
    const prefix = layerName(name, layers, index);
    const { mean, variance } = statistics[prefix]!;
    const factor = weights[`${prefix}/scale`]!.map(
      (scale, k) => scale / Math.sqrt(variance[k]! + layer.epsilon),
    );
    const offset = weights[`${prefix}/offset`]!.map((value, k) => value - mean[k]! * factor[k]!);
    const before = layers[index - 1];
    if (before === undefined || !('bias' in before)) {
      folded[`${prefix}/scale`] = factor;
      folded[`${prefix}/offset`] = offset;
      return;
    }
    delete folded[`${prefix}/scale`];
    delete folded[`${prefix}/offset`];
    const linear = layerName(name, layers, index - 1);
    const { shape } = parameters.find((parameter) => parameter.name === `${linear}/kernel`)!;
    // output channels lie last in a dense kernel, first in a convolution's, second in a transposed convolution's
    const axis = before.type === 'conv' || before.type === 'upsampleConv' ? 0 : 1;
    const inner = shape.slice(axis + 1).reduce((product, dim) => product * dim, 1);
    const channels = shape[axis]!;
    folded[`${linear}/kernel`] = weights[`${linear}/kernel`]!.map(
      (value, i) => value * factor[Math.floor(i / inner) % channels]!,
    );
    const bias = weights[`${linear}/bias`];
    folded[`${linear}/bias`] = offset.map((value, k) => value + (bias?.[k] ?? 0) * factor[k]!);
  });
  return folded;
}

/** Shapes of folded weights by name. */
export function foldedShape(network: BuiltNetwork, name: string, values: Float32Array): readonly number[] {
  return network.parameters.find((parameter) => parameter.name === name)?.shape ?? [values.length];
}
