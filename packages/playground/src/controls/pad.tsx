import type { UniformPart } from '@infogan/contract';
import { useEffect, useRef } from 'preact/hooks';
import { codeWords, signed } from '../model/words.ts';
import { paintTiles } from '../picture/ink.ts';
import { usePlayground } from '../state/context.ts';
import type { Row } from '../engine/protocol.ts';
import { padParts } from './use-drag-codes.ts';
import { useDrawing } from './use-drawing.ts';

/** Faint pictures across the pad, so that one sees where a drag will lead before dragging. */
const FIELD = 7;
const STEP = 0.1;
const LEAP = 0.5;
/** Milliseconds: a mouse may report a thousand times a second. */
const RAW_PAUSE = 5;

/** Codes to be marked on the pad, by name. */
type Mark = Readonly<Record<string, number>> | null;

/** Two codes at once: right and up are more of the first and of the second. `mark` shows where a reading lies. */
export function Pad({ mark = null }: { mark?: Mark }) {
  const playground = usePlayground();
  const [x, y] = padParts(playground.spec.value);
  if (x === undefined || y === undefined) return null;
  return <TwoCodes key={`${x.name} ${y.name}`} x={x} y={y} mark={mark} />;
}

function TwoCodes({ x, y, mark }: { x: UniformPart; y: UniformPart; mark: Mark }) {
  const playground = usePlayground();
  const { model, pose, motion } = playground;
  const pad = useRef<HTMLDivElement>(null);
  const controls = model.value?.manifest.controls ?? {};
  const [across, up] = [codeWords(x, controls), codeWords(y, controls)];
  const valueOf = (part: UniformPart) => motion.look.value.chosen[part.name] ?? 0;
  const set = (right: number, upward: number) => playground.setCodes({ [x.name]: right, [y.name]: upward });

  usePadPointer(pad, (right, upward) => set(right * x.limit, upward * y.limit));
  const key = (event: KeyboardEvent) => {
    const step = event.shiftKey ? LEAP : STEP;
    const { chosen } = pose.value;
    const [right, upward] = MOVES[event.key] ?? [];
    if (event.key === 'Home') set(0, 0);
    else if (right === undefined || upward === undefined) return;
    else set((chosen[x.name] ?? 0) + right * step, (chosen[y.name] ?? 0) + upward * step);
    event.preventDefault();
    event.stopPropagation();
  };
  const placeOf = (right: number, upward: number) => ({
    left: `${50 + (50 * right) / x.limit}%`,
    top: `${50 - (50 * upward) / y.limit}%`,
  });
  const text = `${across.label} ${signed(valueOf(x))}, ${up.label} ${signed(valueOf(y))}`;
  return (
    <div class="pad-frame">
      <span class="pad-word pad-top">{up.high}</span>
      <span class="pad-word pad-left">{across.low}</span>
      <div
        ref={pad}
        class="pad"
        data-testid="pad"
        style={{ '--trained-x': `${100 / x.limit}%`, '--trained-y': `${100 / y.limit}%` }}
      >
        <Field x={x} y={y} />
        <div class="pad-trained" aria-hidden="true">
          <span>seen in training</span>
        </div>
        {mark !== null && (
          <div class="pad-mark" data-testid="pad-mark" style={placeOf(mark[x.name] ?? 0, mark[y.name] ?? 0)}>
            <span>yours</span>
          </div>
        )}
        <div
          class="pad-handle"
          role="slider"
          tabIndex={0}
          style={placeOf(valueOf(x), valueOf(y))}
          aria-label={`${across.label} and ${up.label}`}
          aria-roledescription="two-way slider"
          aria-valuemin={-x.limit}
          aria-valuemax={x.limit}
          aria-valuenow={valueOf(x)}
          aria-valuetext={text}
          onKeyDown={key}
        />
      </div>
      <span class="pad-word pad-right">{across.high}</span>
      <span class="pad-word pad-bottom">{up.low}</span>
    </div>
  );
}

export const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** Calls back with the place under the pointer, both coordinates in [-1, 1], right and up positive. */
function usePadPointer(
  pad: { readonly current: HTMLElement | null },
  place: (right: number, upward: number) => void,
): void {
  const latest = useRef(place);
  latest.current = place;
  useEffect(() => {
    const target = pad.current;
    if (target === null) return undefined;
    let held = false;
    const follow = (event: PointerEvent) => {
      if (!held) return;
      const { left, top, width, height } = target.getBoundingClientRect();
      latest.current((2 * (event.clientX - left)) / width - 1, 1 - (2 * (event.clientY - top)) / height);
    };
    const down = (event: PointerEvent) => {
      if (event.button !== 0) return;
      held = true;
      target.setPointerCapture(event.pointerId);
      follow(event);
    };
    const up = () => (held = false);
    // moves are handed out once per frame; raw updates come as they happen, so that the picture is ready by then
    let last = 0;
    const hurry = (event: Event) => {
      if (event.timeStamp - last < RAW_PAUSE) return;
      last = event.timeStamp;
      follow(event as PointerEvent);
    };
    target.addEventListener('pointerdown', down);
    target.addEventListener('pointerrawupdate', hurry);
    target.addEventListener('pointermove', follow);
    target.addEventListener('pointerup', up);
    target.addEventListener('pointercancel', up);
    return () => {
      target.removeEventListener('pointerdown', down);
      target.removeEventListener('pointerrawupdate', hurry);
      target.removeEventListener('pointermove', follow);
      target.removeEventListener('pointerup', up);
      target.removeEventListener('pointercancel', up);
    };
  }, []);
}

/** The same class and handwriting over the whole pad, faint. */
function Field({ x, y }: { x: UniformPart; y: UniformPart }) {
  const { motion, model, engine, redraws } = usePlayground();
  const canvas = useRef<HTMLCanvasElement>(null);
  const drawn = useRef('');
  useDrawing(() => {
    const image = model.value?.manifest.image;
    const { chosen, seed, noise, fade } = motion.look.value;
    if (image === undefined || noise === undefined || fade !== null) return;
    // moving the handle changes nothing here; the ink's colour does
    const others = { ...chosen, [x.name]: 0, [y.name]: 0 };
    const key = JSON.stringify([others, noise, seed, redraws.value]);
    if (key === drawn.current) return;
    drawn.current = key;
    const rows: Row[] = [];
    for (let i = 0; i < FIELD; i++) {
      for (let j = 0; j < FIELD; j++) {
        const right = ((2 * (j + 0.5)) / FIELD - 1) * x.limit;
        const upward = (1 - (2 * (i + 0.5)) / FIELD) * y.limit;
        rows.push({ seed, noise, chosen: { ...chosen, [x.name]: right, [y.name]: upward } });
      }
    }
    engine.scheduler.request('field', rows, ({ images }) => {
      if (canvas.current !== null) paintTiles(canvas.current, images, image, FIELD);
    });
  });
  return <canvas ref={canvas} class="pad-field" aria-hidden="true" />;
}
