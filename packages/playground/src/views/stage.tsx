import { categoricals, uniforms, type LatentSpec } from '@infogan/contract';
import { ClassStrips } from '../controls/class-strip.tsx';
import { CodeSliders } from '../controls/code-sliders.tsx';
import { Pad } from '../controls/pad.tsx';
import { Share } from '../controls/share.tsx';
import { Sheet } from '../controls/sheet.tsx';
import { useShortcuts } from '../controls/use-shortcuts.ts';
import { Writing } from '../controls/writing.tsx';
import { noun } from '../model/parts.ts';
import { usePlayground } from '../state/context.ts';

/** One large picture and everything that changes it. */
export function Stage() {
  useShortcuts();
  return (
    <section class="stage" aria-labelledby="stage-title">
      <div class="stage-head">
        <Invitation />
      </div>
      <div class="stage-picture">
        <Sheet />
        <ClassStrips />
      </div>
      <div class="stage-side">
        <Pad />
        <CodeSliders />
        <Writing />
        <Share />
        <Keys />
      </div>
    </section>
  );
}

/** The keys that do something with this model. */
function Keys() {
  const { spec } = usePlayground();
  const codes = uniforms(spec.value).length;
  const labels = categoricals(spec.value)[0]?.labels.filter((label) => label.length === 1) ?? [];
  return (
    <p class="keys">
      Keys: {codes > 0 && `arrows move the ${codes > 1 ? 'dot' : 'slider'}, `}
      {labels.length > 1 && (
        <>
          <kbd>{labels[0]}</kbd>–<kbd>{labels.at(-1)}</kbd> pick,{' '}
        </>
      )}
      <kbd>N</kbd> writes anew, <kbd>P</kbd> shows the cells.
      {codes > 0 && ' The wheel works on the picture.'}
    </p>
  );
}

function Invitation() {
  const { spec, model, engine } = usePlayground();
  const time = engine.milliseconds.value;
  const bytes = model.value === null ? 0 : weightOf(model.value.manifest);
  const thing = noun(spec.value);
  return (
    <>
      <h1 id="stage-title">{model.value === null ? 'Drag the dot.' : title(spec.value)}</h1>
      <p class="lead">
        No stored picture here: a network of {bytes === 0 ? 'a megabyte' : megabytes(bytes)} in this page
        draws every {thing} from nothing
        {time > 0 && `, in ${time < 1 ? 'under a millisecond' : `${time.toFixed(0)} ms`}`}.
      </p>
    </>
  );
}

/** What to do first, for whatever codes there are. */
function title(spec: LatentSpec): string {
  const codes = uniforms(spec).length;
  if (codes > 0) return codes > 1 ? 'Drag the dot.' : 'Move the slider.';
  return categoricals(spec).length > 0 ? `Pick a ${noun(spec)}.` : 'Ask for another.';
}

function weightOf({
  files,
  graphs,
}: {
  files: Record<string, { bytes: number }>;
  graphs: { generator: string };
}) {
  return files[graphs.generator]?.bytes ?? 0;
}

function megabytes(bytes: number): string {
  return bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
