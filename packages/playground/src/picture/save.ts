import type { ImageGeometry } from '@infogan/contract';
import { enlarge } from './enlarge.ts';
import { context2d } from './context.ts';

/** Hands a file to the browser's downloads. */
export function saveFile(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** The picture as MNIST has it and the server sends it: its own size, white ink on black. */
export function plainCanvas(picture: Float32Array, geometry: ImageGeometry): HTMLCanvasElement {
  return greyCanvas(picture, geometry, (ink) => ink * 255);
}

/** The smoothed stroke, dark on white, for a slide or a worksheet. */
export function largeCanvas(picture: Float32Array, geometry: ImageGeometry, factor = 24): HTMLCanvasElement {
  if (geometry.channels !== 1) return plainCanvas(picture, geometry);
  const { width, height } = geometry;
  const size = { channels: 1 as const, width: width * factor, height: height * factor };
  return greyCanvas(enlarge(picture, width, height, factor), size, (ink) => 255 - ink * 235);
}

export function greyCanvas(
  picture: Float32Array,
  { channels, width, height }: ImageGeometry,
  grey: (ink: number) => number,
): HTMLCanvasElement {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const image = new ImageData(width, height);
  const plane = width * height;
  for (let i = 0; i < plane; i++) {
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = grey(picture[(channels === 1 ? 0 : c * plane) + i]!);
    image.data[4 * i + 3] = 255;
  }
  context2d(canvas).putImageData(image, 0, 0);
  return canvas;
}

export function pngOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob === null ? reject(new Error('save: no PNG was made')) : resolve(blob)),
      'image/png',
    );
  });
}
