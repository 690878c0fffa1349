import { uniforms } from '@infogan/contract';
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { ClassStrips } from '../controls/class-strip.tsx';
import { CodeSliders } from '../controls/code-sliders.tsx';
import { Loupe } from '../controls/loupe.tsx';
import { Pad } from '../controls/pad.tsx';
import { useDrawing } from '../controls/use-drawing.ts';
import { useShortcuts } from '../controls/use-shortcuts.ts';
import { Writing } from '../controls/writing.tsx';
import type { Row } from '../engine/protocol.ts';
import { axesOf, type Axis, type AxisStep } from '../model/axes.ts';
import { paintTiles } from '../picture/ink.ts';
import { usePlayground } from '../state/context.ts';
import type { Look } from '../state/pose.ts';

/** A hundred pictures at once: any two axes of the latent code, redrawn while anything changes. */
export function Atlas() {
  useShortcuts();
  const { spec, model, extras } = usePlayground();
  const axes = axesOf(spec.value, model.value?.manifest.controls ?? {});
  const named = (key: string) => axes.find((axis) => axis.key === extras.value[key]);
  const rows = named('atlas.rows') ?? axes[0]!;
  const other = named('atlas.columns') ?? axes.find((axis) => axis !== rows) ?? rows;
  const columns = other === rows ? spread(rows) : other;
  const taken = [rows.key, columns.key];
  return (
    <section class="stage atlas-view" aria-labelledby="atlas-title">
      <div class="stage-head">
        <h1 id="atlas-title">All at once.</h1>
        <p class="lead">
          Every change reaches every picture. Hover to enlarge, click to put one on the stage.
        </p>
        <div class="axes">
          <AxisChoice label="Rows" axes={axes} extra="atlas.rows" chosen={rows} />
          <AxisChoice label="Columns" axes={axes} extra="atlas.columns" chosen={columns} />
        </div>
      </div>
      <div class="stage-picture">
        <Plane key={taken.join(' ')} rows={rows} columns={columns} />
      </div>
      <div class="stage-side">
        <Writing />
        <ClassStrips except={taken} />
        {!uniforms(spec.value).some(({ name }) => taken.includes(name)) && <Pad />}
        <CodeSliders except={taken} />
      </div>
    </section>
  );
}

function AxisChoice({
  label,
  axes,
  extra,
  chosen,
}: {
  label: string;
  axes: Axis[];
  extra: string;
  chosen: Axis;
}) {
  const { extras } = usePlayground();
  return (
    <label>
      <span>{label}</span>
      <select
        value={chosen.key}
        onChange={(event) => (extras.value = { ...extras.value, [extra]: event.currentTarget.value })}
      >
        {axes.map(({ key, title }) => (
          <option key={key} value={key}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The pictures of two axes, and over each a button. */
function Plane({ rows, columns }: { rows: Axis; columns: Axis }) {
  const playground = usePlayground();
  const { motion, model, engine } = playground;
  const canvas = useRef<HTMLCanvasElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  const pictures = useRef<Float32Array>(new Float32Array());
  const looked = useSignal<number | null>(null);
  const painted = useSignal(0);
  useDrawing(() => {
    const image = model.value?.manifest.image;
    const look = motion.look.value;
    if (image === undefined) return;
    const cells = rows.steps.flatMap((row) => columns.steps.map((column) => cellRow(look, row, column)));
    engine.scheduler.request('atlas', cells, ({ images }) => {
      pictures.current = images;
      if (canvas.current !== null) paintTiles(canvas.current, images, image, columns.steps.length);
      painted.value++;
    });
  });
  const across = columns.steps.length;
  const bring = (row: AxisStep, column: AxisStep) => {
    const { chosen, seed } = cellRow(motion.look.value, row, column);
    playground.view.value = 'stage';
    void playground.goTo({
      chosen,
      seed,
      edits: seed === motion.look.value.seed ? playground.pose.value.edits : {},
    });
  };
  const key = (event: KeyboardEvent) => {
    const buttons = [...grid.current!.querySelectorAll('button')];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: across }[event.key];
    const next = step === undefined ? undefined : buttons[at + step];
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
  };
  return (
    <div class="plane" style={{ '--across': across, '--down': rows.steps.length }}>
      <canvas ref={canvas} data-testid="atlas" aria-hidden="true" />
      <div
        ref={grid}
        class="plane-cells"
        role="grid"
        tabIndex={-1}
        aria-label={`${rows.title} by ${columns.title}`}
        onKeyDown={key}
        onPointerLeave={() => (looked.value = null)}
      >
        {rows.steps.map((row, i) => (
          <div role="row" key={row.label}>
            {columns.steps.map((column, j) => (
              <div role="gridcell" key={column.label}>
                <button
                  type="button"
                  tabIndex={i === 0 && j === 0 ? 0 : -1}
                  aria-label={`${row.label}, ${column.label}`}
                  onPointerEnter={() => (looked.value = i * across + j)}
                  onFocus={() => (looked.value = i * across + j)}
                  onBlur={() => (looked.value = null)}
                  onClick={() => bring(row, column)}
                />
              </div>
            ))}
          </div>
        ))}
      </div>
      <Loupe
        pictures={pictures}
        painted={painted}
        index={looked}
        columns={across}
        rows={rows.steps.length}
        words={(index) =>
          `${rows.steps[Math.floor(index / across)]!.label}, ${columns.steps[index % across]!.label}`
        }
      />
    </div>
  );
}

/** The same axis a second time: steps of ten handwritings, so that both ways together show a hundred. */
function spread(axis: Axis): Axis {
  const { steps } = axis;
  return { ...axis, steps: steps.map((step) => ({ ...step, seed: step.seed * steps.length })) };
}

/** What one cell shows: the look of this moment with both steps applied. */
function cellRow(look: Look, row: AxisStep, column: AxisStep): Row {
  const moved = row.seed + column.seed;
  const chosen = { ...look.chosen, ...column.chosen, ...row.chosen };
  const seed = look.seed + moved;
  return look.noise === undefined || moved > 0 ? { chosen, seed } : { chosen, seed, noise: look.noise };
}
