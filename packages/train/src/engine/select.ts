import { UserError } from '@infogan/contract';
import { LOADERS, type LoadedBackend } from './backends.ts';
import { compiledEngine } from './compiled.ts';
import { selectProvider, type DeviceName } from './device.ts';
import { eagerEngine } from './eager.ts';
import type { Engine } from './engine.ts';

export const ENGINES = ['compiled', 'eager'] as const;
export const BACKENDS = ['auto', 'tfjs-node-gpu', 'tfjs-node', 'webgpu', 'wasm', 'cpu'] as const;
export type EngineName = (typeof ENGINES)[number];
export type BackendName = (typeof BACKENDS)[number];

/**
 * @param backend of the eager engine @param device of the compiled engine
 * @param threads of the compiled engine on the CPU; default: one for each core
 * @returns the engine, whose description says what really runs and why nothing better does
 * @throws UserError when what was asked for by name cannot run here
 */
export async function selectEngine(
  engine: EngineName,
  backend: BackendName = 'auto',
  device: DeviceName = 'cpu',
  threads?: number,
): Promise<Engine> {
  if (engine === 'compiled') {
    const { provider, note } = await selectProvider(device);
    return compiledEngine(provider, note, threads);
  }
  if (threads !== undefined) {
    throw new UserError(
      `train: --threads is for --engine compiled, TensorFlow.js’s back ends choose their own; got --threads ${threads} with --engine eager, leave it out`,
    );
  }
  if (backend !== 'auto') {
    try {
      const { description } = await LOADERS[backend]();
      return eagerEngine(`eager (TensorFlow.js, ${description})`);
    } catch (error) {
      throw new UserError(
        `train: back end ${backend} cannot run here: ${firstLine(error)}; take --backend auto`,
      );
    }
  }
  const refused: string[] = [];
  for (const name of Object.keys(LOADERS) as LoadedBackend[]) {
    try {
      const { description, drawback } = await LOADERS[name]();
      if (drawback === null) {
        return eagerEngine([`eager (TensorFlow.js, ${description})`, ...refused].join('; '));
      }
      refused.push(`not ${name}: ${drawback}`);
    } catch (error) {
      refused.push(`not ${name}: ${firstLine(error)}`);
    }
  }
  throw new UserError(`train: no TensorFlow.js back end runs here (${refused.join('; ')})`);
}

/** Starts a back end, which is then the current one. @returns what it says of itself, or why it cannot run here */
export async function tryBackend(
  name: LoadedBackend,
): Promise<{ runs: true; description: string; drawback: string | null } | { runs: false; why: string }> {
  try {
    return { runs: true, ...(await LOADERS[name]()) };
  } catch (error) {
    return { runs: false, why: firstLine(error) };
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
}
