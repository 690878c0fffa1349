import type { ImageGeometry } from '@infogan/contract';
import { largeCanvas } from './save.ts';
import { context2d } from './context.ts';

/** Times the model's own size: 336 pixels for MNIST. */
const FACTOR = 12;
/** Milliseconds per frame. */
const DELAY = 60;
const STRIP_FACTOR = 6;

/** Pictures as an endless GIF that goes there and back again. */
export async function gifOf(pictures: readonly Float32Array[], geometry: ImageGeometry): Promise<Blob> {
  // modern-gif: encodes in the page, without canvas tricks or a server; loaded when somebody asks for a GIF
  const { encode } = await import('modern-gif');
  const thereAndBack = [...pictures, ...pictures.slice(1, -1).toReversed()];
  const frames = thereAndBack.map((picture) => {
    const canvas = largeCanvas(picture, geometry, FACTOR);
    const { data } = context2d(canvas).getImageData(0, 0, canvas.width, canvas.height);
    return { data, delay: DELAY, width: canvas.width, height: canvas.height };
  });
  const { width, height } = frames[0]!;
  const bytes = await encode({ width, height, frames, maxColors: 32 });
  return new Blob([bytes], { type: 'image/gif' });
}

/** Pictures side by side, dark on white. */
export function stripOf(pictures: readonly Float32Array[], geometry: ImageGeometry): HTMLCanvasElement {
  const cells = pictures.map((picture) => largeCanvas(picture, geometry, STRIP_FACTOR));
  const { width, height } = cells[0]!;
  const strip = Object.assign(document.createElement('canvas'), { width: width * cells.length, height });
  const context = context2d(strip);
  cells.forEach((cell, k) => context.drawImage(cell, k * width, 0));
  return strip;
}
