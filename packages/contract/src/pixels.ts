import type { ImageGeometry } from './manifest.ts';

/** Ink in [0, 1] to a byte, 255 = ink; out-of-range values are clamped. */
export function toByte(ink: number): number {
  return Math.min(255, Math.max(0, Math.round(ink * 255)));
}

/** Pictures in [0, 1] to bytes, same order. */
export function toBytes(pixels: Float32Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pixels.length);
  for (let i = 0; i < pixels.length; i++) bytes[i] = toByte(pixels[i]!);
  return bytes;
}

/** Bytes to [0, 1]. */
export function fromBytes(bytes: ArrayLike<number>): Float32Array<ArrayBuffer> {
  const pixels = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) pixels[i] = bytes[i]! / 255;
  return pixels;
}

/** Planar [channels, height, width] to interleaved [height, width, channels], as image encoders want it. */
export function interleave(planar: Uint8Array, { channels, height, width }: ImageGeometry): Uint8Array {
  if (channels === 1) return planar;
  const plane = height * width;
  const interleaved = new Uint8Array(planar.length);
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < plane; i++) interleaved[i * channels + c] = planar[c * plane + i]!;
  }
  return interleaved;
}

/** A raster of interleaved bytes. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
}

/**
 * Lays pictures out as a sheet, row by row.
 * @param pictures bytes [count, channels, height, width]
 * @param columns pictures in a row
 * @param gap pixels of `background` between neighbours and around the edge
 */
export function tile(
  pictures: Uint8Array,
  geometry: ImageGeometry,
  columns: number,
  { gap = 1, background = 64 }: { gap?: number; background?: number } = {},
): Raster {
  const { channels, height, width } = geometry;
  const size = channels * height * width;
  const count = pictures.length / size;
  const rows = Math.ceil(count / columns);
  const sheet = {
    width: columns * (width + gap) + gap,
    height: rows * (height + gap) + gap,
    channels,
    data: new Uint8Array(0),
  };
  sheet.data = new Uint8Array(sheet.width * sheet.height * channels).fill(background);
  const rowBytes = width * channels;
  for (let i = 0; i < count; i++) {
    const picture = interleave(pictures.subarray(i * size, (i + 1) * size), geometry);
    const left = gap + (i % columns) * (width + gap);
    const top = gap + Math.floor(i / columns) * (height + gap);
    for (let y = 0; y < height; y++) {
      const line = picture.subarray(y * rowBytes, (y + 1) * rowBytes);
      sheet.data.set(line, ((top + y) * sheet.width + left) * channels);
    }
  }
  return sheet;
}
