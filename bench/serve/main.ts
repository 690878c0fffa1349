import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { openModel } from '@infogan/contract';
import { Command } from 'commander';
import { writeResult } from '../write.ts';
import type { LoadResult } from './load.ts';
import { findPeer, startPeer } from './peer.ts';
import { putLoad, runProgram, startProgram, type RunningProcess } from './processes.ts';
import { report, type Measured } from './report.ts';

/*
 * Unique digits per second: ours, the plain way, FastAPI, and what the machine could do without HTTP, in rounds
 * that take turns, so that whatever else the machine does falls on all alike. Ratios are per round; their median
 * is reported. About a minute and a half: tsx bench/serve/main.ts
 */

const program = new Command('bench serve')
  .description(
    'Measures the service against the plain way, FastAPI and the bound; writes bench/results/serve.md',
  )
  .option('--model <dir>', 'model directory', 'models/mnist')
  .option('--rounds <n>', 'rounds', '3')
  .option('--seconds <n>', 'seconds of load in each', '4')
  .option('--connections <n>', 'keep-alive connections', '64')
  .option('--no-write', 'print only')
  .parse();
const flags = program.opts<{
  model: string;
  rounds: string;
  seconds: string;
  connections: string;
  write: boolean;
}>();

const OURS = 4101;
const PLAIN = 4102;
const PEER = 4103;
const NULL = 4105;
const seconds = Number(flags.seconds);
const connections = Number(flags.connections);

async function bound(): Promise<number> {
  const cores = Array.from({ length: availableParallelism() }, () =>
    runProgram<{ perSecond: number }>('bound.ts', [flags.model, '32', String(seconds / 2)]),
  );
  return (await Promise.all(cores)).reduce((sum, { perSecond }) => sum + perSecond, 0);
}

const { manifest } = await openModel((path) => readFile(`${flags.model}/${path}`), flags.model);
const [busy = 0] = loadavg();
const python = await findPeer();
const running: RunningProcess[] = [];
try {
  const ready = /^serving/;
  running.push(
    await startProgram('packages/serve/src/main.ts', ['--model', flags.model, '--port', String(OURS)], ready),
    await startProgram('bench/serve/plain.ts', [flags.model, String(PLAIN)], ready),
    await startProgram('bench/serve/null.ts', [String(NULL)], ready),
  );
  if (python.path !== null) running.push(await startPeer(python.path, flags.model, PEER));

  const load = (port: number, rate?: number): Promise<LoadResult> =>
    putLoad({ port, connections, seconds, ...(rate === undefined ? {} : { rate }) });
  for (const port of [OURS, PLAIN, NULL, ...(python.path === null ? [] : [PEER])]) {
    await putLoad({ port, connections, seconds: 1.5 });
  }
  const rounds: Measured[] = [];
  for (let round = 0; round < Number(flags.rounds); round++) {
    const ours = await load(OURS);
    const plain = await load(PLAIN);
    const peer = python.path === null ? null : await load(PEER);
    const half = await load(OURS, ours.perSecond / 2);
    const nothing = await load(NULL, ours.perSecond / 2);
    rounds.push({ ours, half, nothing, plain, peer, bound: await bound() });
    console.error(`round ${round + 1}: ${Math.round(ours.perSecond)} pictures/s`);
  }
  const text = report(rounds, {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? 'unknown',
    node: process.version,
    model: `${manifest.name} (${manifest.provenance.preset})`,
    connections,
    busy,
    peerMissing: python.reason,
  });
  if (flags.write) writeResult('serve', text);
  else console.log(text);
} finally {
  await Promise.all(running.map((one) => one.stop()));
}
