import type { ReadonlySignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { enlarge } from '../picture/enlarge.ts';
import { inkColour, inkImage } from '../picture/ink.ts';
import { usePlayground } from '../state/context.ts';
import { context2d } from '../picture/context.ts';
import { useDrawing } from './use-drawing.ts';

interface LoupeProps {
  readonly pictures: { readonly current: Float32Array };
  /** Counts paints: the enlarged picture lives along. */
  readonly painted: ReadonlySignal<number>;
  readonly index: ReadonlySignal<number | null>;
  readonly columns: number;
  readonly rows: number;
  readonly words: (index: number) => string;
}

const FACTOR = 6;

/** The picture under the pointer, enlarged beside it. */
export function Loupe({ pictures, painted, index, columns, rows, words }: LoupeProps) {
  const { model } = usePlayground();
  const canvas = useRef<HTMLCanvasElement>(null);
  useDrawing(() => {
    const at = index.value;
    const image = model.value?.manifest.image;
    if (painted.value === 0 || at === null || image === undefined || canvas.current === null) return;
    const size = image.channels * image.width * image.height;
    const picture = pictures.current.subarray(at * size, (at + 1) * size);
    if (picture.length < size) return;
    const factor = image.channels === 1 ? FACTOR : 1;
    const large = factor === 1 ? picture : enlarge(picture, image.width, image.height, factor);
    const [width, height] = [image.width * factor, image.height * factor];
    Object.assign(canvas.current, { width, height });
    const pixels = inkImage(large, { channels: image.channels, width, height }, inkColour());
    context2d(canvas.current).putImageData(pixels, 0, 0);
  });
  const at = index.value;
  const [column, row] = [(at ?? 0) % columns, Math.floor((at ?? 0) / columns)];
  const place = {
    '--column': Math.min(0.82, Math.max(0.18, (column + 0.5) / columns)),
    '--row': Math.min(0.82, Math.max(0.18, (row + 0.5) / rows)),
  };
  return (
    <div class="loupe" data-shown={at !== null} data-testid="loupe" style={place} aria-hidden="true">
      <canvas ref={canvas} />
      <span>{at === null ? '' : words(at)}</span>
    </div>
  );
}
