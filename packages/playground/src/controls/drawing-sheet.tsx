import { useEffect, useRef } from 'preact/hooks';
import type { Drawing } from '../engine/protocol.ts';
import { usePlayground } from '../state/context.ts';
import { Strokes, type Point } from './drawing.ts';

/** Pixels of the visible sheet. */
const SIZE = 560;

/** A sheet to draw on with mouse, pen or finger; every change hands over the whole drawing, null when empty. */
export function DrawingSheet({
  onDrawing,
}: {
  onDrawing: (drawing: Drawing | null, finished: boolean) => void;
}) {
  const { redraws } = usePlayground();
  const canvas = useRef<HTMLCanvasElement>(null);
  const strokes = useRef(new Strokes()).current;
  const latest = useRef(onDrawing);
  latest.current = onDrawing;

  const paint = () => {
    const target = canvas.current;
    if (target !== null) strokes.paint(target, getComputedStyle(target).color);
  };
  const change = (finished: boolean) => {
    paint();
    latest.current(strokes.empty ? null : strokes.ink(), finished);
  };
  useEffect(paint, [redraws.value]);
  useEffect(() => {
    const target = canvas.current;
    if (target === null) return undefined;
    let pen: number | null = null;
    const place = (event: PointerEvent): Point => {
      const { left, top, width, height } = target.getBoundingClientRect();
      return { x: (event.clientX - left) / width, y: (event.clientY - top) / height };
    };
    const down = (event: PointerEvent) => {
      if (pen !== null || event.button !== 0) return;
      pen = event.pointerId;
      target.setPointerCapture(pen);
      strokes.begin(place(event));
      change(false);
    };
    const move = (event: PointerEvent) => {
      if (event.pointerId !== pen) return;
      // the browser gathers a fast hand's points into one event
      const points = event.getCoalescedEvents?.() ?? [];
      for (const point of points.length > 0 ? points : [event]) strokes.extend(place(point));
      change(false);
    };
    const up = (event: PointerEvent) => {
      if (event.pointerId !== pen) return;
      pen = null;
      change(true);
    };
    target.addEventListener('pointerdown', down);
    target.addEventListener('pointermove', move);
    target.addEventListener('pointerup', up);
    target.addEventListener('pointercancel', up);
    return () => {
      target.removeEventListener('pointerdown', down);
      target.removeEventListener('pointermove', move);
      target.removeEventListener('pointerup', up);
      target.removeEventListener('pointercancel', up);
    };
  }, []);

  return (
    <div class="drawing">
      <canvas
        ref={canvas}
        class="sheet drawing-sheet"
        width={SIZE}
        height={SIZE}
        style={{ '--columns': 28, '--rows': 28 }}
        data-testid="drawing"
        role="img"
        aria-label="A sheet to draw on with pointer or finger"
      />
      <div class="writing">
        <button
          type="button"
          onClick={() => {
            strokes.clear();
            change(true);
          }}
        >
          Clear
        </button>
        <button
          type="button"
          onClick={() => {
            strokes.undo();
            change(true);
          }}
        >
          Undo
        </button>
      </div>
    </div>
  );
}
