import { availableParallelism, cpus, totalmem } from 'node:os';
import { createRequire } from 'node:module';
import { BACKEND_PACKAGES, type LoadedBackend } from './engine/backends.ts';
import { PROVIDERS, examineProvider } from './engine/device.ts';
import { optionalVersion } from './engine/optional.ts';
import { tryBackend } from './engine/select.ts';

interface Finding {
  readonly part: string;
  readonly version: string;
  readonly works: boolean;
  /** How fast or on what where it works; else why not, or what would help. */
  readonly detail: string;
}

/** `pnpm run doctor` (`pnpm doctor` is pnpm's own): what this machine can train on, what is missing and how to get it. */
async function* examine(): AsyncGenerator<Finding> {
  const works = Number(process.versions.node.split('.')[0]) >= 20;
  const advice = works ? '' : 'install Node.js 20 or newer';
  yield { part: 'Node.js', version: process.versions.node, works, detail: advice };
  const processor = cpus()[0]?.model.trim() ?? '';
  const memory = `${availableParallelism()} threads, ${(totalmem() / 2 ** 30).toFixed(0)} GiB`;
  yield { part: 'CPU', version: processor, works: true, detail: memory };

  const runtime = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };
  for (const provider of PROVIDERS) {
    const found = await examineProvider(provider);
    const detail = found.runs ? `matrix product ${found.gflops.toPrecision(3)} GFLOP/s` : found.why;
    const part = `compiled, --device ${provider}`;
    yield { part, version: runtime.version, works: found.runs, detail };
  }
  for (const [backend, names] of Object.entries(BACKEND_PACKAGES) as [LoadedBackend, [string]][]) {
    const found = await tryBackend(backend);
    const detail = found.runs ? (found.drawback ?? found.description) : found.why + help(backend);
    const version = optionalVersion(...names) ?? 'not installed';
    yield { part: `eager, --backend ${backend}`, version, works: found.runs, detail };
  }
}

function help(backend: LoadedBackend): string {
  return backend === 'tfjs-node-gpu'
    ? '; optional, for CUDA 11.2: its install script downloads libtensorflow'
    : '';
}

const width = Math.max(
  ...Object.keys(BACKEND_PACKAGES).map((name) => name.length + 'eager, --backend '.length),
);
for await (const { part, version, works, detail } of examine()) {
  console.log(
    `${works ? '✓' : '✗'} ${part.padEnd(width)}  ${version}${detail === '' ? '' : `  (${detail})`}`,
  );
}
process.exit(0); // a WebGPU device keeps a process alive
