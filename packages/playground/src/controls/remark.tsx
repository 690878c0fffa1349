import { useSignalEffect } from '@preact/signals';
import { usePlayground } from '../state/context.ts';

/** Long enough to read a sentence. */
const SHOWN = 7000;

/** Short messages at the lower edge, read out by screen readers. */
export function Remark() {
  const { remark } = usePlayground();
  useSignalEffect(() => {
    if (remark.value === null) return undefined;
    const timer = setTimeout(() => (remark.value = null), SHOWN);
    return () => clearTimeout(timer);
  });
  return (
    <div class="remark" role="status" aria-live="polite" data-shown={remark.value !== null}>
      {remark.value}
    </div>
  );
}
