import { useComputed, type ReadonlySignal } from '@preact/signals';
import { codeWords, signed } from '../model/words.ts';
import { usePlayground } from '../state/context.ts';

/** What is on the stage, in words: "digit 3, slant +0.40, thickness −1.00, handwriting 1". */
export function usePoseSentence(): ReadonlySignal<string> {
  const { model, pose } = usePlayground();
  return useComputed(() => {
    if (model.value === null) return 'no picture yet';
    const { latent, controls } = model.value.manifest;
    const { chosen, seed } = pose.value;
    const words = latent.flatMap((part) => {
      const value = chosen[part.name] ?? 0;
      if (part.kind === 'categorical') return [`${part.name} ${part.labels[value]}`];
      return part.kind === 'uniform' ? [`${codeWords(part, controls).label} ${signed(value)}`] : [];
    });
    return [...words, `handwriting ${seed}`].join(', ');
  });
}
