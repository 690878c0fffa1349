import { availableParallelism, totalmem } from 'node:os';
import { createRequire } from 'node:module';
import { PROVIDERS, whyNot } from './engine/device.ts';
import { BACKENDS, whyNotBackend, type BackendName } from './engine/select.ts';

interface Finding {
  readonly part: string;
  readonly version: string;
  /** Null when it runs; else why not, or what would help. */
  readonly missing: string | null;
}

/** `pnpm doctor`: what this machine can train on, what is missing and how to get it. */
async function examine(): Promise<Finding[]> {
  const node = Number(process.versions.node.split('.')[0]);
  const findings: Finding[] = [
    {
      part: 'Node.js',
      version: process.versions.node,
      missing: node >= 20 ? null : 'install Node.js 20 or newer',
    },
    {
      part: 'CPU',
      version: `${availableParallelism()} threads, ${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
      missing: null,
    },
  ];
  for (const provider of PROVIDERS) {
    const version = packageVersion('onnxruntime-node');
    findings.push({ part: `compiled, --device ${provider}`, version, missing: await whyNot(provider) });
  }
  for (const backend of BACKENDS.filter((name): name is Exclude<BackendName, 'auto'> => name !== 'auto')) {
    const name =
      backend === 'cpu'
        ? '@tensorflow/tfjs'
        : backend === 'wasm'
          ? '@tensorflow/tfjs-backend-wasm'
          : `@tensorflow/${backend}`;
    const reason = await whyNotBackend(backend);
    const help = backend.startsWith('tfjs-node')
      ? '; it is optional and needs libtensorflow, which its install script downloads'
      : '';
    findings.push({
      part: `eager, --backend ${backend}`,
      version: packageVersion(name),
      missing: reason === null ? null : `${reason}${help}`,
    });
  }
  return findings;
}

function packageVersion(name: string): string {
  try {
    const require = createRequire(import.meta.url);
    return (require(`${name}/package.json`) as { version: string }).version;
  } catch {
    return 'not installed';
  }
}

const findings = await examine();
const width = Math.max(...findings.map(({ part }) => part.length));
for (const { part, version, missing } of findings) {
  console.log(
    `${missing === null ? '✓' : '✗'} ${part.padEnd(width)}  ${version}${missing === null ? '' : `  (${missing})`}`,
  );
}
