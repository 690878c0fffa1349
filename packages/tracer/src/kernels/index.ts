/** The table of kernels: every export of these files that is named after a TF.js kernel. */
import type { AnyKernel } from '../kernel.ts';
import * as arithmetic from './arithmetic.ts';
import * as blocks from './blocks.ts';
import * as comparison from './comparison.ts';
import { Conv2D, Conv2DBackpropFilter, Conv2DBackpropInput } from './conv.ts';
import * as depthwise from './depthwise.ts';
import * as einsum from './einsum.ts';
import * as fused from './fused.ts';
import * as gather from './gather.ts';
import * as pooling from './pooling.ts';
import * as ranking from './ranking.ts';
import * as lrn from './lrn.ts';
import { BatchMatMul } from './matmul.ts';
import * as normalization from './normalization.ts';
import * as reduction from './reduction.ts';
import {
  ResizeBilinear,
  ResizeBilinearGrad,
  ResizeNearestNeighbor,
  ResizeNearestNeighborGrad,
} from './resize.ts';
import * as shape from './shape.ts';
import * as slicing from './slicing.ts';
import * as unaryKernels from './unary.ts';

const isKernelName = (name: string): boolean => /^[A-Z_]/.test(name);

const pick = (module: object): [string, AnyKernel][] =>
  (Object.entries(module) as [string, AnyKernel][]).filter(([name]) => isKernelName(name));

export const kernels: ReadonlyMap<string, AnyKernel> = new Map<string, AnyKernel>(
  [
    ...pick(arithmetic),
    ...pick(blocks),
    ...pick(comparison),
    ...pick(lrn),
    ...pick({ Conv2D, Conv2DBackpropFilter, Conv2DBackpropInput, BatchMatMul }),
    ...pick(depthwise),
    ...pick(einsum),
    ...pick(fused),
    ...pick(gather),
    ...pick(pooling),
    ...pick(ranking),
    ...pick(normalization),
    ...pick(reduction),
    ...pick({ ResizeBilinear, ResizeBilinearGrad, ResizeNearestNeighbor, ResizeNearestNeighborGrad }),
    ...pick(shape),
    ...pick(slicing),
    ...pick(unaryKernels.unary),
    ...pick(unaryKernels),
  ].sort(([a], [b]) => (a < b ? -1 : 1)),
);
