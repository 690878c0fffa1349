/**
 * Resizing of images is linear and separable: one matrix over rows, one over columns, known when tracing.
 * Nearest neighbours gather; bilinear and all gradients multiply by the matrices. Every option of TF.js holds.
 */
import type { Graph } from '../graph.ts';
import type { Kernel } from '../kernel.ts';
import { type View, materialize, plain, range, reshapeView, transposeView } from '../view.ts';
import { matMul } from './matmul.ts';
import { NCHW } from './conv-window.ts';
import { gatherAxis } from './slicing.ts';

interface ResizeAttrs {
  alignCorners: boolean;
  halfPixelCenters: boolean;
  size: [number, number];
}

const ratio = (from: number, to: number, align: boolean): number =>
  align && to > 1 ? (from - 1) / (to - 1) : from / to;

/** For each place of the result, the place that nearest-neighbour resizing copies. */
function nearest(from: number, to: number, { alignCorners, halfPixelCenters }: ResizeAttrs): number[] {
  const scale = ratio(from, to, alignCorners);
  return range(to).map((i) => {
    const at = halfPixelCenters ? scale * (i + 0.5) : scale * i;
    return Math.min(from - 1, alignCorners ? Math.round(at) : Math.floor(at));
  });
}

/** [to, from]: the weight of each input row in each output row. */
function bilinear(from: number, to: number, { alignCorners, halfPixelCenters }: ResizeAttrs): Float32Array {
  const scale = ratio(from, to, alignCorners);
  const weights = new Float32Array(to * from);
  for (let i = 0; i < to; i++) {
    const at = halfPixelCenters ? scale * (i + 0.5) - 0.5 : scale * i;
    const low = Math.max(0, Math.floor(at));
    const high = Math.min(from - 1, Math.ceil(at));
    const share = at - low;
    weights[i * from + low]! += 1 - share;
    weights[i * from + high]! += share;
  }
  return weights;
}

function selection(places: readonly number[], from: number): Float32Array {
  const weights = new Float32Array(places.length * from);
  places.forEach((place, i) => (weights[i * from + place] = 1));
  return weights;
}

/** rows * image * columns^T for every image and channel; transposed for the gradient. */
function apply(g: Graph, x: View, rows: View, columns: View): View {
  const [n, h, w, c] = x.shape as [number, number, number, number];
  const channelsFirst = transposeView(x, NCHW);
  const [outH, outW] = [rows.shape[0]!, columns.shape[0]!];
  const wide = matMul(g, reshapeView(g, channelsFirst, [n * c * h, w]), columns, false, true);
  const planes = plain(materialize(g, reshapeView(g, wide, [n * c, h, outW])));
  const value = g.one('MatMul', [materialize(g, rows), planes.value], 'float32', [n * c, outH, outW]);
  return transposeView(reshapeView(g, plain(value), [n, c, outH, outW]), [0, 2, 3, 1]);
}

const matrix = (g: Graph, weights: Float32Array, from: number): View =>
  plain(g.constant(weights, 'float32', [weights.length / from, from]));

export const ResizeNearestNeighbor: Kernel<ResizeAttrs> = ({ g, input, attrs }) => {
  const images = input('images');
  const [n, h, w, c] = images.shape as [number, number, number, number];
  const [outH, outW] = attrs.size;
  const [sh, sw] = [outH / h, outW / w];
  const whole = Number.isInteger(sh) && Number.isInteger(sw) && !attrs.alignCorners;
  if (whole) {
    // every pixel becomes a block: ONNX's Resize does this fastest
    const value = materialize(g, images, NCHW);
    const scales = g.constant(Float32Array.of(1, 1, sh, sw), 'float32', [4]);
    const attributes = {
      mode: { string: 'nearest' },
      coordinate_transformation_mode: { string: 'asymmetric' },
      nearest_mode: { string: 'floor' },
    };
    const out = g.one('Resize', [value, undefined, scales], images.value.type, [n, c, outH, outW], {
      attributes,
    });
    return { value: out, order: NCHW, shape: [n, outH, outW, c], dtype: images.dtype };
  }
  const rows = gatherAxis(g, images, 1, nearest(h, outH, attrs));
  return gatherAxis(g, rows, 2, nearest(w, outW, attrs));
};

export const ResizeNearestNeighborGrad: Kernel<ResizeAttrs> = ({ g, input, attrs }) => {
  const [images, dy] = [input('images'), input('dy')];
  const [n, h, w, c] = images.shape as [number, number, number, number];
  const [, outH, outW] = dy.shape as [number, number, number, number];
  const [sh, sw] = [outH / h, outW / w];
  const size = { ...attrs, size: [outH, outW] as [number, number] };
  if (Number.isInteger(sh) && Number.isInteger(sw) && !attrs.alignCorners) {
    const blocks = reshapeView(g, transposeView(dy, NCHW), [n * c * h, sh, w, sw]);
    const value = materialize(g, blocks);
    const sum = g.one('ReduceSum', [value, g.int64([1, 3])], 'float32', [n * c * h, 1, w, 1], {
      attributes: { keepdims: { int: 1 } },
    });
    return transposeView(reshapeView(g, plain(sum), [n, c, h, w]), [0, 2, 3, 1]);
  }
  const rows = matrix(g, selection(nearest(h, outH, size), h), h);
  const columns = matrix(g, selection(nearest(w, outW, size), w), w);
  return apply(g, dy, transposeView(rows, [1, 0]), transposeView(columns, [1, 0]));
};

export const ResizeBilinear: Kernel<ResizeAttrs> = ({ g, input, attrs }) => {
  const images = input('images');
  const [, h, w] = images.shape as [number, number, number, number];
  const rows = matrix(g, bilinear(h, attrs.size[0], attrs), h);
  const columns = matrix(g, bilinear(w, attrs.size[1], attrs), w);
  return apply(g, images, rows, columns);
};

export const ResizeBilinearGrad: Kernel<ResizeAttrs> = ({ g, input, attrs }) => {
  const [images, dy] = [input('images'), input('dy')];
  const [, h, w] = images.shape as [number, number, number, number];
  const rows = matrix(g, bilinear(h, dy.shape[1]!, attrs), h);
  const columns = matrix(g, bilinear(w, dy.shape[2]!, attrs), w);
  return apply(g, dy, transposeView(rows, [1, 0]), transposeView(columns, [1, 0]));
};
