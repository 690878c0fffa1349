/* oxlint-disable unicorn/consistent-function-scoping -- helpers stand where they are used */
/**
 * How fast is the traced training step? One run measures ONNX Runtime's own matrix product and the step in turn,
 * so that the ratio holds on a busy machine. `pnpm exec tsx bench/tracer-step.ts [--steps 20] [--threads 2] [--profile]`
 */
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { trace } from '@infogan/tracer';
import { buildTraining, presets, sessionOptions } from '@infogan/train';

const { values: flags } = parseArgs({
  options: {
    steps: { type: 'string', default: '20' },
    threads: { type: 'string', default: '2' },
    batch: { type: 'string', default: '128' },
    profile: { type: 'boolean', default: false },
    // processor time instead of wall time: with --threads 1 it holds on a machine that others keep busy
    'cpu-time': { type: 'boolean', default: false },
    dump: { type: 'string' },
  },
});
const threads = Number(flags.threads);
const options = sessionOptions('cpu', threads);

/** Multiplications and additions that the step needs, told from its layers and counted twice each. */
function stepFlops(batch: number): number {
  const conv = (out: number, pixels: number, inputs: number): number => 2 * out * pixels * inputs * 16;
  const [c1, c2, fc] = [conv(32, 14 * 14, 1), conv(64, 7 * 7, 32), 2 * 3136 * 256];
  const heads = 2 * 256 * 128 + 2 * 128 * 12 + 2 * 256;
  const [g1, g2, g3] = [2 * 74 * 3136, conv(32, 7 * 7, 64), conv(1, 14 * 14, 32)];
  const critic = 3 * (2 * (c1 + c2 + fc + heads) + c2 + fc + heads);
  const generator = 2 * (c1 + c2 + fc + heads) + 2 * (g1 + g2 + g3) + g2 + g3;
  return batch * (critic + generator);
}

const batch = Number(flags.batch);
const mnist = presets['mnist']!;
const { recipe } = mnist;
const training = buildTraining({ ...mnist, system: 'infogan', recipe: { ...recipe, batchSize: batch } });
const specs = { ...training.state, ...training.inputs };
const start = performance.now();
const step = trace(
  (x) => Object.fromEntries(Object.entries(training.step(x)).map(([name, y]) => [`next/${name}`, y])),
  specs,
);
const traced = performance.now();
if (flags.dump) (await import('node:fs')).writeFileSync(flags.dump, step.bytes);
const profilePrefix = join(tmpdir(), `tracer-step-${process.pid}`);
const session = await InferenceSession.create(step.bytes, {
  ...options,
  ...(flags.profile ? { enableProfiling: true, profileFilePrefix: profilePrefix } : {}),
});
const created = performance.now();

const size = 1024;
const product = trace(({ a, b }) => ({ y: a!.matMul(b!) }), {
  a: { shape: [size, size] },
  b: { shape: [size, size] },
});
const products = await InferenceSession.create(product.bytes, options);
const matrix = () =>
  new Tensor('float32', Float32Array.from({ length: size * size }, Math.random), [size, size]);
const factors = { a: matrix(), b: matrix() };

const feeds = Object.fromEntries(
  Object.entries(specs).map(([name, { shape, dtype }]) => {
    const length = shape.reduce((a, b) => a * b, 1);
    if (dtype === 'int32')
      return [
        name,
        new Tensor(
          'int32',
          Int32Array.from({ length }, (_, i) => i % 10),
          [...shape],
        ),
      ];
    const value = name.endsWith('Rate')
      ? () => 1e-4
      : name.endsWith('/v')
        ? () => 1e-4
        : () => Math.random() * 0.1 - 0.05;
    return [name, new Tensor('float32', Float32Array.from({ length }, value), [...shape])];
  }),
);

// as the compiled engine: the new state is written into memory that is there already
const fetches = Object.fromEntries(
  session.outputNames.map((name) => {
    const state = feeds[name.slice('next/'.length)];
    return [
      name,
      state === undefined ? null : new Tensor('float32', new Float32Array(state.size), state.dims),
    ];
  }),
);

const clock = (): number => {
  if (!flags['cpu-time']) return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const time = async (body: () => Promise<unknown>): Promise<number> => {
  const begin = clock();
  await body();
  return clock() - begin;
};
const median = (list: number[]): number => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!;
const [steps, matmuls]: [number[], number[]] = [[], []];
// blocks of each, the first run of a block dropped: caches wake up
for (let i = 0; i < Number(flags.steps) / 4 + 1; i++) {
  for (const [list, body] of [
    [steps, () => session.run(feeds, fetches)],
    [matmuls, () => products.run(factors)],
  ] as const) {
    const block: number[] = [];
    for (let j = 0; j < 5; j++) block.push(await time(body));
    if (i > 0) list.push(...block.slice(1));
  }
}
if (steps.length === 0) process.exit(0); // --steps 0 only traces, for --dump
const rate = stepFlops(batch) / median(steps) / 1e6;
const top = (2 * size ** 3) / median(matmuls) / 1e6;
const ops = new Map<string, number>();
for (const { opType } of step.model.graph!.node) ops.set(opType, (ops.get(opType) ?? 0) + 1);
console.log(
  `nodes ${step.model.graph!.node.length}: ${[...ops]
    .sort((a, b) => b[1] - a[1])
    .map(([op, n]) => `${op} ${n}`)
    .join(', ')}`,
);
console.log(
  `trace ${(traced - start).toFixed(0)} ms, session ${(created - traced).toFixed(0)} ms, ${step.bytes.length} bytes`,
);
console.log(
  `matrix product ${top.toFixed(0)} GFLOP/s (median of ${matmuls.length}, best ${((2 * size ** 3) / Math.min(...matmuls) / 1e6).toFixed(0)})`,
);
console.log(
  `step ${median(steps).toFixed(1)} ms (best ${Math.min(...steps).toFixed(1)}), ${((1000 * batch) / median(steps)).toFixed(0)} pictures/s`,
);
const best = (stepFlops(batch) / Math.min(...steps) / 2 / size ** 3) * Math.min(...matmuls);
console.log(
  `step ${rate.toFixed(0)} GFLOP/s of ${(stepFlops(batch) / 1e9).toFixed(2)} GFLOP: ${((100 * rate) / top).toFixed(0)} % of ` +
    `the matrix product by medians, ${(100 * best).toFixed(0)} % by the fastest runs`,
);
if (flags.profile) report();

function report(): void {
  session.endProfiling();
  const file = readdirSync(tmpdir()).find((name) => name.startsWith(`tracer-step-${process.pid}`));
  if (!file || !existsSync(join(tmpdir(), file))) return console.log('no profile was written');
  interface Event { name: string; dur: number; cat: string; args: { op_name?: string; output_type_shape?: unknown; input_type_shape?: unknown } } // prettier-ignore
  const events = (JSON.parse(readFileSync(join(tmpdir(), file), 'utf8')) as Event[]).filter(
    ({ cat, name }) => cat === 'Node' && name.endsWith('kernel_time'),
  );
  rmSync(join(tmpdir(), file));
  // the fastest of each node's runs: what it takes when nothing else wants the cores
  interface Row { time: number; op: string; shapes: string } // prettier-ignore
  const shapes = (value: unknown): string =>
    (value as Record<string, number[]>[]).map((entry) => Object.values(entry)[0]!.join('x')).join(' ');
  const nodes = new Map<string, Row>();
  for (const { name, dur, args } of events) {
    const text = `${args.op_name} ${shapes(args.input_type_shape)} -> ${shapes(args.output_type_shape)}`;
    const row = nodes.get(name) ?? { time: Infinity, op: args.op_name ?? '', shapes: text };
    nodes.set(name, { ...row, time: Math.min(row.time, dur / 1000) });
  }
  const sum = (key: (row: Row) => string): [string, number, number][] => {
    const totals = new Map<string, [number, number]>();
    for (const row of nodes.values()) {
      const [time, n] = totals.get(key(row)) ?? [0, 0];
      totals.set(key(row), [time + row.time, n + 1]);
    }
    return [...totals]
      .map(([name, [t, n]]): [string, number, number] => [name, t, n])
      .sort((a, b) => b[1] - a[1]);
  };
  const line = ([name, t, n]: [string, number, number]): void =>
    console.log(`${t.toFixed(2).padStart(8)} ms  ${name} x${n}`);
  console.log('the fastest run of each node, summed:');
  sum(() => 'all').forEach(line);
  sum(({ op }) => op).forEach(line);
  console.log('by shapes:');
  sum(({ shapes }) => shapes)
    .slice(0, 50)
    .forEach(line);
}
