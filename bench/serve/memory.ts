import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { putLoad, startProgram } from './processes.ts';
import { writeResult } from '../write.ts';

/*
 * Is memory flat? Mixed formats in slices; after each the resident set is read. The slope of its line over
 * requests is set against the scatter around that line. About three minutes: tsx bench/serve/memory.ts
 */

const program = new Command('bench serve:memory')
  .option('--model <dir>', 'model directory', 'models/mnist')
  .option('--requests <n>', 'requests after warming up', '200000')
  .option('--slices <n>', 'readings', '20')
  .option('--no-write', 'print only')
  .parse();
const flags = program.opts<{ model: string; requests: string; slices: string; write: boolean }>();

const PORT = 4104;
/** In turn; mostly the hot path, and every other format. */
const PLAIN: string[] = Array.from({ length: 12 }, () => '');
const STYLED = ['raw', 'npy', 'json', 'webp', 'avif'].map((format) => `&format=${format}`);
const EXTRAS = [
  ...PLAIN,
  ...STYLED,
  '&size=56',
  '&invert=true',
  '&color=f80&background=024&format=jpeg&size=64',
];

const slices = Number(flags.slices);
const perSlice = Math.round(Number(flags.requests) / slices);
const server = await startProgram(
  'packages/serve/src/main.ts',
  ['--model', flags.model, '--port', String(PORT), '--max-queue', '4096'],
  /serving /,
);

async function residentMiB(): Promise<number> {
  const status = await readFile(`/proc/${server.child.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024;
}

const points: { requests: number; mib: number }[] = [];
let failures = 0;
try {
  // heaps and allocators grow to their working size first
  await putLoad({ port: PORT, connections: 32, seconds: 600, requests: 40_000, extras: EXTRAS });
  for (let slice = 1; slice <= slices; slice++) {
    const load = { port: PORT, connections: 32, seconds: 600, requests: perSlice, extras: EXTRAS };
    failures += (await putLoad(load)).failures;
    points.push({ requests: slice * perSlice, mib: await residentMiB() });
    console.error(`${slice * perSlice} requests: ${points.at(-1)!.mib.toFixed(1)} MiB`);
  }
} finally {
  await server.stop();
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const x = mean(points.map(({ requests }) => requests));
const y = mean(points.map(({ mib }) => mib));
const spread = points.reduce((sum, { requests }) => sum + (requests - x) ** 2, 0);
const slope = points.reduce((sum, { requests, mib }) => sum + (requests - x) * (mib - y), 0) / spread;
const residual = Math.sqrt(
  points.reduce((sum, { requests, mib }) => sum + (mib - y - slope * (requests - x)) ** 2, 0) /
    (points.length - 2),
);
const error = residual / Math.sqrt(spread);
const per100k = (value: number) => `${(value * 1e5).toFixed(2)} MiB`;
const text = `# Serve: memory over ${points.at(-1)!.requests} requests

\`pnpm --filter @infogan/bench serve:memory\` wrote this. Mixed formats (${new Set(EXTRAS).size} kinds), 40,000 requests to
warm up, then ${slices} readings of the resident set: ${points.map(({ mib }) => mib.toFixed(0)).join(', ')} MiB.

Slope ${per100k(slope)} per 100,000 requests, standard error ${per100k(error)}; scatter ${residual.toFixed(2)} MiB. ${
  slope > 3 * error ? 'Growing.' : 'Not growing.'
} Requests that failed: ${failures}.
`;
if (flags.write) writeResult('serve-memory', text);
else console.log(text);
