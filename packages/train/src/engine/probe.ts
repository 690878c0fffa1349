import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { trace } from '@infogan/tracer';
import type { Provider } from './device.ts';

/** A product of two matrices of this size is timed: 0.27 GFLOP, large enough that starting it costs nothing. */
const SIZE = 512;
const PROGRAM = fileURLToPath(new URL('time-product.mjs', import.meta.url));
const TIME_LIMIT_MS = 60_000;

export type Probe =
  { readonly runs: true; readonly gflops: number } | { readonly runs: false; readonly why: string };

/**
 * Lets a provider of ONNX Runtime compute a matrix product and times it. In a process of its own: a driver that
 * crashes, hangs or complains on stderr then costs a sentence and not the training.
 */
export async function probeProvider(provider: Provider): Promise<Probe> {
  const { bytes } = trace(({ a, b }) => ({ y: tf.matMul(a!, b!) }), {
    a: { shape: [SIZE, SIZE] },
    b: { shape: [SIZE, SIZE] },
  });
  const model = Buffer.from(bytes).toString('base64');
  const { error, stdout } = await new Promise<{ error: Error | null; stdout: string }>((resolve) => {
    execFile(
      process.execPath,
      [PROGRAM, provider, model, String(SIZE)],
      { timeout: TIME_LIMIT_MS },
      (error, stdout) => resolve({ error, stdout }),
    );
  });
  const line = stdout.trim().split('\n').at(-1)!;
  if (line.startsWith('{')) return JSON.parse(line) as Probe;
  const killed = error !== null && 'killed' in error && error.killed === true;
  return {
    runs: false,
    why: killed
      ? `a matrix product took more than ${TIME_LIMIT_MS / 1000} s`
      : 'its driver ended the process',
  };
}
