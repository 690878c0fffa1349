import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** How a program of the repo is run. */
export interface Terms {
  /** Said before every line it prints, where several run side by side; '' where it has the terminal to itself. */
  readonly prefix: string;
  /** Aborted, it stops the program by SIGINT: a training then saves itself. */
  readonly stop: AbortSignal;
}

const running = new Set<ChildProcess>();
// however the sweep ends, nothing goes on without it
process.on('exit', () => running.forEach((child) => child.kill()));

/** Runs one program of the repo to its end. @throws with the last thing it complained of when it fails; when stopped */
export async function runProgram({ prefix, stop }: Terms, name: string, ...args: string[]): Promise<void> {
  stop.throwIfAborted();
  const main = join(ROOT, 'packages', name, 'src', 'main.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], {
    cwd: ROOT,
    stdio: ['ignore', prefix === '' ? 'inherit' : 'pipe', 'pipe'],
    signal: stop,
    killSignal: 'SIGINT',
    // Ctrl-C goes to the terminal's whole process group; outside of it, a program hears of it once, from here
    detached: process.platform !== 'win32',
  });
  running.add(child);
  const complaints: string[] = [];
  eachLine(child.stdout, (line) => console.log(prefix + line));
  eachLine(child.stderr, (line) => {
    console.error(prefix + line);
    complaints.push(line);
  });
  child.on('error', ({ message }) => complaints.push(message));
  const end = await new Promise<number | string>((resolve) => {
    child.on('close', (code, signal) => resolve(code ?? signal ?? 'nothing'));
  });
  running.delete(child);
  // a training that was stopped ends well, and is not finished
  stop.throwIfAborted();
  if (end === 0) return;
  // not the places of a stack, nor Node's version and commander's advice at the end
  throw new Error(
    complaints.findLast((line) => !/^\s*(at |\(pnpm |Node\.js v|$)/.test(line)) ??
      `${name} ended with ${end}`,
  );
}

function eachLine(stream: NodeJS.ReadableStream | null, say: (line: string) => void): void {
  if (stream === null) return;
  createInterface({ input: stream }).on('line', (line) => {
    if (line !== '') say(line);
  });
}
