import * as tf from '@tensorflow/tfjs';
import { TraceError } from './errors.ts';
import { scope } from './scope.ts';
import { type InputSpec, type TraceOptions, type Traced, trace } from './trace.ts';

export interface TraceModelOptions extends Omit<TraceOptions, 'constants'> {
  /** Name of the symbolic batch size. @default 'N' */
  readonly batch?: string;
}

/**
 * Turns a TF.js layers model, sequential or functional, into ONNX with its weights: inference form (dropout gone,
 * batch norm by its moving statistics), any batch size, node names by layer. Inputs and outputs are called as
 * the model calls them; their sizes other than the batch must be known.
 * @throws {TraceError} for an unknown size, and for what {@link trace} refuses
 */
export function traceModel(model: tf.LayersModel, options: TraceModelOptions = {}): Traced {
  const { batch = 'N', ...rest } = options;
  if (model instanceof tf.Sequential) model.build(); // until then it does not know its inputs' names
  const inputs: Record<string, InputSpec> = {};
  model.inputs.forEach(({ shape, dtype }, i) => {
    const name = model.inputNames[i]!;
    const sizes = shape.map((size, axis) => (axis === 0 ? (size ?? batch) : size));
    if (sizes.some((size) => size === null)) {
      throw new TraceError(
        `traceModel: input ${name} of model ${model.name} has the open shape [${shape.map((s) => s ?? '?').join()}]. ` +
          'Only the batch may be open: give inputShape in full.',
      );
    }
    inputs[name] = { shape: sizes as (number | string)[], dtype: dtype === 'int32' ? 'int32' : 'float32' };
  });
  const constants = Object.fromEntries(
    model.weights.map((weight) => [weight.originalName, weight.read()] as const),
  );
  const named = options.name === undefined ? { name: model.name } : {};
  return withScopes(model, () => trace((x) => predict(model, x), inputs, { ...rest, ...named, constants }));
}

function predict(model: tf.LayersModel, x: Record<string, tf.Tensor>): Record<string, tf.Tensor> {
  const given = model.inputNames.map((name) => x[name]!);
  const result = model.apply(given.length === 1 ? given[0]! : given, { training: false }) as
    tf.Tensor | tf.Tensor[];
  const outputs = Array.isArray(result) ? result : [result];
  const names = new Set(model.inputNames);
  return Object.fromEntries(
    outputs.map((tensor, i) => {
      const name = model.outputNames[i] ?? `output_${i}`;
      return [names.has(name) ? `${name}_output` : name, tensor];
    }),
  );
}

/** Names nodes by layer while `body` runs. */
function withScopes<T>(model: tf.LayersModel, body: () => T): T {
  const layers = model.layers.filter((layer) => !(layer instanceof tf.LayersModel));
  const own = layers.map((layer) => [layer, Object.hasOwn(layer, 'call'), layer.call.bind(layer)] as const);
  for (const [layer, , call] of own) layer.call = (...args) => scope(layer.name, () => call(...args));
  try {
    return body();
  } finally {
    for (const [layer, had, call] of own) {
      if (had) layer.call = call;
      else delete (layer as { call?: unknown }).call;
    }
  }
}
