import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Manifest } from '@infogan/contract';
import { sampleSheets } from '../model/scores.ts';
import { usePlayground } from '../state/context.ts';

/** The sample sheets of the training, from noise to handwriting, on a slider. */
export function TrainingFilm({ manifest }: { manifest: Manifest }) {
  const { engine } = usePlayground();
  const sheets = sampleSheets(manifest);
  const at = useSignal(sheets.length - 1);
  const urls = useSignal<Readonly<Record<string, string>>>({});
  useEffect(() => {
    let closed = false;
    const made: string[] = [];
    const load = async () => {
      for (const { path } of sheets) {
        const url = URL.createObjectURL(new Blob([await engine.ask('file', path)], { type: 'image/png' }));
        made.push(url);
        if (closed) URL.revokeObjectURL(url);
        else urls.value = { ...urls.value, [path]: url };
      }
    };
    void load().catch(() => undefined);
    return () => {
      closed = true;
      for (const url of made) URL.revokeObjectURL(url);
    };
  }, [manifest]);
  const sheet = sheets[at.value];
  if (sheet === undefined) return null;
  const words = `after ${sheet.step.toLocaleString('en')} steps`;
  return (
    <div class="film">
      <div>
        <h2>How it learnt</h2>
        <p class="lead">
          The same noise, drawn again and again while training went on. The columns are the classes, in the
          network’s own order.
        </p>
        <label>
          <span class="film-step">{words}</span>
          <input
            type="range"
            class="range"
            min={0}
            max={sheets.length - 1}
            step={1}
            value={at.value}
            aria-valuetext={words}
            onInput={(event) => (at.value = Number(event.currentTarget.value))}
          />
        </label>
      </div>
      <img src={urls.value[sheet.path]} alt={`Sample sheet ${words}`} data-testid="film" />
    </div>
  );
}
