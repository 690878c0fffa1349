import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { UserError } from '@infogan/contract';
import { probeProvider, type Probe } from './probe.ts';

/** Execution providers of ONNX Runtime that the compiled engine can train on. */
export const PROVIDERS = ['cuda', 'webgpu', 'cpu'] as const;
export type Provider = (typeof PROVIDERS)[number];
export const DEVICES = ['auto', ...PROVIDERS] as const;
export type DeviceName = (typeof DEVICES)[number];

/** A step is hundreds of small nodes, each a dispatch: WebGPU pays where its matrix product is this many times the CPU's. */
const WORTHWHILE = 4;

/** Whether a provider runs here and how fast; else why not, and what would help. */
export async function examineProvider(provider: Provider): Promise<Probe> {
  if (provider === 'cuda' && !hasCudaLibrary()) {
    return {
      runs: false,
      why: 'ONNX Runtime’s CUDA library is not installed; on Linux x64 the install script of onnxruntime-node fetches it (set it true in pnpm-workspace.yaml, then pnpm rebuild onnxruntime-node)',
    };
  }
  return shorten(await probeProvider(provider));
}

/**
 * Chooses where the compiled engine runs. `auto` takes CUDA where it runs, then WebGPU where its matrix product is
 * several times as fast as the CPU's (a software adapter's is slower), and the CPU otherwise.
 * @throws UserError when a device that was asked for cannot run
 */
export async function selectProvider(device: DeviceName): Promise<{ provider: Provider; note: string }> {
  if (device === 'cpu') return { provider: 'cpu', note: '' };
  if (device !== 'auto') {
    const found = await examineProvider(device);
    if (found.runs) return { provider: device, note: '' };
    throw new UserError(`train: device ${device} cannot run here: ${found.why}; take --device auto`);
  }
  const cuda = await examineProvider('cuda');
  if (cuda.runs) return { provider: 'cuda', note: '' };
  const refused = `; not cuda: ${cuda.why}`;
  const webgpu = await examineProvider('webgpu');
  if (!webgpu.runs) return { provider: 'cpu', note: `${refused}; not webgpu: ${webgpu.why}` };
  const cpu = await examineProvider('cpu');
  const ratio = webgpu.gflops / (cpu.runs ? cpu.gflops : 0);
  if (ratio >= WORTHWHILE) return { provider: 'webgpu', note: refused };
  const why = `its matrix product runs at ${ratio.toPrecision(2)} times the CPU’s rate, under ${WORTHWHILE} the CPU wins`;
  return { provider: 'cpu', note: `${refused}; not webgpu: ${why}` };
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

/** ONNX Runtime puts C++ signatures before its sentence. */
function shorten(found: Probe): Probe {
  if (found.runs) return found;
  const sentence = /(?:was false\.|failed\.|:)\s*(Failed to get a WebGPU adapter.*)$/.exec(found.why)?.[1];
  return sentence === undefined ? found : { runs: false, why: sentence };
}
