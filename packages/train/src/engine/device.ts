import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { UserError } from '@infogan/contract';
import { trace } from '@infogan/tracer';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** Execution providers of ONNX Runtime that the compiled engine can train on. */
export const PROVIDERS = ['cuda', 'webgpu', 'cpu'] as const;
export type Provider = (typeof PROVIDERS)[number];
export const DEVICES = ['auto', ...PROVIDERS] as const;
export type DeviceName = (typeof DEVICES)[number];

/** Why a provider cannot run here, and what would help; null when it runs. */
export async function whyNot(provider: Provider): Promise<string | null> {
  if (provider === 'cuda' && !hasCudaLibrary()) {
    return 'ONNX Runtime’s CUDA library is not installed; on Linux x64 the install script of onnxruntime-node fetches it (set it true in pnpm-workspace.yaml, then pnpm rebuild onnxruntime-node)';
  }
  try {
    await runOnce(provider);
    return null;
  } catch (error) {
    return error instanceof Error ? lastSentence(error.message) : String(error);
  }
}

/**
 * Chooses where the compiled engine runs. `auto` takes CUDA where it runs and the CPU otherwise; WebGPU is taken
 * only when asked for, since it is often a software adapter.
 * @throws UserError when a device that was asked for cannot run
 */
export async function selectProvider(device: DeviceName): Promise<{ provider: Provider; note: string }> {
  if (device === 'auto') {
    const reason = await whyNot('cuda');
    return reason === null
      ? { provider: 'cuda', note: '' }
      : { provider: 'cpu', note: `; not cuda: ${reason}` };
  }
  const reason = await whyNot(device);
  if (reason === null) return { provider: device, note: '' };
  throw new UserError(`train: device ${device} cannot run here: ${reason}; take --device auto`);
}

/** Asking ONNX Runtime for CUDA without its library prints an error that only confuses: look first. */
function hasCudaLibrary(): boolean {
  const require = createRequire(import.meta.url);
  const root = dirname(require.resolve('onnxruntime-node/package.json'));
  const bin = join(root, 'bin', 'napi-v6', process.platform, process.arch);
  return ['libonnxruntime_providers_cuda.so', 'onnxruntime_providers_cuda.dll'].some((name) =>
    existsSync(join(bin, name)),
  );
}

/** A session that opens may still fail at its first kernel. */
async function runOnce(provider: Provider): Promise<void> {
  const { bytes } = trace(({ x }) => ({ y: tf.matMul(x!, x!) }), {
    x: { shape: [2, 2] },
  });
  const session = await InferenceSession.create(bytes, {
    executionProviders: [provider],
    logSeverityLevel: 4,
  });
  const { y } = await session.run({ x: new Tensor('float32', Float32Array.of(1, 2, 3, 4), [2, 2]) });
  await session.release();
  const values = [...(y!.data as Float32Array)];
  if (values.join() !== '7,10,15,22')
    throw new Error(`it computes ${values.join()} where 7,10,15,22 is right`);
}

function lastSentence(message: string): string {
  const first = message.split('\n')[0]!;
  return first.length <= 160 ? first : `…${first.slice(-160)}`;
}
