import { categoricals, type CategoricalPart } from '@infogan/contract';
import { useRef } from 'preact/hooks';
import { paintTiles } from '../picture/ink.ts';
import { usePlayground } from '../state/context.ts';
import { useDrawing } from './use-drawing.ts';

/** One strip per categorical code, the first of them live; `except` names those not wanted. */
export function ClassStrips({ except = [] }: { except?: readonly string[] }) {
  const { spec } = usePlayground();
  return categoricals(spec.value).map((part, k) =>
    except.includes(part.name) ? null : <ClassStrip key={part.name} part={part} live={k === 0} />,
  );
}

/** All classes in the handwriting and codes of this moment: they lean and thicken along with the stage. */
function ClassStrip({ part, live }: { part: CategoricalPart; live: boolean }) {
  const playground = usePlayground();
  const { model, motion, engine, pose } = playground;
  const strip = useRef<HTMLFieldSetElement>(null);
  useDrawing(() => {
    const image = model.value?.manifest.image;
    const { chosen, seed, noise } = motion.look.value;
    if (image === undefined || !live) return;
    const rows = part.labels.map((_, index) => ({
      seed,
      chosen: { ...chosen, [part.name]: index },
      ...(noise === undefined ? {} : { noise }),
    }));
    engine.scheduler.request('strip', rows, ({ images }) => {
      const size = images.length / rows.length;
      strip.current?.querySelectorAll('canvas').forEach((canvas, k) => {
        paintTiles(canvas, images.subarray(k * size, (k + 1) * size), image, 1);
      });
    });
  });
  return (
    <fieldset ref={strip} class="strip" data-testid={`strip-${part.name}`}>
      <legend>{part.name}</legend>
      {part.labels.map((label, index) => (
        <label key={label} class="strip-class">
          <input
            type="radio"
            name={part.name}
            value={label}
            checked={pose.value.chosen[part.name] === index}
            onChange={() => void playground.setClass(part.name, index)}
          />
          {live && <canvas aria-hidden="true" />}
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  );
}
