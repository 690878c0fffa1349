import { effect, signal } from '@preact/signals';
import type { Playground } from './playground.ts';

/** Milliseconds from one handwriting to the next: a stroll. */
const STROLL = 1800;

/** Walks from handwriting to handwriting without end, until it is switched off. */
export class Wander {
  readonly on = signal(false);
  readonly #playground: Playground;

  constructor(playground: Playground) {
    this.#playground = playground;
    effect(() => {
      // a task of its own: what the walk reads must not start it again
      if (this.on.value) queueMicrotask(() => void this.#walk());
    });
  }

  async #walk(): Promise<void> {
    const { motion } = this.#playground;
    while (this.on.peek()) {
      const { pose, noise } = await this.#playground.nextHandwriting();
      await motion.glide(pose, noise, STROLL);
    }
  }
}
