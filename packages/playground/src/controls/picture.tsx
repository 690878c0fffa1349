import { useEffect, useRef } from 'preact/hooks';
import { paintTiles } from '../picture/ink.ts';
import { usePlayground } from '../state/context.ts';

/** A small picture as the model has it, every cell a square. */
export function Picture({
  pixels,
  label,
  testId,
}: {
  pixels: Float32Array | null;
  label: string;
  testId?: string;
}) {
  const { model, redraws } = usePlayground();
  const canvas = useRef<HTMLCanvasElement>(null);
  const image = model.value?.manifest.image;
  useEffect(() => {
    if (canvas.current === null || image === undefined) return;
    const blank = new Float32Array(image.channels * image.width * image.height);
    paintTiles(canvas.current, pixels ?? blank, image, 1);
  }, [pixels, image, redraws.value]);
  return <canvas ref={canvas} class="picture" role="img" aria-label={label} data-testid={testId} />;
}
