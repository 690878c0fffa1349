/** Pooling. TF.js never counts padding, neither in a maximum nor in a mean. */
import * as tf from '@tensorflow/tfjs';
import { mul } from '../arithmetic.ts';
import { elementwise, node } from '../elementwise.ts';
import { type Attributes, type Graph, type Value, int, ints } from '../graph.ts';
import type { Kernel } from '../kernel.ts';
import { type View, castValue, materialize, uniform } from '../view.ts';
import { NCHW, padsOf } from './conv-window.ts';
import { slice } from './slicing.ts';

type Size4 = [number, number, number, number];
type Info = tf.backend_util.Conv2DInfo;
type Attrs = tf.MaxPoolAttrs;

const infoOf = (x: View, { filterSize, strides, pad, dimRoundingMode }: Attrs): Info =>
  tf.backend_util.computePool2DInfo(x.shape as Size4, filterSize, strides, 1, pad, dimRoundingMode);

function pool(g: Graph, op: 'MaxPool' | 'AveragePool', x: View, info: Info): View {
  const shape = [info.batchSize, info.outHeight, info.outWidth, info.outChannels];
  const attributes: Attributes = {
    kernel_shape: ints([info.filterHeight, info.filterWidth]),
    strides: ints([info.strideHeight, info.strideWidth]),
    pads: ints(padsOf(info)),
    ...(op === 'AveragePool' ? { count_include_pad: int(0) } : {}),
  };
  const out = NCHW.map((axis) => shape[axis]!);
  const value = g.one(op, [materialize(g, x, NCHW)], 'float32', out, { attributes });
  return { value, order: NCHW, shape, dtype: 'float32' };
}

export const MaxPool: Kernel<Attrs> = ({ g, input, attrs }) =>
  pool(g, 'MaxPool', input('x'), infoOf(input('x'), attrs));
export const AvgPool: Kernel<Attrs> = ({ g, input, attrs }) =>
  pool(g, 'AveragePool', input('x'), infoOf(input('x'), attrs));

/** A view over the padded picture, of what one tap of the window sees at each place. */
function tapOf(g: Graph, padded: View, info: Info, i: number, j: number): View {
  return slice(g, padded, [
    { axis: 1, start: i, stop: i + (info.outHeight - 1) * info.strideHeight + 1, step: info.strideHeight },
    { axis: 2, start: j, stop: j + (info.outWidth - 1) * info.strideWidth + 1, step: info.strideWidth },
  ]);
}

/** Adds, for each tap, a gradient at the places that the tap saw: a transposed convolution of every channel by itself. */
function scatter(g: Graph, taps: readonly View[], info: Info): View {
  const {
    batchSize: n,
    inChannels: c,
    outHeight,
    outWidth,
    inHeight,
    inWidth,
    filterHeight: kh,
    filterWidth: kw,
  } = info;
  const planes = taps.map((tap) => {
    const value = materialize(g, tap, NCHW);
    return g.one('Reshape', [value], 'float32', [n * c, 1, outHeight, outWidth], {
      dims: [n * c, 1, outHeight, outWidth],
    });
  });
  const stacked =
    planes.length === 1
      ? planes[0]!
      : g.one('Concat', planes, 'float32', [n * c, planes.length, outHeight, outWidth], {
          attributes: { axis: int(1) },
        });
  // filter t puts its input at tap t and nowhere else; a single plane goes to all taps
  const count = planes.length;
  const weights = new Float32Array(count * kh * kw);
  for (let t = 0; t < kh * kw; t++) weights[count === 1 ? t : t * kh * kw + t] = 1;
  const pads = padsOf(info);
  const rest = [
    inHeight - ((outHeight - 1) * info.strideHeight + kh - pads[0]! - pads[2]!),
    inWidth - ((outWidth - 1) * info.strideWidth + kw - pads[1]! - pads[3]!),
  ];
  const attributes: Attributes = {
    kernel_shape: ints([kh, kw]),
    strides: ints([info.strideHeight, info.strideWidth]),
    pads: ints([...pads.slice(0, 2), pads[2]! + Math.min(0, rest[0]!), pads[3]! + Math.min(0, rest[1]!)]),
    output_padding: ints(rest.map((r) => Math.max(0, r))),
  };
  const filters = g.constant(weights, 'float32', [count, 1, kh, kw]);
  const flat = g.one('ConvTranspose', [stacked, filters], 'float32', [n * c, 1, inHeight, inWidth], {
    attributes,
  });
  const dims = [n, c, inHeight, inWidth];
  const value = g.one('Reshape', [flat], 'float32', dims, { dims });
  return { value, order: NCHW, shape: [n, inHeight, inWidth, c], dtype: 'float32' };
}

/**
 * TF.js's own gradient divides by the whole window even where it overlaps the padding, which its forward pass
 * does not (cpu and webgl alike); what is traced agrees with TF.js.
 */
export const AvgPoolGrad: Kernel<Attrs> = ({ g, input, attrs }) => {
  const [x, dy] = [input('input'), input('dy')];
  const info = infoOf(x, attrs);
  const share = uniform(g, 1 / (info.filterHeight * info.filterWidth), [], 'float32');
  return scatter(g, [mul(g, dy, share)], info);
};

/** dy goes to the first maximum of each window, which is where TF.js's cpu back end sends it. */
export const MaxPoolGrad: Kernel<Attrs> = ({ g, input, attrs }) => {
  const [x, output, dy] = [input('input'), input('output'), input('dy')];
  const info = infoOf(x, attrs);
  const pads = padsOf(info);
  const lowest = g.scalar(-3.4028234663852886e38);
  const value = materialize(g, x, NCHW);
  const [n, c, h, w] = value.shape as Size4;
  const all = [0, 0, pads[0]!, pads[1]!, 0, 0, pads[2]!, pads[3]!];
  const height = h + pads[0]! + pads[2]!;
  const width = w + pads[1]! + pads[3]!;
  const padded: View = {
    value: g.one('Pad', [value, g.int64(all), lowest], 'float32', [n, c, height, width]),
    order: NCHW,
    shape: [n, height, width, c],
    dtype: 'float32',
  };
  const taps: View[] = [];
  let free: View | undefined;
  for (let t = 0; t < info.filterHeight * info.filterWidth; t++) {
    const seen = tapOf(g, padded, info, Math.floor(t / info.filterWidth), t % info.filterWidth);
    const equal = logic(g, 'Equal', [seen, output]);
    const hit = free ? logic(g, 'And', [equal, free]) : equal;
    const miss = logic(g, 'Not', [equal]);
    free = free ? logic(g, 'And', [free, miss]) : miss;
    taps.push(mul(g, dy, { ...hit, value: castValue(g, hit.value, 'float32'), dtype: 'float32' }));
  }
  return scatter(g, taps, info);
};

function logic(g: Graph, op: string, views: readonly View[]): View {
  return elementwise(g, views, {
    kernel: 'no folding',
    names: ['a', 'b'],
    dtype: 'bool',
    emit: (operands: readonly Value[]) => node(g, op, operands, 'bool'),
  });
}
