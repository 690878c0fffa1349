import type { CategoricalPart } from '@infogan/contract';

/** The recognizer's probabilities, one bar per class; the longest is named. */
export function Bars({ part, shares }: { part: CategoricalPart; shares: Float32Array | null }) {
  const best = shares === null ? -1 : shares.indexOf(Math.max(...shares));
  return (
    <div
      class="bars"
      role="group"
      aria-label={`How likely each ${part.name} is`}
      data-testid={`bars-${part.name}`}
    >
      {part.labels.map((label, k) => {
        const share = shares?.[k] ?? 0;
        return (
          <div class="bar" key={label} data-best={k === best}>
            <span class="bar-label">{label}</span>
            <span
              class="bar-track"
              role="meter"
              aria-label={`${part.name} ${label}`}
              aria-valuemin={0}
              aria-valuemax={100}
              aria-valuenow={Math.round(share * 100)}
            >
              <span style={{ '--share': share }} />
            </span>
            <span class="bar-number" aria-hidden="true">
              {shares === null ? '' : `${Math.round(share * 100)} %`}
            </span>
          </div>
        );
      })}
    </div>
  );
}
