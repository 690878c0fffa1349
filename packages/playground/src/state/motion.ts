import { signal } from '@preact/signals';
import type { LatentSpec } from '@infogan/contract';
import type { Noise } from '../engine/protocol.ts';
import { mixLooks, type Look, type Pose } from './pose.ts';
import { ease } from './sphere.ts';

/** Milliseconds: long enough to see the way from one handwriting to the next, short enough not to wait. */
const GLIDE = 420;

interface Journey {
  readonly from: Look;
  readonly to: Look & { readonly noise: Noise };
  readonly start: number;
  readonly duration: number;
  readonly arrived: () => void;
}

/** Moves what is seen towards what was chosen, through latent space. */
export class Motion {
  readonly look = signal<Look>({ chosen: {}, seed: 1, fade: null });
  #spec: LatentSpec = [];
  #journey: Journey | null = null;
  #frame = 0;
  /** Codes under the hand: they follow it at once, whatever else is still on its way. */
  #held: Record<string, number> = {};

  /** Shows a pose without moving there. */
  jump(spec: LatentSpec, { chosen, seed }: Pose, noise: Noise | undefined): void {
    this.show(spec, { chosen, seed, fade: null, ...(noise === undefined ? {} : { noise }) });
  }

  /** Shows a look that somebody else has mixed. */
  show(spec: LatentSpec, look: Look): void {
    this.#spec = spec;
    this.#stop();
    this.look.value = look;
  }

  /** Moves to a pose through latent space; resolves on arrival, or at once when another movement takes over. */
  glide({ chosen, seed }: Pose, noise: Noise, duration = GLIDE): Promise<void> {
    this.#stop();
    this.#held = {};
    return new Promise((arrived) => {
      const to = { chosen, seed, noise, fade: null };
      this.#journey = { from: this.look.value, to, start: performance.now(), duration, arrived };
      this.#frame = requestAnimationFrame((now) => this.#step(now));
    });
  }

  /** Sets codes at once, keeping any movement of noise and classes. */
  hold(codes: Readonly<Record<string, number>>): void {
    Object.assign(this.#held, codes);
    this.look.value = { ...this.look.value, chosen: { ...this.look.value.chosen, ...codes } };
  }

  #step(now: number): void {
    const journey = this.#journey;
    if (journey === null) return;
    const { from, to, start, duration } = journey;
    const progress = Math.min(1, Math.max(0, now - start) / duration);
    const look = progress === 1 ? to : mixLooks(this.#spec, from, to, ease(progress));
    this.look.value = { ...look, chosen: { ...look.chosen, ...this.#held } };
    if (progress === 1) this.#stop();
    else this.#frame = requestAnimationFrame((next) => this.#step(next));
  }

  #stop(): void {
    cancelAnimationFrame(this.#frame);
    const journey = this.#journey;
    this.#journey = null;
    journey?.arrived();
  }
}
