import { uniforms, type LatentSpec, type UniformPart } from '@infogan/contract';
import { useEffect } from 'preact/hooks';
import type { RefObject } from 'preact';
import { usePlayground } from '../state/context.ts';

/** Wheel notches are about a hundred units. */
const WHEEL = 1 / 800;

function isButton(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('button') !== null;
}

/** The two codes that hands move: the first to the right, the second upwards. */
export function padParts(spec: LatentSpec): [UniformPart | undefined, UniformPart | undefined] {
  const [x, y] = uniforms(spec);
  return [x, y];
}

/**
 * Makes an element a handle for the first two codes: drag with mouse or pen, turn the wheel (with shift: the
 * first code). Touch is left alone here, so that a finger on the picture still scrolls the page.
 */
export function useDragCodes(element: RefObject<HTMLElement | null>): void {
  const playground = usePlayground();
  useEffect(() => {
    const target = element.current;
    if (target === null) return undefined;
    const move = (right: number, up: number) => {
      const [x, y] = padParts(playground.spec.value);
      const { chosen } = playground.pose.value;
      const codes: Record<string, number> = {};
      if (x !== undefined && right !== 0) codes[x.name] = (chosen[x.name] ?? 0) + right * x.limit;
      if (y !== undefined && up !== 0) codes[y.name] = (chosen[y.name] ?? 0) + up * y.limit;
      playground.setCodes(codes);
    };
    let last: { x: number; y: number } | null = null;
    const down = (event: PointerEvent) => {
      if (event.pointerType === 'touch' || event.button !== 0 || isButton(event.target)) return;
      target.setPointerCapture(event.pointerId);
      last = { x: event.clientX, y: event.clientY };
    };
    const drag = (event: PointerEvent) => {
      if (last === null) return;
      const { width, height } = target.getBoundingClientRect();
      move((2 * (event.clientX - last.x)) / width, (-2 * (event.clientY - last.y)) / height);
      last = { x: event.clientX, y: event.clientY };
    };
    const up = () => (last = null);
    const wheel = (event: WheelEvent) => {
      if (event.ctrlKey) return;
      event.preventDefault();
      const [right, down] =
        event.shiftKey && event.deltaX === 0 ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
      move(right * WHEEL, -down * WHEEL);
    };
    target.addEventListener('pointerdown', down);
    target.addEventListener('pointermove', drag);
    target.addEventListener('pointerup', up);
    target.addEventListener('pointercancel', up);
    target.addEventListener('wheel', wheel, { passive: false });
    return () => {
      target.removeEventListener('pointerdown', down);
      target.removeEventListener('pointermove', drag);
      target.removeEventListener('pointerup', up);
      target.removeEventListener('pointercancel', up);
      target.removeEventListener('wheel', wheel);
    };
  }, []);
}
