/** TF.js's fused kernels: the operation, then bias, then activation, which ONNX Runtime fuses again itself. */
import { add } from '../arithmetic.ts';
import { TraceError } from '../errors.ts';
import type { AnyKernel, Call, Kernel } from '../kernel.ts';
import type { View } from '../view.ts';
import { Conv2D } from './conv.ts';
import { DepthwiseConv2dNative } from './depthwise.ts';
import { BatchMatMul } from './matmul.ts';
import { LeakyRelu, Prelu, unary } from './unary.ts';

interface FusedAttrs {
  activation?: string;
  leakyreluAlpha?: number;
  dataFormat?: 'NHWC' | 'NCHW';
}

const KERNEL_OF: Readonly<Record<string, string>> = {
  relu: 'Relu',
  relu6: 'Relu6',
  elu: 'Elu',
  sigmoid: 'Sigmoid',
};

function finish(call: Call<FusedAttrs>, product: View): View {
  const { g, attrs, optional, kernel } = call;
  const bias = optional('bias');
  const y = bias ? add(g, product, bias) : product;
  const on = (name: string, run: AnyKernel, extra: object = {}): View =>
    run({
      ...call,
      kernel: name,
      attrs: extra as never,
      input: (key: string) => (key === 'x' ? y : call.input('preluActivationWeights')),
    }) as View;
  const { activation = 'linear', leakyreluAlpha = 0.2 } = attrs;
  if (activation === 'linear') return y;
  if (activation === 'prelu') return on('Prelu', Prelu);
  if (activation === 'leakyrelu') return on('LeakyRelu', LeakyRelu, { alpha: leakyreluAlpha });
  const name = KERNEL_OF[activation];
  if (name) return on(name, unary[name]!);
  throw new TraceError(
    `${kernel}: activation ${activation} is unknown; apply it as an operation of its own.`,
  );
}

const fused =
  (name: string, kernel: AnyKernel): Kernel<FusedAttrs> =>
  (call) =>
    finish(call, kernel({ ...call, kernel: name } as unknown as Call<never>) as View);

export const FusedConv2D = fused('Conv2D', Conv2D);
export const FusedDepthwiseConv2D = fused('DepthwiseConv2dNative', DepthwiseConv2dNative);
export const _FusedMatMul = fused('BatchMatMul', BatchMatMul);
