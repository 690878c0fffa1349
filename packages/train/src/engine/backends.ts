import * as tf from '@tensorflow/tfjs';
import { importOptional, optionalVersion, type SetUpEngine } from './optional.ts';

/** What a started back end says of itself. */
export interface Started {
  /** e.g. `tfjs-node, libtensorflow 2.12.1 on the CPU`. */
  readonly description: string;
  /** Why it is no gain over the ones after it, though it runs; null when it is. */
  readonly drawback: string | null;
}

/** Fastest first: the order in which `--backend auto` tries them. Each starts its back end or says why it cannot. */
export const LOADERS = {
  'tfjs-node-gpu': () => startTensorflow('@tensorflow/tfjs-node-gpu'),
  'tfjs-node': () => startTensorflow('@tensorflow/tfjs-node', 'tfjs-node'),
  webgpu: async () => {
    const { provideWebgpu } = await import('./webgpu.ts');
    const { adapter, software } = await provideWebgpu();
    await use('webgpu');
    const drawback = software ? `its adapter is software (${adapter})` : null;
    return { description: `webgpu on ${adapter}`, drawback };
  },
  wasm: async () => {
    const { registerWasmConvolutionGradient } = await import('./wasm.ts');
    registerWasmConvolutionGradient();
    await use('wasm');
    return { description: 'wasm, 1 thread', drawback: null };
  },
  cpu: async () => {
    await use('cpu');
    return { description: 'plain JavaScript', drawback: null };
  },
} as const satisfies Readonly<Record<string, () => Promise<Started>>>;

export type LoadedBackend = keyof typeof LOADERS;

/** The npm package of each back end, with the set-up that has it where an install may lack it. */
export const BACKEND_PACKAGES: Readonly<Record<LoadedBackend, readonly [string, SetUpEngine?]>> = {
  'tfjs-node-gpu': ['@tensorflow/tfjs-node-gpu'],
  'tfjs-node': ['@tensorflow/tfjs-node', 'tfjs-node'],
  webgpu: ['@tensorflow/tfjs-backend-webgpu', 'webgpu'],
  wasm: ['@tensorflow/tfjs-backend-wasm'],
  cpu: ['@tensorflow/tfjs'],
};

/** libtensorflow's back end. The GPU package falls back to the CPU in silence: that is refused here, since the CPU package is the better one for it. */
async function startTensorflow(name: string, engine?: SetUpEngine): Promise<Started> {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'; // its greeting and advice to rebuild it
  restoreUtil();
  await importOptional(name, engine);
  await use('tensorflow');
  const backend = tf.backend() as tf.KernelBackend & {
    isUsingGpuDevice: boolean;
    binding: { TF_Version: string };
  };
  if (name.endsWith('-gpu') && !backend.isUsingGpuDevice) {
    throw new Error('it finds no GPU (it wants CUDA 11.2 and cuDNN 8.1) and would run on the CPU');
  }
  const device = backend.isUsingGpuDevice ? 'the GPU' : 'the CPU';
  const version = optionalVersion(name, engine) ?? '';
  return {
    description: `${name.split('/')[1]!} ${version}, libtensorflow ${backend.binding.TF_Version} on ${device}`,
    drawback: null,
  };
}

/** tfjs-node 4.22 calls two functions that Node 23 removed. */
function restoreUtil(): void {
  const util = process.getBuiltinModule?.('node:util') as unknown as Record<string, unknown> | undefined;
  if (util === undefined) return;
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
  util['isArray'] ??= Array.isArray;
}

async function use(backend: string): Promise<void> {
  const works = await tf.setBackend(backend);
  if (!works) throw new Error(`TensorFlow.js could not start its back end ${backend}`);
  await tf.ready();
}
