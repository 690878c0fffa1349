import { computed, effect, signal, untracked } from '@preact/signals';
import type { Row } from '../engine/protocol.ts';
import { formatPose, parsePose } from './address.ts';
import type { Playground } from './playground.ts';
import { blendLook, editNoise, firstPose, lookRows, mixLooks, type Look, type Pose } from './pose.ts';

export type End = 'a' | 'b';

/** Milliseconds from one end to the other when playing. */
const WAY = 2200;

/** Two states and the way between them; kept in the address as `a.digit=…&b.digit=…&mix.t=…`. */
export class Morph {
  readonly a = signal<Pose>({ chosen: {}, seed: 1, edits: {} });
  readonly b = signal<Pose>({ chosen: {}, seed: 2, edits: {} });
  readonly t = signal(0.5);
  /** The end that the controls change; null while the way between is shown. */
  readonly editing = signal<End | null>(null);
  readonly playing = signal(false);
  readonly #playground: Playground;
  #frame = 0;
  #shown = 0;

  constructor(playground: Playground) {
    this.#playground = playground;
    const spec = playground.spec.peek();
    const extras = new URLSearchParams(playground.extras.peek());
    const named = [...extras.keys()].some((key) => key.startsWith('a.'));
    const start = playground.pose.peek();
    this.a.value = named ? parsePose(spec, extras, 'a.').pose : start;
    this.b.value = named ? parsePose(spec, extras, 'b.').pose : opposite(playground, start);
    const t = Number(extras.get('mix.t') ?? 0.5);
    this.t.value = t >= 0 && t <= 1 ? t : 0.5;
  }

  /** Starts following signals; the returned function ends it and puts the stage back. */
  begin(): () => void {
    const { extras, pose, spec } = this.#playground;
    const ends = [
      effect(() => {
        const { value } = pose;
        const end = this.editing.peek();
        if (end !== null) this[end].value = value;
      }),
      effect(() => {
        const way = [this.a.value, this.b.value, this.t.value, this.editing.value] as const;
        untracked(() => void this.#show(...way));
      }),
      effect(() => {
        const query = new URLSearchParams([
          ...formatPose(spec.value, this.a.value, 'a.'),
          ...formatPose(spec.value, this.b.value, 'b.'),
          ['mix.t', this.t.value.toFixed(2)],
        ]);
        untracked(() => (extras.value = { ...extras.value, ...Object.fromEntries(query) }));
      }),
      effect(() => {
        cancelAnimationFrame(this.#frame);
        if (this.playing.value) this.#play(performance.now(), this.t.peek());
      }),
    ];
    return () => {
      for (const end of ends) end();
      cancelAnimationFrame(this.#frame);
      void this.#playground.goTo(pose.value);
    };
  }

  /** Gives an end to the controls. */
  edit(end: End): void {
    this.playing.value = false;
    this.editing.value = end;
    void this.#playground.goTo(this[end].value);
  }

  /** Moves along the way. */
  move(t: number): void {
    this.editing.value = null;
    this.t.value = t;
  }

  /** `count` pictures from A to B, both included. */
  async frames(count: number): Promise<Float32Array[]> {
    const looks = await Promise.all(Array.from({ length: count }, (_, k) => this.#lookAt(k / (count - 1))));
    const rows: Row[][] = looks.map(lookRows);
    const { images } = await this.#playground.engine.ask('generate', rows.flat());
    const size = images.length / rows.flat().length;
    let at = 0;
    return looks.map((look, k) => {
      const own = images.subarray(at * size, (at + rows[k]!.length) * size);
      at += rows[k]!.length;
      return blendLook(look, own);
    });
  }

  readonly sentence = computed(() =>
    this.editing.value === null
      ? `${Math.round(100 * this.t.value)} % of the way`
      : `at ${this.editing.value.toUpperCase()}`,
  );

  async #lookAt(t: number): Promise<Look> {
    const [from, to] = await Promise.all([this.lookOf(this.a.peek()), this.lookOf(this.b.peek())]);
    if (t === 0 || t === 1) return t === 0 ? from : to;
    return mixLooks(this.#playground.spec.peek(), from, to, t);
  }

  /** The resting look of a pose. */
  async lookOf(pose: Pose) {
    const noise = editNoise(await this.#playground.noiseOf(pose.seed), pose.edits);
    return { chosen: pose.chosen, seed: pose.seed, noise, fade: null };
  }

  async #show(_a: Pose, _b: Pose, t: number, editing: End | null): Promise<void> {
    if (editing !== null) return;
    const turn = ++this.#shown;
    const look = await this.#lookAt(t);
    if (turn === this.#shown) this.#playground.motion.show(this.#playground.spec.peek(), look);
  }

  #play(start: number, from: number): void {
    const step = (now: number) => {
      // there and back: a triangle wave from where the slider was
      const way = (from + Math.max(0, now - start) / WAY) % 2;
      this.move(way <= 1 ? way : 2 - way);
      this.#frame = requestAnimationFrame(step);
    };
    this.#frame = requestAnimationFrame(step);
  }
}

/** Something else to go to: the next class, another hand, the codes' other side. */
function opposite(playground: Playground, pose: Pose): Pose {
  const spec = playground.spec.peek();
  const chosen: Record<string, number> = { ...firstPose(spec).chosen };
  for (const part of spec) {
    if (part.kind === 'categorical')
      chosen[part.name] = ((pose.chosen[part.name] ?? 0) + 3) % part.labels.length;
    if (part.kind === 'uniform') chosen[part.name] = (pose.chosen[part.name] ?? 0) > 0 ? -0.8 : 0.8;
  }
  return { chosen, seed: pose.seed + 1, edits: {} };
}
