import { effect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

/**
 * Asks for pictures as soon as a signal that `draw` reads changes. `useSignalEffect` waits for the next animation
 * frame, which costs a picture under the hand half a frame on average.
 */
export function useDrawing(draw: () => void): void {
  const latest = useRef(draw);
  latest.current = draw;
  useEffect(() => effect(() => latest.current()), []);
}
