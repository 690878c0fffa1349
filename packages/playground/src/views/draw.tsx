import { categoricals, uniforms, CONTINUOUS_INPUT } from '@infogan/contract';
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { Bars } from '../controls/bars.tsx';
import { DrawingSheet } from '../controls/drawing-sheet.tsx';
import { Pad } from '../controls/pad.tsx';
import { Picture } from '../controls/picture.tsx';
import { Sheet } from '../controls/sheet.tsx';
import type { Drawing, Reading } from '../engine/protocol.ts';
import { noun } from '../model/parts.ts';
import { usePlayground } from '../state/context.ts';
import { sentence, type Playground } from '../state/playground.ts';

/** Handwritings tried to find the one that comes closest to a drawing. */
const HANDS = 256;

/** Draw something: the recognizer reads it, and the generator writes it again, to be restyled. */
export function Draw() {
  const playground = usePlayground();
  const { spec, model } = playground;
  const reading = useSignal<Reading | null>(null);
  const trouble = useSignal<string | null>(null);
  const reader = useRef(new Reader(playground)).current;
  const thing = noun(spec.value);

  const receive = async (drawing: Drawing | null, finished: boolean) => {
    try {
      const read = await reader.read(drawing, finished);
      if (read !== undefined) reading.value = read;
      trouble.value = null;
    } catch (error) {
      trouble.value = sentence(error);
    }
  };
  const read = reading.value;
  if (model.value?.manifest.graphs.recognizer === null) {
    return (
      <section class="draw" aria-labelledby="draw-title">
        <header>
          <h1 id="draw-title">It writes, but it cannot read.</h1>
          <p class="lead">
            This model was trained without a recognizer, so there is nobody to look at your drawing. An
            InfoGAN has one: choose such a model above.
          </p>
        </header>
      </section>
    );
  }
  return (
    <section class="draw" aria-labelledby="draw-title">
      <header>
        <h1 id="draw-title">Your hand, its hand.</h1>
        <p class="lead">
          Draw a {thing}. The second network reads which one it is and how it is written; the first writes it
          again. Then drag the dot to restyle it.
        </p>
      </header>
      <div class="draw-yours">
        <h2>You draw</h2>
        <DrawingSheet onDrawing={(drawing, finished) => void receive(drawing, finished)} />
        {trouble.value !== null && <p class="refusal">{trouble.value}</p>}
      </div>
      <div class="draw-read">
        <h2>It reads</h2>
        <div class="draw-seen">
          <Picture pixels={read?.framed ?? null} label="What the recognizer is shown" testId="framed" />
          <p class="quiet">Scaled and centred as the training pictures were: this is all it sees.</p>
        </div>
        {categoricals(spec.value).map((part) => (
          <Bars key={part.name} part={part} shares={read?.values[part.name] ?? null} />
        ))}
      </div>
      <div class="draw-again">
        <h2>It writes</h2>
        <Sheet />
      </div>
      <div class="draw-style">
        <h2>You restyle</h2>
        <Pad mark={read === null ? null : codesOf(playground, read)} />
      </div>
    </section>
  );
}

/** Reads drawings one at a time, always the newest, and brings what was read to the stage. */
class Reader {
  readonly #playground: Playground;
  #busy = false;
  #next: { drawing: Drawing | null; finished: boolean } | null = null;

  constructor(playground: Playground) {
    this.#playground = playground;
  }

  /** The reading; null for an empty sheet; undefined when a newer drawing took over. */
  async read(drawing: Drawing | null, finished: boolean): Promise<Reading | null | undefined> {
    if (this.#busy) {
      this.#next = { drawing, finished: finished || (this.#next?.finished ?? false) };
      return undefined;
    }
    this.#busy = true;
    try {
      let [current, done] = [drawing, finished];
      for (;;) {
        const reading = current === null ? null : await this.#readOne(current, done);
        if (this.#next === null) return reading;
        ({ drawing: current, finished: done } = this.#next);
        this.#next = null;
      }
    } finally {
      this.#busy = false;
    }
  }

  async #readOne(drawing: Drawing, finished: boolean): Promise<Reading> {
    const { engine, spec, pose } = this.#playground;
    const reading = await engine.ask('read', drawing, false);
    const chosen: Record<string, number> = { ...codesOf(this.#playground, reading) };
    for (const { name } of categoricals(spec.value)) {
      const shares = reading.values[name]!;
      chosen[name] = shares.indexOf(Math.max(...shares));
    }
    // while the hand moves the writing follows in the hand it has; then the closest of many hands is found
    const seed = finished ? await engine.ask('match', reading.framed, chosen, 1, HANDS) : pose.value.seed;
    void this.#playground.goTo({ chosen, seed, edits: {} });
    return reading;
  }
}

/** The continuous codes that were read, kept within what the controls allow. */
function codesOf({ spec }: Playground, { values }: Reading): Record<string, number> {
  const read = values[CONTINUOUS_INPUT];
  return Object.fromEntries(
    uniforms(spec.value).map(({ name, limit }, k) => {
      const value = Math.min(limit, Math.max(-limit, read?.[k] ?? 0));
      return [name, Math.round(value * 100) / 100];
    }),
  );
}
