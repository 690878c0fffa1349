import { normals } from '@infogan/contract';
import { useSignal } from '@preact/signals';
import type { Noise } from '../engine/protocol.ts';
import { usePlayground } from '../state/context.ts';

/** Normal numbers seldom leave ±3. */
const REACH = 3;

interface Direction {
  readonly part: string;
  readonly index: number;
  /** Share of the strongest direction's influence. */
  readonly share: number;
}

/** Every number of the noise on a slider of its own, those that change the picture most first. */
export function NoiseExplorer() {
  const playground = usePlayground();
  const { engine, pose, motion, spec } = playground;
  const directions = useSignal<readonly Direction[]>([]);
  const count = normals(spec.value).reduce((sum, { size }) => sum + size, 0);
  if (count === 0) return null;

  const rank = async () => {
    const { chosen, seed, noise } = motion.look.value;
    const influence = await engine.ask('influence', {
      chosen,
      seed,
      ...(noise === undefined ? {} : { noise }),
    });
    directions.value = ranked(influence);
  };
  return (
    <details class="noise" onToggle={(event) => event.currentTarget.open && void rank()}>
      <summary>The {count} numbers of its handwriting</summary>
      <p class="quiet">
        Sorted by how much each changes this picture.{' '}
        <button type="button" onClick={() => void rank()}>
          Sort again
        </button>{' '}
        <button
          type="button"
          onClick={() => void playground.goTo({ ...pose.value, edits: {} })}
          disabled={Object.keys(pose.value.edits).length === 0}
        >
          Back to the seed
        </button>
      </p>
      <div class="noise-list">
        {directions.value.map(({ part, index, share }) => {
          const value = motion.look.value.noise?.[part]?.[index] ?? 0;
          return (
            <label
              key={`${part}.${index}`}
              data-testid={`noise-${part}-${index}`}
              style={{ '--share': share }}
            >
              <span>
                {part}
                <sub>{index}</sub>
              </span>
              <input
                type="range"
                class="range"
                min={-REACH}
                max={REACH}
                step={0.01}
                value={value}
                onInput={(event) => void playground.editNoise(part, index, Number(event.currentTarget.value))}
              />
            </label>
          );
        })}
      </div>
    </details>
  );
}

function ranked(influence: Noise): Direction[] {
  const all = Object.entries(influence).flatMap(([part, values]) =>
    [...values].map((value, index) => ({ part, index, value })),
  );
  const most = Math.max(...all.map(({ value }) => value));
  return all
    .sort((a, b) => b.value - a.value)
    .map(({ part, index, value }) => ({ part, index, share: most === 0 ? 0 : value / most }));
}
