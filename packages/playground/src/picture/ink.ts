import { toByte, type ImageGeometry } from '@infogan/contract';
import { context2d } from './context.ts';

/** The colour of ink, from the stylesheet: blue-black on paper, chalk on the board. */
export function inkColour(): readonly [number, number, number] {
  const text = getComputedStyle(document.documentElement).getPropertyValue('--ink-rgb');
  const [red = 0, green = 0, blue = 0] = text.trim().split(/[ ,]+/).map(Number);
  return [red, green, blue];
}

/**
 * A picture as the canvas wants it. Grey pictures become ink on transparent ground: alpha is the ink, exactly
 * the byte that the server's PNG holds, and the ground is whatever paper the theme puts below.
 * @param picture float [channels * height * width] in [0, 1]
 */
export function inkImage(
  picture: Float32Array,
  { channels, width, height }: Pick<ImageGeometry, 'channels' | 'width' | 'height'>,
  colour: readonly [number, number, number],
): ImageData {
  const image = new ImageData(width, height);
  const { data } = image;
  const plane = width * height;
  if (channels === 1) {
    // one 32-bit store per pixel; every machine that browsers run on keeps the lowest byte, red, first
    const words = new Uint32Array(data.buffer);
    const [red, green, blue] = colour;
    const ground = red | (green << 8) | (blue << 16);
    for (let i = 0; i < plane; i++) words[i] = ground | (toByte(picture[i]!) << 24);
    return image;
  }
  for (let i = 0; i < plane; i++) {
    for (let c = 0; c < 3; c++) data[4 * i + c] = toByte(picture[c * plane + i]!);
    data[4 * i + 3] = 255;
  }
  return image;
}

/** Pictures side by side on one canvas, which takes the size of the sheet. */
export function paintTiles(
  canvas: HTMLCanvasElement,
  images: Float32Array,
  geometry: ImageGeometry,
  columns: number,
): void {
  const size = geometry.channels * geometry.width * geometry.height;
  const count = images.length / size;
  const [width, height] = [columns * geometry.width, Math.ceil(count / columns) * geometry.height];
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = context2d(canvas);
  const colour = inkColour();
  for (let i = 0; i < count; i++) {
    const tile = inkImage(images.subarray(i * size, (i + 1) * size), geometry, colour);
    context.putImageData(tile, (i % columns) * geometry.width, Math.floor(i / columns) * geometry.height);
  }
}
