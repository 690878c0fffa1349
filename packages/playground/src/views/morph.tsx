import { categoricals } from '@infogan/contract';
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { ClassStrips } from '../controls/class-strip.tsx';
import { CodeSliders } from '../controls/code-sliders.tsx';
import { NoiseExplorer } from '../controls/noise-explorer.tsx';
import { Pad } from '../controls/pad.tsx';
import { Sheet } from '../controls/sheet.tsx';
import { useDrawing } from '../controls/use-drawing.ts';
import { Writing } from '../controls/writing.tsx';
import { gifOf, stripOf } from '../picture/animation.ts';
import { paintTiles } from '../picture/ink.ts';
import { pngOf, saveFile } from '../picture/save.ts';
import { usePlayground } from '../state/context.ts';
import { lookRows } from '../state/pose.ts';
import { Morph as MorphState, type End } from '../state/morph.ts';

const STRIP = 8;
const FRAMES = 20;

/** Two states and everything between them. */
export function Morph() {
  const playground = usePlayground();
  const morph = useRef<MorphState | null>(null);
  morph.current ??= new MorphState(playground);
  const state = morph.current;
  useEffect(() => state.begin(), []);
  return (
    <section class="morph" aria-labelledby="morph-title">
      <header>
        <h1 id="morph-title">From A to B.</h1>
        <p class="lead">
          Every point on the way is a picture of its own: the noise turns along a sphere, the dials slide.
          {categoricals(playground.spec.value).length > 0 &&
            ' Only the class is a choice; between two classes their pictures are blended.'}
        </p>
      </header>
      <div class="morph-way">
        <EndCard morph={state} end="a" />
        <div class="morph-between">
          <Sheet />
          <label class="morph-slider">
            <span class="visually-hidden">Way from A to B</span>
            <input
              type="range"
              class="range"
              min={0}
              max={1}
              step={0.005}
              value={state.t.value}
              data-testid="mix"
              aria-valuetext={state.sentence.value}
              onInput={(event) => {
                state.playing.value = false;
                state.move(Number(event.currentTarget.value));
              }}
            />
          </label>
          <Exports morph={state} />
        </div>
        <EndCard morph={state} end="b" />
      </div>
      {state.editing.value === null ? (
        <p class="quiet">Choose A or B to change it.</p>
      ) : (
        <div class="morph-edit">
          <h2>Change {state.editing.value.toUpperCase()}</h2>
          <div class="morph-controls">
            <div>
              <ClassStrips />
              <Writing />
              <CodeSliders />
            </div>
            <Pad />
          </div>
          <NoiseExplorer />
        </div>
      )}
    </section>
  );
}

function EndCard({ morph, end }: { morph: MorphState; end: End }) {
  const { engine, model, redraws } = usePlayground();
  const canvas = useRef<HTMLCanvasElement>(null);
  useDrawing(() => {
    const image = model.value?.manifest.image;
    // drawn again when the canvases were lost, too
    const [drawn] = [morph[end].value, redraws.value];
    if (image === undefined) return;
    void morph.lookOf(drawn).then((look) => {
      engine.scheduler.request(end, lookRows(look), ({ images }) => {
        if (canvas.current !== null) paintTiles(canvas.current, images, image, 1);
      });
    });
  });
  return (
    <button
      type="button"
      class="end"
      aria-pressed={morph.editing.value === end}
      data-testid={`end-${end}`}
      onClick={() => morph.edit(end)}
    >
      <canvas ref={canvas} aria-hidden="true" />
      <span>Change {end.toUpperCase()}</span>
    </button>
  );
}

function Exports({ morph }: { morph: MorphState }) {
  const playground = usePlayground();
  const busy = useSignal(false);
  const save = async (make: () => Promise<[name: string, blob: Blob]>) => {
    busy.value = true;
    try {
      const [name, blob] = await make();
      saveFile(name, blob);
      playground.say(`${name} saved, ${Math.ceil(blob.size / 1000)} kB.`);
    } finally {
      busy.value = false;
    }
  };
  const geometry = playground.model.value!.manifest.image;
  return (
    <div class="writing">
      <button
        type="button"
        class="primary"
        aria-pressed={morph.playing.value}
        onClick={() => (morph.playing.value = !morph.playing.value)}
      >
        {morph.playing.value ? 'Pause' : 'Play'}
      </button>
      <button
        type="button"
        disabled={busy.value}
        onClick={() =>
          void save(async () => ['morph.gif', await gifOf(await morph.frames(FRAMES), geometry)])
        }
      >
        Save GIF
      </button>
      <button
        type="button"
        disabled={busy.value}
        onClick={() =>
          void save(async () => ['morph.png', await pngOf(stripOf(await morph.frames(STRIP), geometry))])
        }
      >
        Save strip
      </button>
    </div>
  );
}
