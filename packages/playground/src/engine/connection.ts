import type { Answer, Ask, CallName, Calls, Device } from './protocol.ts';

/** A refusal by the worker; its message is a sentence for people. */
export class EngineError extends Error {
  override name = 'EngineError';
}

/** A worker and the questions that wait for its answers. */
export class Connection {
  readonly device: Device;
  /** Called once when the worker cannot go on: its device was lost or its code could not be loaded. */
  onLost: (sentence: string) => void = () => undefined;
  readonly #worker: Worker;
  readonly #waiting = new Map<
    number,
    { resolve: (value: never) => void; reject: (error: EngineError) => void }
  >();
  #next = 0;
  #gone: string | null = null;

  constructor(device: Device) {
    this.device = device;
    // both constructors are spelled out so that the bundler finds the two workers
    this.#worker =
      device === 'wasm'
        ? new Worker(new URL('./wasm.worker.ts', import.meta.url), { type: 'module' })
        : new Worker(new URL('./webgpu.worker.ts', import.meta.url), { type: 'module' });
    this.#worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => this.#receive(data));
    this.#worker.addEventListener('error', () => this.#lose('its program could not be loaded'));
  }

  ask<K extends CallName>(call: K, ...args: Parameters<Calls[K]>): Promise<ReturnType<Calls[K]>> {
    return new Promise((resolve, reject) => {
      if (this.#gone !== null) {
        reject(new EngineError(this.#gone));
        return;
      }
      const id = this.#next++;
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, call, args } satisfies Ask, []);
    });
  }

  close(): void {
    this.#worker.terminate();
    this.#failAll('engine: closed');
  }

  #receive(answer: Answer): void {
    if ('lost' in answer) {
      this.#lose(answer.lost);
      return;
    }
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('sentence' in answer) waiting?.reject(new EngineError(answer.sentence));
    else waiting?.resolve(answer.result as never);
  }

  #lose(reason: string): void {
    if (this.#gone !== null) return;
    const sentence = `engine: ${this.device} stopped: ${reason || 'no reason given'}`;
    this.#worker.terminate();
    this.#failAll(sentence);
    this.onLost(sentence);
  }

  #failAll(sentence: string): void {
    this.#gone = sentence;
    for (const { reject } of this.#waiting.values()) reject(new EngineError(sentence));
    this.#waiting.clear();
  }
}
