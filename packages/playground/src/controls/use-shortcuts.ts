import { useEffect } from 'preact/hooks';
import { usePlayground } from '../state/context.ts';
import { MOVES } from './pad.tsx';
import { padParts } from './use-drag-codes.ts';

const STEP = 0.1;
const LEAP = 0.5;

/**
 * Keys that work wherever nothing else wants them: arrows move the first two codes, a class's own character
 * picks it, N writes anew, P shows the cells.
 */
export function useShortcuts(): void {
  const playground = usePlayground();
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || wantsKeys(event.target)) return;
      const move = MOVES[event.key];
      const { chosen } = playground.pose.value;
      const [x, y] = padParts(playground.spec.value);
      const main = playground.spec.value.find((part) => part.kind === 'categorical');
      if (move !== undefined) {
        const step = event.shiftKey ? LEAP : STEP;
        playground.setCodes({
          ...(x === undefined ? {} : { [x.name]: (chosen[x.name] ?? 0) + move[0] * step }),
          ...(y === undefined ? {} : { [y.name]: (chosen[y.name] ?? 0) + move[1] * step }),
        });
        event.preventDefault();
      } else if (main !== undefined && main.labels.includes(event.key)) {
        void playground.setClass(main.name, main.labels.indexOf(event.key));
      } else if (event.key === 'n' || event.key === 'N') {
        void playground.newHandwriting();
      } else if (event.key === 'p' || event.key === 'P') {
        playground.settings.cells.value = !playground.settings.cells.value;
      }
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}

/** Fields, sliders and grids have their own use for keys. */
function wantsKeys(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, dialog, [role=grid]') !== null;
}
