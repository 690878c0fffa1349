import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** A running program of this repo with what it has printed so far. */
export interface RunningProgram {
  readonly child: ChildProcess;
  printed(): string;
  /** Resolves with the first match in what it prints; rejects when it ends before. */
  waitFor(pattern: RegExp): Promise<RegExpMatchArray>;
  /** Resolves with the exit code, or the signal's name. */
  ended(): Promise<number | string>;
}

/** Starts `packages/<name>/src/main.ts` as `pnpm <name>` does. */
export function startProgram(name: string, ...args: string[]): RunningProgram {
  return startScript(join('packages', name, 'src', 'main.ts'), ...args);
}

/** @param path from the root of the repo */
export function startScript(path: string, ...args: string[]): RunningProgram {
  const child = spawn(process.execPath, ['--import', 'tsx', join(ROOT, path), ...args], { cwd: ROOT });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const end = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  return {
    child,
    printed: () => text,
    ended: () => end,
    async waitFor(pattern) {
      let over = false;
      void end.then(() => (over = true));
      for (;;) {
        const match = pattern.exec(text);
        if (match !== null) return match;
        if (over) throw new Error(`${path} ended before it printed ${pattern.source}:\n${text}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}

/** Runs a program to its end. @throws with what it printed when its exit code is not 0 */
export async function runProgram(name: string, ...args: string[]): Promise<string> {
  const program = startProgram(name, ...args);
  const code = await program.ended();
  if (code !== 0) throw new Error(`${name} ${args.join(' ')} ended with ${code}:\n${program.printed()}`);
  return program.printed();
}
