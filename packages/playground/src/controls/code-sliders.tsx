import { uniforms, type UniformPart } from '@infogan/contract';
import { codeWords, signed } from '../model/words.ts';
import { usePlayground } from '../state/context.ts';

/** One slider per continuous code, in the order of the latent code; `except` names those not wanted. */
export function CodeSliders({ except = [] }: { except?: readonly string[] }) {
  const { spec } = usePlayground();
  const parts = uniforms(spec.value).filter(({ name }) => !except.includes(name));
  if (parts.length === 0) return null;
  return (
    <div class="sliders">
      {parts.map((part) => (
        <CodeSlider key={part.name} part={part} />
      ))}
    </div>
  );
}

function CodeSlider({ part }: { part: UniformPart }) {
  const playground = usePlayground();
  const controls = playground.model.value?.manifest.controls ?? {};
  const { label, low, high } = codeWords(part, controls);
  const value = playground.motion.look.value.chosen[part.name] ?? 0;
  const id = `code-${part.name}`;
  return (
    <div class="slider">
      <label for={id}>
        {label}
        {label !== part.name && <code>{part.name}</code>}
      </label>
      <output for={id}>{signed(value)}</output>
      <input
        id={id}
        type="range"
        min={-part.limit}
        max={part.limit}
        step={0.01}
        value={value}
        aria-valuetext={`${signed(value)}, from ${low} to ${high}`}
        style={{
          '--trained-from': `${50 - 50 / part.limit}%`,
          '--trained-to': `${50 + 50 / part.limit}%`,
        }}
        onInput={(event) => playground.setCodes({ [part.name]: Number(event.currentTarget.value) })}
      />
      <span class="slider-ends" aria-hidden="true">
        <span>{low}</span>
        <span>{high}</span>
      </span>
    </div>
  );
}
