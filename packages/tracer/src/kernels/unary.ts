/** Element-wise kernels of one operand. Most are one ONNX node: the table; the rest compose. */
import type * as tf from '@tensorflow/tfjs';
import { mul } from '../arithmetic.ts';
import { elementwise, node } from '../elementwise.ts';
import { type Attributes, type Graph, type Value, float } from '../graph.ts';
import type { AnyKernel, Call, Kernel } from '../kernel.ts';
import { type DType, type View, castValue, plain, reshapeView } from '../view.ts';

type Emit = (x: Value, g: Graph) => Value;

const f32 = (g: Graph, op: string, operands: readonly Value[], attributes: Attributes = {}): Value =>
  node(g, op, operands, 'float32', attributes);

function map<Attrs extends object>(
  { g, kernel, attrs }: Call<Attrs>,
  view: View,
  name: string,
  emit: Emit,
  dtype: DType = view.dtype,
): View {
  return elementwise(g, [view], { kernel, names: [name], attrs, dtype, emit: ([x]) => emit(x!, g) });
}

/** TF.js kernel -> ONNX operator, where the two agree and the operand is called x. */
const SAME: Readonly<Record<string, string>> = {
  Abs: 'Abs', Acos: 'Acos', Acosh: 'Acosh', Asin: 'Asin', Asinh: 'Asinh', Atan: 'Atan', Atanh: 'Atanh',
  Ceil: 'Ceil', Cos: 'Cos', Cosh: 'Cosh', Elu: 'Elu', Erf: 'Erf', Exp: 'Exp', Floor: 'Floor', Log: 'Log',
  Reciprocal: 'Reciprocal', Relu: 'Relu', Round: 'Round', Sigmoid: 'Sigmoid', Sign: 'Sign', Sin: 'Sin',
  Sinh: 'Sinh', Softplus: 'Softplus', Sqrt: 'Sqrt', Tan: 'Tan', Tanh: 'Tanh',
}; // prettier-ignore

/** Operators that ONNX Runtime has for floats only. */
const FLOAT_ONLY = new Set(['Ceil', 'Floor', 'Round']);

const composed: Readonly<Record<string, Emit>> = {
  Expm1: (x, g) => f32(g, 'Sub', [f32(g, 'Exp', [x]), g.scalar(1)]),
  Log1p: (x, g) => f32(g, 'Log', [f32(g, 'Add', [x, g.scalar(1)])]),
  Relu6: (x, g) => f32(g, 'Clip', [x, g.scalar(0), g.scalar(6)]),
  Rsqrt: (x, g) => f32(g, 'Reciprocal', [f32(g, 'Sqrt', [x])]),
  // TF.js's own constants, which differ from ONNX's defaults in the last digits
  Selu: (x, g) => f32(g, 'Selu', [x], { alpha: float(1.6732632423543772), gamma: float(1.0507009873554805) }),
};

export const unary: Record<string, AnyKernel> = {};
for (const [kernel, op] of Object.entries(SAME)) {
  unary[kernel] = (call: Call<never>) => {
    const x = call.input('x');
    if (FLOAT_ONLY.has(op) && x.dtype !== 'float32') return x;
    return map(call, x, 'x', (value, g) => node(g, op, [value], x.dtype));
  };
}
for (const [kernel, emit] of Object.entries(composed)) {
  unary[kernel] = (call: Call<never>) => map(call, call.input('x'), 'x', emit);
}

export const Square: Kernel<unknown> = ({ g, input }) => mul(g, input('x'), input('x'));

export const LeakyRelu: Kernel<tf.LeakyReluAttrs> = (call) =>
  map(call, call.input('x'), 'x', (x, g) => f32(g, 'LeakyRelu', [x], { alpha: float(call.attrs.alpha) }));

/** alpha may be of any shape that broadcasts, which PRelu's slope may too. */
export const Prelu: Kernel<object> = ({ g, kernel, input }) =>
  elementwise(g, [input('x'), input('alpha')], {
    kernel,
    names: ['x', 'alpha'],
    dtype: 'float32',
    emit: ([x, slope]) => f32(g, 'PRelu', [x!, slope!]),
  });

export const ClipByValue: Kernel<tf.ClipByValueAttrs> = (call) => {
  const x = call.input('x');
  const { clipValueMin: low, clipValueMax: high } = call.attrs;
  return map(call, x, 'x', (value, g) => {
    const bounds = [low, high].map((bound) =>
      Number.isFinite(bound) ? g.scalar(bound, x.dtype) : undefined,
    );
    return g.one('Clip', [value, ...bounds], x.dtype, value.shape);
  });
};

/** 1 where x > 0, else alpha (TF.js's own reading of step). */
export const Step: Kernel<tf.StepAttrs> = (call) =>
  map(call, call.input('x'), 'x', (x, g) => {
    // max(0, min(1, 3e38 x)): one fast pass in place of a comparison and a cast, in training steps
    const steep = { alpha: float(3e38), beta: float(0) };
    if (!g.symbolic && (call.attrs.alpha ?? 0) === 0) return f32(g, 'HardSigmoid', [x], steep);
    const positive = node(g, 'Greater', [x, g.scalar(0, x.type)], 'bool');
    const alpha = call.attrs.alpha ?? 0;
    if (alpha === 0) return castValue(g, positive, 'float32');
    return f32(g, 'Where', [positive, g.scalar(1), g.scalar(alpha)]);
  });

/** dy where y > 0, else dy * (y + 1): the derivative told from the result. */
export const EluGrad: Kernel<object> = ({ g, kernel, input }) =>
  elementwise(g, [input('dy'), input('y')], {
    kernel,
    names: ['dy', 'y'],
    dtype: 'float32',
    emit: ([dy, y]) => {
      const slope = f32(g, 'Add', [f32(g, 'Min', [y!, g.scalar(0)]), g.scalar(1)]);
      return f32(g, 'Mul', [dy!, slope]);
    },
  });

export const IsNan: Kernel<object> = (call) =>
  map(call, call.input('x'), 'x', (x, g) => node(g, 'IsNaN', [x], 'bool'), 'bool');
export const IsInf: Kernel<object> = (call) =>
  map(call, call.input('x'), 'x', (x, g) => node(g, 'IsInf', [x], 'bool'), 'bool');
export const IsFinite: Kernel<object> = (call) =>
  map(
    call,
    call.input('x'),
    'x',
    (x, g) => {
      const odd = node(g, 'Or', [node(g, 'IsNaN', [x], 'bool'), node(g, 'IsInf', [x], 'bool')], 'bool');
      return node(g, 'Not', [odd], 'bool');
    },
    'bool',
  );

export const Cast: Kernel<tf.CastAttrs> = (call) => {
  const x = call.input('x');
  const dtype = call.attrs.dtype as DType;
  if (dtype === x.dtype) return { ...x };
  return map(call, x, 'x', (value, g) => castValue(g, value, dtype), dtype);
};

/** 1 where an index equals its place along a new last axis; an index out of range gives zeros, as in TF.js. */
export const OneHot: Kernel<tf.OneHotAttrs> = ({ g, input, attrs: { depth, onValue, offValue, dtype } }) => {
  const indices = input('indices');
  const column = reshapeView(g, indices, [...indices.shape, 1]);
  const places = plain(
    g.constant(
      Array.from({ length: depth }, (_, i) => i),
      'int32',
      [depth],
    ),
  );
  const out = dtype as DType;
  return elementwise(g, [column, places], {
    kernel: 'no folding',
    names: ['a', 'b'],
    dtype: out,
    emit: ([x, y]) => {
      const hit = node(g, 'Equal', [x!, y!], 'bool');
      if ((onValue ?? 1) === 1 && (offValue ?? 0) === 0) return castValue(g, hit, out);
      return node(g, 'Where', [hit, g.scalar(onValue, out), g.scalar(offValue, out)], out);
    },
  });
};
