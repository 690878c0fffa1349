import type { Generated, Row } from './protocol.ts';

/** Who wants pictures, most urgent first. */
export const CHANNELS = ['stage', 'atlas', 'strip', 'field', 'a', 'b'] as const;
export type Channel = (typeof CHANNELS)[number];

interface Wish {
  readonly rows: readonly Row[];
  readonly draw: (generated: Generated) => void;
}

/**
 * One run at a time, the most urgent wish first, and of each channel only the newest wish: what the hand has
 * already moved past is never computed.
 */
export class Scheduler {
  readonly #generate: (rows: readonly Row[]) => Promise<Generated>;
  readonly #wishes = new Map<Channel, Wish>();
  #running = false;
  /** Wishes overtaken by a newer one before they ran. */
  dropped = 0;

  constructor(generate: (rows: readonly Row[]) => Promise<Generated>) {
    this.#generate = generate;
  }

  /** `draw` is called with the pictures, unless a newer wish of the channel came first. */
  request(channel: Channel, rows: readonly Row[], draw: (generated: Generated) => void): void {
    if (this.#wishes.has(channel)) this.dropped++;
    this.#wishes.set(channel, { rows, draw });
    // what one change asks for on several channels is put in order first; the stage need not wait for that
    if (channel === CHANNELS[0]) this.#start();
    else queueMicrotask(() => this.#start());
  }

  cancel(channel: Channel): void {
    this.#wishes.delete(channel);
  }

  #start(): void {
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      for (let channel = this.#first(); channel !== undefined; channel = this.#first()) {
        const wish = this.#wishes.get(channel)!;
        this.#wishes.delete(channel);
        // a failed run was reported by the engine; the newest state is asked for again once one is back
        const generated = await this.#generate(wish.rows).catch(() => null);
        if (generated !== null) wish.draw(generated);
      }
    } finally {
      this.#running = false;
    }
  }

  #first(): Channel | undefined {
    return CHANNELS.find((channel) => this.#wishes.has(channel));
  }
}
