import * as tf from '@tensorflow/tfjs';
import { UserError } from '@infogan/contract';
import { compiledEngine } from './compiled.ts';
import { selectProvider, type DeviceName } from './device.ts';
import { eagerEngine } from './eager.ts';
import type { Engine } from './engine.ts';

export const ENGINES = ['compiled', 'eager'] as const;
export const BACKENDS = ['auto', 'tfjs-node-gpu', 'tfjs-node', 'wasm', 'cpu'] as const;
export type EngineName = (typeof ENGINES)[number];
export type BackendName = (typeof BACKENDS)[number];

/** Native packages are optional: they are imported by name at run time, and any error is a reason to say and go on. */
const LOADERS: Readonly<Record<Exclude<BackendName, 'auto'>, () => Promise<string>>> = {
  'tfjs-node-gpu': async () => {
    await importOptional('@tensorflow/tfjs-node-gpu');
    return use('tensorflow');
  },
  'tfjs-node': async () => {
    await importOptional('@tensorflow/tfjs-node');
    return use('tensorflow');
  },
  wasm: async () => {
    const { registerWasmConvolutionGradient } = await import('./wasm.ts');
    registerWasmConvolutionGradient();
    return use('wasm');
  },
  cpu: () => use('cpu'),
};

/**
 * @param backend of the eager engine @param device of the compiled engine
 * @returns the engine, whose description says what really runs and why nothing better does
 * @throws UserError when what was asked for by name cannot run here
 */
export async function selectEngine(
  engine: EngineName,
  backend: BackendName = 'auto',
  device: DeviceName = 'cpu',
): Promise<Engine> {
  if (engine === 'compiled') {
    const { provider, note } = await selectProvider(device);
    return compiledEngine(provider, note);
  }
  if (backend !== 'auto') {
    try {
      return eagerEngine(`eager (TensorFlow.js, ${await LOADERS[backend]()})`);
    } catch (error) {
      throw new UserError(
        `train: back end ${backend} cannot run here: ${firstLine(error)}; take --backend auto`,
      );
    }
  }
  const refused: string[] = [];
  for (const [name, load] of Object.entries(LOADERS)) {
    try {
      const device = await load();
      return eagerEngine([`eager (TensorFlow.js, ${device})`, ...refused].join('; '));
    } catch (error) {
      refused.push(`not ${name}: ${firstLine(error)}`);
    }
  }
  throw new UserError(`train: no TensorFlow.js back end runs here (${refused.join('; ')})`);
}

/** Why a back end cannot run here; null when it does, and is then the current one. */
export async function whyNotBackend(name: Exclude<BackendName, 'auto'>): Promise<string | null> {
  try {
    await LOADERS[name]();
    return null;
  } catch (error) {
    return firstLine(error);
  }
}

async function importOptional(name: string): Promise<void> {
  await import(name);
}

async function use(backend: string): Promise<string> {
  const works = await tf.setBackend(backend);
  if (!works) throw new Error(`TensorFlow.js could not start its back end ${backend}`);
  await tf.ready();
  return tf.getBackend();
}

function firstLine(error: unknown): string {
  if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return 'its package is not installed';
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
}
