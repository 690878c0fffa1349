import { signal } from '@preact/signals';
import type { LatentSpec } from '@infogan/contract';
import type { Noise } from '../engine/protocol.ts';
import type { Look, Pose } from './pose.ts';
import { ease, slerp } from './sphere.ts';

/** Long enough to see the way from one handwriting to the next, short enough not to wait. */
const DURATION = 420;

/** Moves what is seen towards what was chosen: noise along the sphere, codes straight, classes by a cross-fade. */
export class Motion {
  readonly look = signal<Look>({ chosen: {}, seed: 1, fade: null });
  #spec: LatentSpec = [];
  #from: Look | null = null;
  #to: { readonly pose: Pose; readonly noise: Noise } | null = null;
  #start = 0;
  #frame = 0;
  /** Codes under the hand: they follow it at once, whatever else is still on its way. */
  #held: Record<string, number> = {};

  /** Shows a pose without moving there. */
  jump(spec: LatentSpec, pose: Pose, noise: Noise | undefined): void {
    this.#spec = spec;
    this.#stop();
    const { chosen, seed } = pose;
    this.look.value = { chosen, seed, fade: null, ...(noise === undefined ? {} : { noise }) };
  }

  /** Moves to a pose through latent space. */
  glide(pose: Pose, noise: Noise): void {
    this.#from = this.look.value;
    this.#to = { pose, noise };
    this.#held = {};
    this.#start = performance.now();
    if (this.#frame === 0) this.#frame = requestAnimationFrame((now) => this.#step(now));
  }

  /** Sets codes at once, keeping any movement of noise and classes. */
  hold(codes: Readonly<Record<string, number>>): void {
    Object.assign(this.#held, codes);
    this.look.value = { ...this.look.value, chosen: { ...this.look.value.chosen, ...codes } };
  }

  get moving(): boolean {
    return this.#frame !== 0;
  }

  #step(now: number): void {
    const [from, to] = [this.#from, this.#to];
    if (from === null || to === null) return;
    const progress = Math.min(1, Math.max(0, now - this.#start) / DURATION);
    if (progress === 1) {
      const { pose, noise } = to;
      this.#stop();
      this.look.value = { chosen: { ...pose.chosen, ...this.#held }, seed: pose.seed, noise, fade: null };
      return;
    }
    this.look.value = this.#between(from, to, ease(progress));
    this.#frame = requestAnimationFrame((next) => this.#step(next));
  }

  #between(from: Look, { pose, noise }: { pose: Pose; noise: Noise }, t: number): Look {
    const chosen: Record<string, number> = { ...pose.chosen };
    const left: Record<string, number> = {};
    for (const part of this.#spec) {
      const [a, b] = [from.chosen[part.name] ?? 0, pose.chosen[part.name] ?? 0];
      if (part.kind === 'uniform') chosen[part.name] = a + t * (b - a);
      if (part.kind === 'categorical' && a !== b) left[part.name] = a;
    }
    Object.assign(chosen, this.#held);
    const walked = Object.fromEntries(
      Object.entries(noise).map(([name, target]) => {
        const start = from.noise?.[name];
        return [name, start === undefined ? target : slerp(start, target, t)];
      }),
    );
    const fade = Object.keys(left).length === 0 ? null : { from: left, share: 1 - t };
    return { chosen, seed: pose.seed, noise: walked, fade };
  }

  #stop(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#from = null;
    this.#to = null;
  }
}
