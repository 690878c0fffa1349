import { race, int, ints, type Value, type Graph } from './zz-micro.ts';
const f = 'float32' as const;
const N = 128,
  C = 32,
  O = 64,
  H = 14,
  h = 7;
const flops = 2 * O * C * 16 * h * h * N;
const tr = (g: Graph, v: Value, perm: number[]) =>
  g.one(
    'Transpose',
    [v],
    f,
    perm.map((p) => v.shape[p]!),
    { attributes: { perm: ints(perm) } },
  );
const rs = (g: Graph, v: Value, dims: number[]) => g.one('Reshape', [v], f, dims, { dims });
const mm = (g: Graph, a: Value, b: Value, shape: number[]) => g.one('MatMul', [a, b], f, shape);
const pad = (g: Graph, v: Value, p: number[]) =>
  g.one(
    'Pad',
    [v, g.int64(p)],
    f,
    v.shape.map((s, i) => s + p[i]! + p[i + v.shape.length]!),
  );
const conv = (
  g: Graph,
  x: Value,
  w: Value,
  out: number[],
  a: { k: number[]; s?: number[]; p?: number[]; d?: number[] },
) =>
  g.one('Conv', [x, w], f, out, {
    attributes: {
      kernel_shape: ints(a.k),
      strides: ints(a.s ?? [1, 1]),
      pads: ints(a.p ?? [0, 0, 0, 0]),
      dilations: ints(a.d ?? [1, 1]),
    },
  });
const sl = (
  g: Graph,
  v: Value,
  starts: number[],
  ends: number[],
  axes: number[],
  steps: number[],
  out: number[],
) => g.one('Slice', [v, g.int64(starts), g.int64(ends), g.int64(axes), g.int64(steps)], f, out);
const cat = (g: Graph, vs: Value[], axis: number, out: number[]) =>
  g.one('Concat', vs, f, out, { attributes: { axis: int(axis) } });

const gemmT = (g: Graph, a: Value, b: Value, shape: number[]) =>
  g.one('Gemm', [a, b], f, shape, { attributes: { transA: int(1) } });
const s2dN = (g: Graph, x: Value) => tr(g, rs(g, x, [N, 8, 2, 8, 2 * C]), [0, 1, 3, 2, 4]); // [N,8,8,2,2C]
const taps = (g: Graph, x: Value) =>
  [0, 1, 2, 3].map((t) =>
    rs(g, sl(g, x, [t >> 1, t & 1], [(t >> 1) + 7, (t & 1) + 7], [1, 2], [1, 1], [N, 7, 7, 4 * C]), [
      N * 49,
      4 * C,
    ]),
  );
const prepB = (g: Graph, x: Value) =>
  rs(g, s2dN(g, pad(g, tr(g, x, [0, 2, 3, 1]), [0, 1, 1, 0, 0, 1, 1, 0])), [N, 8, 8, 4 * C]);
const prepA = (g: Graph, x: Value) =>
  rs(g, tr(g, rs(g, pad(g, x, [0, 0, 1, 1, 0, 0, 1, 1]), [N, C, 8, 2, 8, 2]), [0, 2, 4, 3, 5, 1]), [
    N,
    8,
    8,
    4 * C,
  ]);
const dyN = (g: Graph, dy: Value) => rs(g, tr(g, dy, [0, 2, 3, 1]), [N * 49, O]);
const asm = (g: Graph, parts: Value[]) =>
  tr(
    g,
    rs(
      g,
      cat(
        g,
        parts.map((p) => rs(g, p, [O, 1, 4 * C])),
        1,
        [O, 4, 4 * C],
      ),
      [O, 2, 2, 2, 2, C],
    ),
    [0, 5, 1, 3, 2, 4],
  );

console.log('forward');
await race(flops, {
  F0: {
    shapes: [
      [N, C, H, H],
      [O, C, 4, 4],
    ],
    make: (g, x, w) => conv(g, x!, w!, [N, O, h, h], { k: [4, 4], s: [2, 2], p: [1, 1, 1, 1] }),
  },
  'FT2 tall NCHW in/out': {
    shapes: [
      [N, C, H, H],
      [O, C, 4, 4],
    ],
    make: (g, x, w) => {
      const t = rs(g, pad(g, tr(g, x!, [1, 0, 2, 3]), [0, 0, 1, 0, 0, 0, 1, 0]), [1, C, N * 16, 14]);
      const y = conv(g, t, w!, [1, O, N * 8, 7], { k: [4, 4], s: [2, 2], p: [0, 1, 2, 1] });
      return tr(g, sl(g, rs(g, y, [O, N, 8, 7]), [0], [7], [2], [1], [O, N, 7, 7]), [1, 0, 2, 3]);
    },
  },
  'FT3 tall NCHW in/out, pad first, slice last': {
    shapes: [
      [N, C, H, H],
      [O, C, 4, 4],
    ],
    make: (g, x, w) => {
      const t = rs(g, tr(g, pad(g, x!, [0, 0, 1, 0, 0, 0, 1, 0]), [1, 0, 2, 3]), [1, C, N * 16, 14]);
      const y = conv(g, t, w!, [1, O, N * 8, 7], { k: [4, 4], s: [2, 2], p: [0, 1, 2, 1] });
      return sl(g, tr(g, rs(g, y, [O, N, 8, 7]), [1, 0, 2, 3]), [0], [7], [2], [1], [N, O, 7, 7]);
    },
  },
  'FT2 tall CNHW in/out': {
    shapes: [
      [C, N, H, H],
      [O, C, 4, 4],
    ],
    make: (g, x, w) => {
      const t = rs(g, pad(g, x!, [0, 0, 1, 0, 0, 0, 1, 0]), [1, C, N * 16, 14]);
      const y = conv(g, t, w!, [1, O, N * 8, 7], { k: [4, 4], s: [2, 2], p: [0, 1, 2, 1] });
      return sl(g, rs(g, y, [O, N, 8, 7]), [0], [7], [2], [1], [O, N, 7, 7]);
    },
  },
  'FT2 conv only': {
    shapes: [
      [1, C, N * 16, 14],
      [O, C, 4, 4],
    ],
    make: (g, x, w) => conv(g, x!, w!, [1, O, N * 8, 7], { k: [4, 4], s: [2, 2], p: [0, 1, 2, 1] }),
  },
});
console.log('input gradient');
const convT = (g: Graph, x: Value, w: Value, out: number[], pads: number[]) =>
  g.one('ConvTranspose', [x, w], f, out, {
    attributes: { kernel_shape: ints([4, 4]), strides: ints([2, 2]), pads: ints(pads) },
  });
await race(flops, {
  'D0 convT k4s2': {
    shapes: [
      [N, O, h, h],
      [O, C, 4, 4],
    ],
    make: (g, x, w) => convT(g, x!, w!, [N, C, H, H], [1, 1, 1, 1]),
  },
  'DT tall convT NCHW': {
    shapes: [
      [N, O, h, h],
      [O, C, 4, 4],
    ],
    make: (g, x, w) => {
      const t = rs(g, pad(g, tr(g, x!, [1, 0, 2, 3]), [0, 0, 0, 0, 0, 0, 1, 0]), [1, O, N * 8, 7]);
      const y = rs(g, convT(g, t, w!, [1, C, N * 16, 14], [1, 1, 1, 1]), [C, N, 16, 14]);
      return tr(g, sl(g, y, [0], [14], [2], [1], [C, N, 14, 14]), [1, 0, 2, 3]);
    },
  },
  'DT convT only, 8 tall images': {
    shapes: [
      [8, O, 16 * 8, 7],
      [O, C, 4, 4],
    ],
    make: (g, x, w) => convT(g, x!, w!, [8, C, 256, 14], [1, 1, 1, 1]),
  },
  'D7 tall conv k2s1 + d2s NCHW': {
    shapes: [
      [N, O, h, h],
      [4 * C, O, 2, 2],
    ],
    make: (g, x, w) => {
      const t = rs(g, pad(g, tr(g, x!, [1, 0, 2, 3]), [0, 0, 1, 0, 0, 0, 0, 0]), [1, O, N * 8, 7]);
      const y = conv(g, t, w!, [1, 4 * C, N * 8, 8], { k: [2, 2], p: [0, 1, 1, 1] });
      const z = g.one('DepthToSpace', [y], f, [1, C, N * 16, 16], { attributes: { blocksize: int(2) } });
      return tr(
        g,
        sl(g, rs(g, z, [C, N, 16, 16]), [1, 1], [15, 15], [2, 3], [1, 1], [C, N, H, H]),
        [1, 0, 2, 3],
      );
    },
  },
  'D7 only conv': {
    shapes: [
      [1, O, N * 8, 7],
      [4 * C, O, 2, 2],
    ],
    make: (g, x, w) => conv(g, x!, w!, [1, 4 * C, N * 8, 8], { k: [2, 2], p: [0, 1, 1, 1] }),
  },
});
console.log('filter gradient');
await race(flops, {
  'W0b with transposes': {
    shapes: [
      [N, C, H, H],
      [N, O, h, h],
    ],
    make: (g, x, w) =>
      tr(
        g,
        conv(g, tr(g, x!, [1, 0, 2, 3]), tr(g, w!, [1, 0, 2, 3]), [C, O, 4, 4], {
          k: [7, 7],
          p: [1, 1, 1, 1],
          d: [2, 2],
        }),
        [1, 0, 2, 3],
      ),
  },
  WB: {
    shapes: [
      [N, C, H, H],
      [N, O, h, h],
    ],
    make: (g, x, w) => {
      const d = dyN(g, w!);
      return asm(
        g,
        taps(g, prepB(g, x!)).map((t) => gemmT(g, d, t, [O, 4 * C])),
      );
    },
  },
  'WB swapped': {
    shapes: [
      [N, C, H, H],
      [N, O, h, h],
    ],
    make: (g, x, w) => {
      const d = dyN(g, w!);
      return cat(
        g,
        taps(g, prepB(g, x!)).map((t) => gemmT(g, t, d, [4 * C, O])),
        0,
        [16 * C, O],
      );
    },
  },
});
{
  const [C, O, H] = [128, 64, 28];
  const fl = 2 * O * C * 9 * H * H * 32,
    M = 32;
  console.log('3x3 stride 1, 128 -> 64, 28x28, batch 32');
  await race(fl, {
    F0: {
      shapes: [
        [M, C, H, H],
        [O, C, 3, 3],
      ],
      make: (g, x, w) => conv(g, x!, w!, [M, O, H, H], { k: [3, 3], p: [1, 1, 1, 1] }),
    },
    'FT tall NCHW in/out': {
      shapes: [
        [M, C, H, H],
        [O, C, 3, 3],
      ],
      make: (g, x, w) => {
        const t = rs(g, pad(g, tr(g, x!, [1, 0, 2, 3]), [0, 0, 1, 0, 0, 0, 0, 0]), [1, C, M * 29, 28]);
        const y = conv(g, t, w!, [1, O, M * 29, 28], { k: [3, 3], s: [1, 1], p: [0, 1, 2, 1] });
        return tr(g, sl(g, rs(g, y, [O, M, 29, 28]), [0], [28], [2], [1], [O, M, 28, 28]), [1, 0, 2, 3]);
      },
    },
    convT: {
      shapes: [
        [M, O, H, H],
        [O, C, 3, 3],
      ],
      make: (g, x, w) =>
        g.one('ConvTranspose', [x!, w!], f, [M, C, H, H], {
          attributes: { kernel_shape: ints([3, 3]), pads: ints([1, 1, 1, 1]) },
        }),
    },
    'conv for dgrad': {
      shapes: [
        [M, O, H, H],
        [C, O, 3, 3],
      ],
      make: (g, x, w) => conv(g, x!, w!, [M, C, H, H], { k: [3, 3], p: [1, 1, 1, 1] }),
    },
    W0: {
      shapes: [
        [M, C, H, H],
        [M, O, H, H],
      ],
      make: (g, x, w) =>
        conv(g, tr(g, x!, [1, 0, 2, 3]), tr(g, w!, [1, 0, 2, 3]), [C, O, 3, 3], {
          k: [H, H],
          p: [1, 1, 1, 1],
        }),
    },
    'WB taps': {
      shapes: [
        [M, C, H, H],
        [M, O, H, H],
      ],
      make: (g, x, w) => {
        const d = rs(g, tr(g, w!, [0, 2, 3, 1]), [M * H * H, O]);
        const X = pad(g, tr(g, x!, [0, 2, 3, 1]), [0, 1, 1, 0, 0, 1, 1, 0]);
        return cat(
          g,
          Array.from({ length: 9 }, (_, t) =>
            gemmT(
              g,
              rs(
                g,
                sl(
                  g,
                  X,
                  [Math.floor(t / 3), t % 3],
                  [Math.floor(t / 3) + H, (t % 3) + H],
                  [1, 2],
                  [1, 1],
                  [M, H, H, C],
                ),
                [M * H * H, C],
              ),
              d,
              [C, O],
            ),
          ),
          0,
          [9 * C, O],
        );
      },
    },
  });
}
