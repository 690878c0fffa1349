// Times a matrix product on one provider of ONNX Runtime, in a process of its own (see probe.ts): plain JavaScript,
// started without tsx. Arguments: provider, the model in base64, the matrices' size. Prints one line of JSON.
import { InferenceSession, Tensor } from 'onnxruntime-node';

const [provider, model, length] = process.argv.slice(2);
const size = Number(length);
const say = (found) => process.stdout.write(`${JSON.stringify(found)}\n`, () => process.exit(0));
try {
  const session = await InferenceSession.create(Buffer.from(model, 'base64'), {
    executionProviders: [provider],
    logSeverityLevel: 4,
  });
  const a = Float32Array.from({ length: size * size }, (_, i) => (i % 7) - 3);
  const b = Float32Array.from({ length: size * size }, (_, i) => (i % 5) - 2);
  let right = 0;
  for (let k = 0; k < size; k++) right += a[k] * b[k * size];
  const feeds = { a: new Tensor('float32', a, [size, size]), b: new Tensor('float32', b, [size, size]) };
  let best = Infinity;
  const began = performance.now();
  // the first run may compile kernels
  for (let run = 0; run < 2 || (run < 8 && performance.now() - began < 300); run++) {
    const start = performance.now();
    const { y } = await session.run(feeds);
    best = Math.min(best, performance.now() - start);
    const [got] = y.data;
    if (Math.abs(got - right) > 0.5) throw new Error(`it computes ${got} where ${right} is right`);
  }
  say({ runs: true, gflops: (2 * size ** 3) / best / 1e6 });
} catch (error) {
  const [line] = String(error?.message ?? error).split('\n');
  say({ runs: false, why: line.length <= 160 ? line : `…${line.slice(-160)}` });
}
