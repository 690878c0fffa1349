import { ClassStrips } from '../controls/class-strip.tsx';
import { CodeSliders } from '../controls/code-sliders.tsx';
import { Pad } from '../controls/pad.tsx';
import { Sheet } from '../controls/sheet.tsx';
import { usePlayground } from '../state/context.ts';

export function Stage() {
  const playground = usePlayground();
  const { pose } = playground;
  return (
    <section class="stage" aria-labelledby="stage-title">
      <div class="stage-picture">
        <Sheet />
        <ClassStrips />
      </div>
      <div class="stage-side">
        <h1 id="stage-title">Drag the dot.</h1>
        <p class="lead">
          A network that never saw a label found out by itself that handwriting leans and thickens. These are
          its two dials.
        </p>
        <Pad />
        <CodeSliders />
        <p class="actions">
          <button type="button" class="primary" onClick={() => void playground.newHandwriting()}>
            New handwriting
          </button>
          <span class="seed">
            seed <output data-testid="seed">{pose.value.seed}</output>
          </span>
        </p>
      </div>
    </section>
  );
}
