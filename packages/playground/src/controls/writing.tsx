import { normals } from '@infogan/contract';
import { usePlayground } from '../state/context.ts';

/** New handwriting, once or without end. */
export function Writing() {
  const playground = usePlayground();
  const { pose, wander, spec } = playground;
  if (normals(spec.value).length === 0) return null;
  return (
    <div class="writing">
      <button type="button" class="primary" onClick={() => void playground.newHandwriting()}>
        New handwriting
      </button>
      <button
        type="button"
        aria-pressed={wander.on.value}
        onClick={() => (wander.on.value = !wander.on.value)}
        title="Walk from handwriting to handwriting"
      >
        Wander
      </button>
      <span class="seed">
        seed <output data-testid="seed">{pose.value.seed}</output>
      </span>
    </div>
  );
}
