import { CONTINUOUS_INPUT, categoricals, uniforms, type Manifest } from '@infogan/contract';
import { useSignal, useSignalEffect } from '@preact/signals';
import { codeWords, signed } from '../model/words.ts';
import { lookRows } from '../state/pose.ts';
import { usePlayground } from '../state/context.ts';
import type { Reading } from '../engine/protocol.ts';

/** What was asked of G, and what Q reads in the picture it drew. */
export function ReadBack({ manifest }: { manifest: Manifest }) {
  const { engine, motion, pose } = usePlayground();
  const reading = useSignal<Reading | null>(null);
  useSignalEffect(() => {
    const { chosen, seed } = pose.value;
    const { image } = manifest;
    const look = { ...motion.look.peek(), chosen, seed, fade: null };
    void engine
      .ask('generate', lookRows(look))
      .then(({ images }) =>
        engine.ask('read', { width: image.width, height: image.height, ink: images }, true),
      )
      .then((read) => (reading.value = read))
      // a device that went away has been reported already
      .catch(() => undefined);
  });
  const read = reading.value?.values;
  const { chosen } = pose.value;
  return (
    <table class="readback">
      <thead>
        <tr>
          <td />
          <th scope="col">asked</th>
          <th scope="col">read</th>
        </tr>
      </thead>
      <tbody>
        {categoricals(manifest.latent).map((part) => {
          const shares = read?.[part.name];
          const best = shares?.indexOf(Math.max(...shares));
          return (
            <tr key={part.name}>
              <th scope="row">{part.name}</th>
              <td>{part.labels[chosen[part.name] ?? 0]}</td>
              <td>{best === undefined ? '…' : part.labels[best]}</td>
            </tr>
          );
        })}
        {uniforms(manifest.latent).map((part, k) => (
          <tr key={part.name}>
            <th scope="row">{codeWords(part, manifest.controls).label}</th>
            <td>{signed(chosen[part.name] ?? 0)}</td>
            <td>{read === undefined ? '…' : signed(read[CONTINUOUS_INPUT]![k]!)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
