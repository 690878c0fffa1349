import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A process that runs training steps when asked. */
export interface Contestant {
  readonly name: string;
  /** What it says of itself. */
  readonly description: string;
  /** The losses of its next steps. */
  losses(count: number): Promise<Record<string, number>[]>;
  /** Milliseconds of its next steps: on the clock, or of processor time. */
  time(count: number, clock?: 'time' | 'cpu'): Promise<number[]>;
  stop(): void;
}

/** @returns why it cannot run, where it ends before it is ready */
export async function start(
  name: string,
  command: string,
  args: readonly string[],
): Promise<Contestant | { name: string; missing: string }> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let complaints = '';
  child.stderr.on('data', (text: Buffer) => (complaints += text.toString()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  // libraries greet on standard output: answers begin with =
  const answer = async (): Promise<unknown> => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done === true) throw new Error(complaints.trim().split('\n').at(-1) ?? 'it ended');
      if (value.startsWith('=')) return JSON.parse(value.slice(1));
    }
  };
  const ask = async (order: string) => {
    child.stdin.write(`${order}\n`);
    return answer();
  };
  try {
    const description = (await answer()) as string;
    return {
      name,
      description,
      losses: async (count) => (await ask(`losses ${count}`)) as Record<string, number>[],
      time: async (count, clock = 'time') => (await ask(`${clock} ${count}`)) as number[],
      stop: () => child.kill(),
    };
  } catch (error) {
    return { name, missing: (error as Error).message };
  }
}
