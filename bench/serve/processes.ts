import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { LoadOptions, LoadResult } from './load.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const RUN_TYPESCRIPT = ['--import', import.meta.resolve('tsx')];

export interface RunningProcess {
  readonly child: ChildProcess;
  stop(): Promise<void>;
}

const LONGEST_START_MS = 60_000;

/** Starts a server and waits until a line of its output says that it serves. */
export function startProcess(
  command: string,
  args: readonly string[],
  ready: RegExp,
  env: NodeJS.ProcessEnv = {},
): Promise<RunningProcess> {
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(timer);
  };
  return new Promise((resolve, reject) => {
    const lines: string[] = [];
    const timer = setTimeout(() => {
      void stop();
      reject(new Error(`${command} did not say ${String(ready)} within a minute:\n${lines.join('\n')}`));
    }, LONGEST_START_MS);
    const streams = [child.stdout, child.stderr];
    const readers = streams.map((input) => createInterface({ input }));
    for (const reader of readers) {
      reader.on('line', (line) => {
        if (lines.length < 50) lines.push(line);
        if (!ready.test(line)) return;
        // its log is thrown away unread: reading lines would take from the cores that are measured
        for (const each of readers) each.close();
        for (const stream of streams) stream.resume();
        clearTimeout(timer);
        resolve({ child, stop });
      });
    }
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`${command} ended with ${code} before it served:\n${lines.join('\n')}`));
    });
  });
}

/** As the container starts the service: a larger young generation, whose collections are fewer. */
const FEWER_COLLECTIONS = '--max-semi-space-size=32';

/** Starts one of this project's TypeScript servers. */
export function startProgram(file: string, args: readonly string[], ready: RegExp): Promise<RunningProcess> {
  return startProcess(process.execPath, [FEWER_COLLECTIONS, ...RUN_TYPESCRIPT, file, ...args], ready);
}

/** Runs a program of this folder to its end and reads the one line of JSON that it prints. */
export async function runProgram<T>(file: string, args: readonly string[]): Promise<T> {
  const child = spawn(process.execPath, [...RUN_TYPESCRIPT, `${HERE}${file}`, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk) => (text += String(chunk)));
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(`${file} ended with ${String(code)}`);
  return JSON.parse(text) as T;
}

/** The load generator, in a process of its own. */
export function putLoad(options: LoadOptions): Promise<LoadResult> {
  return runProgram('load.ts', [JSON.stringify(options)]);
}
