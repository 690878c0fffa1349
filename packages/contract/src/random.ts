// pure-rand: the generator behind fast-check; seeded, tiny, and its state can be saved and restored
import { xoroshiro128plus, xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

const TWO_POW_32 = 2 ** 32;

/** xoroshiro128+ starts slowly from a sparse state; this many numbers are thrown away first. */
const WARM_UP = 24;

/**
 * The only source of randomness in the project: xoroshiro128+ with a state that can be saved.
 * The same seed gives the same numbers in Node and in browsers (normal numbers up to the last bit of the
 * engine's `Math.log` and `Math.cos`).
 */
export class Random {
  #generator;

  /** @param seed a 32-bit integer; or the `state()` of another instance, to go on exactly there */
  constructor(seed: number | readonly number[]) {
    if (typeof seed !== 'number') {
      this.#generator = xoroshiro128plusFromState(seed);
      return;
    }
    this.#generator = xoroshiro128plus(scramble(seed));
    for (let i = 0; i < WARM_UP; i++) this.#generator.next();
  }

  /** The state from which `new Random(state)` continues exactly here. */
  state(): number[] {
    return [...this.#generator.getState()];
  }

  /** Uniform in [0, 1), 32 bits of resolution. */
  uniform(): number {
    return (this.#generator.next() >>> 0) / TWO_POW_32;
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** A whole number, uniform in 0 … n - 1. */
  integer(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /** A standard normal number (Box-Muller, cosine half only, so that a call never depends on the one before). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** The numbers 0 … n - 1 in random order (Fisher-Yates). */
  permutation(n: number): Int32Array {
    const order = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return order;
  }
}

/** MurmurHash3's finalizer: neighbouring seeds start far apart. */
function scramble(seed: number): number {
  let h = seed | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/**
 * A seed for one purpose at one moment, e.g. `deriveSeed(seed, STREAM.latents, step)`. Whoever derives its
 * generator from the step number needs no saved state to go on exactly where it stopped.
 */
export function deriveSeed(seed: number, ...path: readonly number[]): number {
  return path.reduce(
    (hash, part) => scramble(Math.imul(hash, 31) ^ scramble(part + 0x9e3779b9)),
    scramble(seed),
  );
}
