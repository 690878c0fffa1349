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
  { channels, width, height }: Size,
  colour: readonly [number, number, number],
): ImageData {
  const image = new ImageData(width, height);
  stamp(image, 0, picture, { channels, width, height }, colour);
  return image;
}

type Size = Pick<ImageGeometry, 'channels' | 'width' | 'height'>;

/** Writes a picture into a larger image, its first pixel at `start`. */
function stamp(
  image: ImageData,
  start: number,
  picture: Float32Array,
  { channels, width, height }: Size,
  [red, green, blue]: readonly [number, number, number],
): void {
  // one 32-bit store per pixel; every machine that browsers run on keeps the lowest byte, red, first
  const words = new Uint32Array(image.data.buffer);
  const plane = width * height;
  const ground = red | (green << 8) | (blue << 16);
  for (let y = 0; y < height; y++) {
    const target = start + y * image.width;
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      words[target + x] =
        channels === 1
          ? ground | (toByte(picture[i]!) << 24)
          : toByte(picture[i]!) |
            (toByte(picture[plane + i]!) << 8) |
            (toByte(picture[2 * plane + i]!) << 16) |
            (255 << 24);
    }
  }
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
  const sheet = new ImageData(width, height);
  const colour = inkColour();
  for (let i = 0; i < count; i++) {
    const start = Math.floor(i / columns) * geometry.height * width + (i % columns) * geometry.width;
    stamp(sheet, start, images.subarray(i * size, (i + 1) * size), geometry, colour);
  }
  context2d(canvas).putImageData(sheet, 0, 0);
}
