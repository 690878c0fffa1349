import { create, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { emitGraph } from './emit.ts';
import { Graph, type Value, int, ints } from './graph.ts';
import { Recordings, chooseSizes } from './symbolic.ts';

export { int, ints, Graph, type Value };
export type Make = (g: Graph, ...xs: Value[]) => Value;
export async function build(shapes: number[][], make: Make) {
  const g = new Graph();
  const xs = shapes.map((s, i) => g.input(`x${i}`, 'float32', s));
  const y = make(g, ...xs);
  g.outputs.push({ name: 'y', value: y });
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [{ domain: '', version: 17n }],
    graph: emitGraph(g, new Recordings([g], chooseSizes([], 0)), {
      name: 'g',
      inputDocs: {},
      outputDocs: {},
    }),
  });
  const s = await InferenceSession.create(toBinary(ModelProtoSchema, model), {
    intraOpNumThreads: 2,
    logSeverityLevel: 3,
  });
  const rnd = (sh: number[]) =>
    new Tensor(
      'float32',
      Float32Array.from({ length: sh.reduce((a, b) => a * b, 1) }, () => Math.random() - 0.5),
      sh,
    );
  const feeds = Object.fromEntries(shapes.map((sh, i) => [`x${i}`, rnd(sh)]));
  return { s, feeds };
}
export async function race(
  flops: number,
  entries: Record<string, { shapes: number[][]; make: Make }>,
  runs = 8,
) {
  const one = async (e: { shapes: number[][]; make: Make }) => {
    const { s, feeds } = await build(e.shapes, e.make);
    const t: number[] = [];
    for (let r = 0; r < runs + 2; r++) {
      const b = performance.now();
      await s.run(feeds);
      if (r >= 2) t.push(performance.now() - b);
    }
    await s.release();
    return t;
  };
  const all: Record<string, number[]> = {};
  const M = {
    shapes: [
      [1024, 1024],
      [1024, 1024],
    ],
    make: (g: Graph, a: Value, b: Value) => g.one('MatMul', [a, b], 'float32', [1024, 1024]),
  };
  for (let round = 0; round < 6; round++)
    for (const [name, e] of [['matmul', M] as const, ...Object.entries(entries)]) {
      try {
        (all[name] ??= []).push(...(await one(e as never)));
      } catch (err) {
        if (round === 0) console.log(name, 'FAILED', (err as Error).message.slice(0, 300));
      }
    }
  for (const [name, l] of Object.entries(all)) {
    const q = l.toSorted((a, b) => a - b);
    const low = q[Math.floor(q.length / 20)]!;
    const fl = name === 'matmul' ? 2 * 1024 ** 3 : flops;
    console.log(
      `  ${name.padEnd(44)} ${low.toFixed(2)} ms  ${(fl / low / 1e6).toFixed(0)} GFLOP/s (median ${q[Math.floor(q.length / 2)]!.toFixed(2)})`,
    );
  }
}
