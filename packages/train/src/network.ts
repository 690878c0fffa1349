import * as tf from '@tensorflow/tfjs'; // TensorFlow.js: every network is one of its functions, run eagerly or traced
import * as z from 'zod';
import { convolveHalving } from './halve.ts';
import { channelMoments, convolve, convolveTransposed, normalizeBatch } from './layers.ts';
import { convolveThin } from './thin.ts';
import { convolveUpsampled, upsamplingKernel } from './upsample.ts';
import type { Random } from '@infogan/contract';

/**
 * A network as data: from this list alone (it is stored in run.json) the network is rebuilt. Pictures are
 * NHWC as in TensorFlow.js; `flatten` and `reshape` order features channel first, as PyTorch and ONNX do.
 */
const size = z.int().min(1).max(65_536);
const convolution = { filters: size, kernel: size, stride: size, bias: z.boolean() };
export const Layer = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('dense'), units: size, bias: z.boolean() }),
  /** Padding: zeros on every side; without it TensorFlow's 'same', which pads unevenly where it must. */
  z.strictObject({ type: z.literal('conv'), ...convolution, padding: z.int().min(0).max(64).optional() }),
  /** Nearest-neighbour upsampling by two, then a 3x3 convolution that keeps the size. */
  z.strictObject({ type: z.literal('upsampleConv'), filters: size, bias: z.boolean() }),
  z.strictObject({ type: z.literal('convTranspose'), ...convolution }),
  z.strictObject({ type: z.literal('batchNorm'), epsilon: z.number().positive() }),
  /** Drops whole channels in training (Tompson et al. 2015) and makes the others up for it; nothing in inference. */
  z.strictObject({ type: z.literal('channelDropout'), rate: z.number().min(0).lt(1) }),
  z.strictObject({ type: z.literal('relu') }),
  z.strictObject({ type: z.literal('leakyRelu'), slope: z.number() }),
  z.strictObject({ type: z.literal('tanh') }),
  z.strictObject({ type: z.literal('flatten') }),
  z.strictObject({ type: z.literal('reshape'), channels: size, height: size, width: size }),
]);
export type Layer = z.infer<typeof Layer>;
export type Network = readonly Layer[];

/** A trainable tensor. Kernels of convolutions are stored as ONNX and PyTorch have them: [out, in, h, w] ([in, out, h, w] transposed). */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  /** Drawn from N(mean, deviation). */
  readonly mean: number;
  readonly deviation: number;
}

/** DCGAN's initialisation (Radford et al. 2015): weights N(0, 0.02), batch-norm scales N(1, 0.02). */
const DEVIATION = 0.02;

/** The shape of one example between layers: features, or channels x height x width. */
export type Shape =
  | { readonly features: number }
  | { readonly channels: number; readonly height: number; readonly width: number };

/** What a network is made of, once its input shape is known. */
export interface BuiltNetwork {
  readonly name: string;
  readonly layers: Network;
  readonly parameters: readonly Parameter[];
  /** What each layer puts out. */
  readonly shapes: readonly Shape[];
  readonly output: Shape;
}

/** Works out every parameter's shape. @throws when a layer cannot follow the one before it */
export function buildNetwork(name: string, layers: Network, input: Shape): BuiltNetwork {
  const parameters: Parameter[] = [];
  const shapes: Shape[] = [];
  let shape = input;
  layers.forEach((layer, index) => {
    const prefix = layerName(name, layers, index);
    const add = (part: string, dims: number[], mean: number, deviation: number) =>
      parameters.push({ name: `${prefix}/${part}`, shape: dims, mean, deviation });
    if (layer.type === 'dense') {
      add('kernel', [featuresOf(shape, prefix), layer.units], 0, DEVIATION);
      if (layer.bias) add('bias', [layer.units], 0, 0);
    } else if (layer.type === 'conv' || layer.type === 'convTranspose') {
      const inputs = imageOf(shape, prefix).channels;
      const order = layer.type === 'conv' ? [layer.filters, inputs] : [inputs, layer.filters];
      add('kernel', [...order, layer.kernel, layer.kernel], 0, DEVIATION);
      if (layer.bias) add('bias', [layer.filters], 0, 0);
    } else if (layer.type === 'upsampleConv') {
      add('kernel', [layer.filters, imageOf(shape, prefix).channels, 3, 3], 0, DEVIATION);
      if (layer.bias) add('bias', [layer.filters], 0, 0);
    } else if (layer.type === 'batchNorm') {
      const channels = 'features' in shape ? shape.features : shape.channels;
      add('scale', [channels], 1, DEVIATION);
      add('offset', [channels], 0, 0);
    }
    shape = outputShape(layer, shape, prefix);
    shapes.push(shape);
  });
  return { name, layers, parameters, shapes, output: shape };
}

function outputShape(layer: Layer, shape: Shape, where: string): Shape {
  switch (layer.type) {
    case 'dense':
      return { features: layer.units };
    case 'conv': {
      const { height, width } = imageOf(shape, where);
      const { filters, kernel, stride, padding } = layer;
      const windows = (size: number) =>
        padding === undefined
          ? Math.ceil(size / stride)
          : Math.floor((size + 2 * padding - kernel) / stride) + 1;
      return { channels: filters, height: windows(height), width: windows(width) };
    }
    case 'upsampleConv': {
      const { height, width } = imageOf(shape, where);
      return { channels: layer.filters, height: 2 * height, width: 2 * width };
    }
    case 'convTranspose': {
      const { height, width } = imageOf(shape, where);
      return { channels: layer.filters, height: height * layer.stride, width: width * layer.stride };
    }
    case 'flatten': {
      const { channels, height, width } = imageOf(shape, where);
      return { features: channels * height * width };
    }
    case 'reshape': {
      const { channels, height, width } = layer;
      if (featuresOf(shape, where) !== channels * height * width) {
        throw new Error(
          `network: ${where} cannot reshape ${JSON.stringify(shape)} to ${channels}x${height}x${width}`,
        );
      }
      return { channels, height, width };
    }
    default:
      return shape;
  }
}

function featuresOf(shape: Shape, where: string): number {
  if ('features' in shape) return shape.features;
  throw new Error(`network: ${where} needs features but gets pictures; put a flatten layer before it`);
}

function imageOf(shape: Shape, where: string): Exclude<Shape, { features: number }> {
  if ('channels' in shape) return shape;
  throw new Error(`network: ${where} needs pictures but gets features; put a reshape layer before it`);
}

/** `generator/conv2`: the network, the kind of layer, its number among its kind. */
export function layerName(network: string, layers: Network, index: number): string {
  const { type } = layers[index]!;
  const ordinal = layers.slice(0, index + 1).filter((layer) => layer.type === type).length;
  return `${network}/${type}${ordinal}`;
}

export type Weights = Readonly<Record<string, tf.Tensor>>;

/** Draws initial values, float arrays by parameter name. */
export function initialWeights({ parameters }: BuiltNetwork, random: Random): Record<string, Float32Array> {
  return Object.fromEntries(
    parameters.map(({ name, shape, mean, deviation }) => {
      const size = shape.reduce((product, dim) => product * dim, 1);
      return [
        name,
        Float32Array.from({ length: size }, () => mean + (deviation > 0 ? deviation * random.normal() : 0)),
      ];
    }),
  );
}

/** Told the mean and variance of every batch norm's input (per channel) as the network runs. */
export type MomentsListener = (layer: string, moments: { mean: tf.Tensor; variance: tf.Tensor }) => void;

/** For each dropout layer by name what its channels are multiplied by, [N, channels]: 0, or 1 / (1 - rate). */
export type DropoutMasks = Readonly<Record<string, tf.Tensor>>;

/**
 * Runs a network in training form: batch norm by the batch's own statistics.
 * @param x [N, features] or [N, height, width, channels]
 * @param masks of every dropout layer; without them nothing is dropped
 */
export function forward(
  network: BuiltNetwork,
  weights: Weights,
  x: tf.Tensor,
  onMoments?: MomentsListener,
  masks?: DropoutMasks,
): tf.Tensor {
  return run(network, weights, x, {
    convolve(input, kernel, layer) {
      if (layer.type === 'upsampleConv') return convolveUpsampled(input, kernel);
      if (isThin(layer)) return convolveThin(input, kernel);
      return layer.kernel === 3 && layer.stride === 2 && layer.padding === 1
        ? convolveHalving(input, kernel)
        : convolve(input, kernel, layer.stride, layer.padding);
    },
    norm(input, prefix, epsilon) {
      const [scale, offset] = [weights[`${prefix}/scale`]!, weights[`${prefix}/offset`]!];
      onMoments?.(prefix, channelMoments(input));
      return normalizeBatch(input, scale, offset, epsilon);
    },
    drop(input, prefix) {
      if (masks === undefined) return input;
      const mask = masks[prefix];
      if (mask === undefined) throw new Error(`network: there is no mask for ${prefix}`);
      const [count, channels] = mask.shape as [number, number];
      return tf.mul(input, input.rank === 4 ? tf.reshape(mask, [count, 1, 1, channels]) : mask);
    },
  });
}

/**
 * Runs a network in inference form: weights are those of `foldBatchNorm`, so a batch norm is gone, or a
 * multiplication and an addition where no linear layer stands right before it.
 */
export function infer(network: BuiltNetwork, weights: Weights, x: tf.Tensor): tf.Tensor {
  return run(network, weights, x, {
    convolve: (input, kernel, layer) =>
      layer.type === 'upsampleConv'
        ? convolveTransposed(input, upsamplingKernel(kernel), 2)
        : convolve(input, kernel, layer.stride, layer.padding),
    norm(input, prefix) {
      const [scale, offset] = [weights[`${prefix}/scale`], weights[`${prefix}/offset`]];
      return scale === undefined ? input : tf.add(tf.mul(input, scale), offset!);
    },
    drop: (input) => input,
  });
}

type Convolution = Extract<Layer, { type: 'conv' | 'upsampleConv' }>;

/** Whether a convolution keeps the picture's size and gives so few channels that a form of its own pays. */
function isThin({ filters, kernel, stride, padding }: Extract<Layer, { type: 'conv' }>): boolean {
  const kept = kernel % 2 === 1 && (padding ?? (kernel - 1) / 2) === (kernel - 1) / 2;
  return kept && stride === 1 && filters <= 3;
}

/** The layers in which training and inference differ. */
interface Form {
  convolve(x: tf.Tensor4D, kernel: tf.Tensor4D, layer: Convolution): tf.Tensor;
  norm(x: tf.Tensor, prefix: string, epsilon: number): tf.Tensor;
  drop(x: tf.Tensor, prefix: string): tf.Tensor;
}

function run({ name, layers }: BuiltNetwork, weights: Weights, input: tf.Tensor, form: Form): tf.Tensor {
  return layers.reduce((x, layer, index) => {
    const prefix = layerName(name, layers, index);
    const bias = (y: tf.Tensor) => {
      const b = weights[`${prefix}/bias`];
      return b === undefined ? y : tf.add(y, b);
    };
    switch (layer.type) {
      case 'dense': {
        const kernel = weights[`${prefix}/kernel/channelsLast`] ?? weights[`${prefix}/kernel`]!;
        return bias(tf.matMul(x, kernel));
      }
      case 'conv':
      case 'upsampleConv':
        return bias(form.convolve(x as tf.Tensor4D, weights[`${prefix}/kernel`] as tf.Tensor4D, layer));
      case 'convTranspose':
        return bias(
          convolveTransposed(x as tf.Tensor4D, weights[`${prefix}/kernel`] as tf.Tensor4D, layer.stride),
        );
      case 'batchNorm':
        return form.norm(x, prefix, layer.epsilon);
      case 'channelDropout':
        return form.drop(x, prefix);
      case 'relu':
        return tf.relu(x);
      case 'leakyRelu':
        return tf.leakyRelu(x, layer.slope);
      case 'tanh':
        return tf.tanh(x);
      case 'flatten': {
        const reader = index + 1 < layers.length ? layerName(name, layers, index + 1) : '';
        const asItLies = weights[`${reader}/kernel/channelsLast`] !== undefined;
        return tf.reshape(asItLies ? x : tf.transpose(x, [0, 3, 1, 2]), [x.shape[0], -1]);
      }
      case 'reshape':
        return tf.transpose(
          tf.reshape(x, [x.shape[0], layer.channels, layer.height, layer.width]),
          [0, 2, 3, 1],
        );
    }
  }, input);
}
