import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { launchChromium } from '@infogan/test/chromium.ts';
// vite: builds the page as it is shipped
import { build } from 'vite';
import { serveStatic } from '../../packages/playground/src/testing/static-server.ts';
import { playgroundConfig } from '../../packages/playground/vite/config.ts';
import { writeResult } from '../write.ts';
import { atlasRate, coldStarts, laterVisit, pointerLatencies } from './measure.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const COLD_RUNS = 5;
const MOVES = 240;
const ATLAS_SECONDS = 4;

const directory = await mkdtemp(join(tmpdir(), 'infogan-bench-'));
const outDir = join(directory, 'dist');
const config = playgroundConfig();
console.log('building, with brotli 11 …');
await build({ ...config, configFile: false, logLevel: 'error', build: { ...config.build, outDir } });
const model = existsSync(join(ROOT, 'models', 'mnist')) ? 'mnist' : 'fixture';
const list = { default: 'mnist', models: [{ name: 'mnist', url: `models/${model}/` }] };
const site = await serveStatic({ root: outDir, answers: { '/models.json': JSON.stringify(list) } });
const browser = await launchChromium();
try {
  console.log('cold starts …');
  const cold = await coldStarts(browser, site, COLD_RUNS);
  console.log('pointer …');
  const moves = await pointerLatencies(browser, site, MOVES);
  console.log('atlas …');
  const rate = await atlasRate(browser, site, ATLAS_SECONDS);
  console.log('later visit …');
  const later = await laterVisit(browser, site);

  const latencies = moves.map(({ latency }) => latency);
  const shown = moves.map((move) => move.shown);
  const overtaken = moves.filter((move) => move.overtaken).length;
  const prompt = moves.filter((move) => move.inNextFrame).length;
  const bytes = await weigh(cold.sent);
  const rows = [
    ['pointer event to pixels, one digit, median', '', `${quantile(latencies, 0.5).toFixed(1)} ms`],
    ['pointer event to pixels, one digit, p95', '≤ 16 ms', `${quantile(latencies, 0.95).toFixed(1)} ms`],
    [
      'pointer event to the end of the frame with these pixels, median',
      '',
      `${quantile(shown, 0.5).toFixed(1)} ms`,
    ],
    [
      'pointer event to the end of the frame with these pixels, p95',
      '',
      `${quantile(shown, 0.95).toFixed(1)} ms`,
    ],
    ['moves whose pixels are in the first frame after them', '', `${prompt} of ${moves.length}`],
    ['moves overtaken by the next one', '', `${overtaken} of ${moves.length}`],
    ['10×10 atlas, live', '≥ 30 frames/s', `${rate.toFixed(1)} frames/s`],
    [
      `first digit, cold cache, median of ${COLD_RUNS}`,
      '≤ 2 s',
      `${(quantile(cold.times, 0.5) / 1000).toFixed(2)} s (${cold.times.map((time) => (time / 1000).toFixed(2)).join(', ')})`,
    ],
    ['bytes before the first digit', '≤ 2.8 MB', kilobytes(bytes.all)],
    ['— runtime (wasm, its loader and its JavaScript)', '', kilobytes(bytes.runtime)],
    ['— application code (HTML, CSS, JavaScript)', '≤ 60 kB', kilobytes(bytes.code)],
    ['— typeface and icons', '', kilobytes(bytes.looks)],
    [`— model (${model}: manifest and generator)`, '≤ 700 kB', kilobytes(bytes.model)],
    ['later visit, first digit', '', `${(later.time / 1000).toFixed(2)} s`],
    ['later visit, requests before the first digit', 'none', later.before.join(', ') || 'none'],
    ['later visit, requests afterwards (looking for news)', '', later.after.join(', ') || 'none'],
  ];
  const table = [
    '| | goal | measured |',
    '| --- | --- | --- |',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
  ].join('\n');
  const cpu = cpus();
  const text = `# Playground in Chromium

\`pnpm exec tsx bench/playground/main.ts\`, ${new Date().toISOString().slice(0, 10)}: Chromium ${browser.version()}, headless, wasm; ${cpu.length} × ${cpu[0]?.model ?? 'unknown CPU'}, load average ${loadavg()[0]!.toFixed(1)}; page, server and browser on the same cores. Bytes are what the server sent, compressed by brotli 11 at build.

${table}

Pixels means \`putImageData\` on the visible canvas; the screen shows them with its next frame. Frames come every 16.7 ms and the hand moves at any moment between two of them: a picture that took no time at all would be shown after 8.3 ms in the median and 15.8 ms at p95.
`;
  writeResult('playground', text);
} finally {
  await browser.close();
  await site.close();
  await rm(directory, { recursive: true });
}

/** Bytes by what they are for. The worker's file holds onnxruntime-web's JavaScript too; its share counts as runtime. */
async function weigh(sent: ReadonlyMap<string, number>) {
  const share = await runtimeJavaScript();
  const sums = { runtime: share, code: -share, looks: 0, model: 0, all: 0 };
  for (const [path, bytes] of sent) {
    sums.all += bytes;
    if (path.includes('ort-wasm')) sums.runtime += bytes;
    else if (path.startsWith('/models')) sums.model += bytes;
    else if (/\.(?:woff2|png|svg|webmanifest)$/.test(path)) sums.looks += bytes;
    else sums.code += bytes;
  }
  return sums;
}

async function runtimeJavaScript(): Promise<number> {
  const require = createRequire(join(ROOT, 'packages', 'playground', 'package.json'));
  const entry = join(require.resolve('onnxruntime-web/wasm'), '..', 'ort.wasm.min.mjs');
  return brotliCompressSync(await readFile(entry)).length;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

function kilobytes(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(2)} MB`;
}
