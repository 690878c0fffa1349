import { readFileSync } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
const files = process.argv.slice(3);
const rounds = Number(process.argv[2]);
const all: Record<string, number[]> = {};
import { mnist } from '../../train/src/presets.ts';
import { buildGan, stateInputs, stepInputs } from '../../train/src/step.ts';
const gan = buildGan(mnist);
const specs = { ...stateInputs(gan), ...stepInputs(gan, 128) };
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
for (let r = 0; r < rounds; r++)
  for (const f of files) {
    const s = await InferenceSession.create(readFileSync(f), {
      intraOpNumThreads: Number(process.env.T ?? 2),
      logSeverityLevel: 3,
    });
    for (let i = 0; i < 8; i++) {
      const cpu = () => {
        const u = process.cpuUsage();
        return process.env.T === '1' ? u.user / 1000 + u.system / 1000 : performance.now();
      };
      const b = cpu();
      await s.run(feeds);
      if (i > 1) (all[f] ??= []).push(cpu() - b);
    }
    await s.release();
  }
for (const [f, l] of Object.entries(all)) {
  const q = l.toSorted((a, b) => a - b);
  console.log(
    f,
    'min',
    q[0]!.toFixed(1),
    'p10',
    q[Math.floor(q.length / 10)]!.toFixed(1),
    'p25',
    q[Math.floor(q.length / 4)]!.toFixed(1),
    'median',
    q[Math.floor(q.length / 2)]!.toFixed(1),
  );
}
