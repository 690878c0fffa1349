import { Worker } from 'node:worker_threads';
import { UserError } from '@infogan/contract';
import type { FromWorker, Timing, ToWorker, WorkerFault } from './protocol.ts';

/** The thread ended while it owed an answer; the work may be tried elsewhere. */
export class MemberDied extends Error {
  override name = 'MemberDied';
}

/** The request itself was at fault, as only the worker could see. */
export class FaultyRequest extends Error {
  override name = 'FaultyRequest';
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

export interface Answer {
  readonly give: unknown;
  readonly timing: Timing;
}

/** A message without its id, which the member gives. */
export type Request = ToWorker extends infer M ? (M extends ToWorker ? Omit<M, 'id'> : never) : never;

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** One worker thread as the main thread sees it. */
export class Member {
  /** Messages sent and not yet answered. */
  pending = 0;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 0;
  #dead = false;

  /** @param onDeath called once when the thread ends, with the reason, after its waiting work was rejected */
  constructor(onDeath: (reason: string) => void) {
    this.#worker = new Worker(new URL('./worker-boot.mjs', import.meta.url), { execArgv: [] });
    let reason = 'ended';
    this.#worker.on('error', (error) => (reason = String(error)));
    this.#worker.on('message', (message: FromWorker) => this.#receive(message));
    this.#worker.on('exit', (code) => {
      this.#dead = true;
      for (const { reject } of this.#waiting.values()) reject(new MemberDied(`worker: ${reason}`));
      this.#waiting.clear();
      this.pending = 0;
      onDeath(`${reason} (exit code ${code})`);
    });
  }

  /** Sends a message and waits for its answer; messages are answered in the order of sending. */
  ask(request: Request): Promise<Answer> {
    if (this.#dead) return Promise.reject(new MemberDied('worker: had ended'));
    const id = this.#nextId++;
    this.pending++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      this.#worker.postMessage({ ...request, id });
    });
  }

  /** Lets it finish what it was sent, release its sessions and end. */
  stop(): Promise<void> {
    return this.#end('stop');
  }

  /** Makes the thread end by an error of its own; what it still owes is rejected with `MemberDied`. */
  crash(): Promise<void> {
    return this.#end('crash');
  }

  async #end(kind: 'stop' | 'crash'): Promise<void> {
    if (this.#dead) return;
    const ended = new Promise((resolve) => this.#worker.once('exit', resolve));
    await this.ask({ kind }).catch(() => undefined);
    await ended;
  }

  #receive(message: FromWorker): void {
    const waiting = this.#waiting.get(message.id);
    if (waiting === undefined) return;
    this.#waiting.delete(message.id);
    this.pending--;
    if (message.ok) waiting.resolve(message);
    else waiting.reject(rebuild(message.error));
  }
}

function rebuild({ message, user, status }: WorkerFault): Error {
  if (status !== undefined) return new FaultyRequest(message, status);
  return user ? new UserError(message) : new Error(message);
}
