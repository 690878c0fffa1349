// sharp: libvips; resizes and writes every raster format that browsers know
import sharp from 'sharp';
import { interleave, toBytes, type ImageGeometry } from '@infogan/contract';
import type { Look } from './paint.ts';

/** Interleaved bytes, any number of channels. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

/** The generated pictures one by one, as bytes, enlarged or reduced to the size asked for. */
export async function cutCells(ink: Float32Array, geometry: ImageGeometry, look: Look): Promise<Pixels[]> {
  const { channels, height, width } = geometry;
  const length = channels * height * width;
  const cells: Pixels[] = [];
  for (let start = 0; start < ink.length; start += length) {
    const data = interleave(toBytes(ink.subarray(start, start + length)), geometry);
    cells.push(await resize({ width, height, channels, data }, look));
  }
  return cells;
}

async function resize(cell: Pixels, { size, scale }: Look): Promise<Pixels> {
  if (size === null || size === cell.height) return cell;
  const width = Math.max(1, Math.round((cell.width * size) / cell.height));
  if (scale === 'nearest') return resizeNearest(cell, width, size);
  const { channels } = cell;
  const data = await sharp(cell.data, { raw: { ...cell, channels: channels as 1 | 3 } })
    .resize(width, size, { kernel: 'cubic', fit: 'fill' })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw()
    .toBuffer();
  return { width, height: size, channels, data };
}

/** Exact squares at whole multiples; libvips' nearest kernel shifts by half a pixel. */
function resizeNearest(cell: Pixels, width: number, height: number): Pixels {
  const { channels } = cell;
  const data = new Uint8Array(width * height * channels);
  for (let y = 0, to = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * cell.height) / height) * cell.width;
    for (let x = 0; x < width; x++) {
      const from = (row + Math.floor(((x + 0.5) * cell.width) / width)) * channels;
      for (let c = 0; c < channels; c++) data[to++] = cell.data[from + c]!;
    }
  }
  return { width, height, channels, data };
}

/** Lays cells out row by row, `gap` pixels of paper between neighbours. */
export function layOut(cells: readonly Pixels[], columns: number, gap: number): Pixels {
  const { width, height, channels } = cells[0]!;
  const rows = Math.ceil(cells.length / columns);
  const sheet = {
    width: columns * (width + gap) - gap,
    height: rows * (height + gap) - gap,
    channels,
  };
  const data = new Uint8Array(sheet.width * sheet.height * channels);
  cells.forEach((cell, i) => {
    const left = (i % columns) * (width + gap);
    const top = Math.floor(i / columns) * (height + gap);
    for (let y = 0; y < height; y++) {
      const line = cell.data.subarray(y * width * channels, (y + 1) * width * channels);
      data.set(line, ((top + y) * sheet.width + left) * channels);
    }
  });
  return { ...sheet, data };
}

/** Ink between paper and full ink takes the colour between theirs. Grey pictures only; others are inverted at most. */
export function tint(pixels: Pixels, { invert, color, background }: Look): Pixels {
  const { width, height, channels, data } = pixels;
  if (channels !== 1 || (color === null && background === null)) {
    return invert ? { ...pixels, data: data.map((value) => 255 - value) } : pixels;
  }
  const ink = [...(color ?? [255, 255, 255]), 255];
  const paper = background === 'transparent' ? [...ink.slice(0, 3), 0] : [...(background ?? [0, 0, 0]), 255];
  const [full, empty] = invert ? [paper, ink] : [ink, paper];
  const out = background === 'transparent' ? 4 : 3;
  const painted = new Uint8Array(width * height * out);
  const table = Uint8Array.from({ length: 256 * out }, (_, i) => {
    const share = Math.floor(i / out) / 255;
    return Math.round(empty[i % out]! + (full[i % out]! - empty[i % out]!) * share);
  });
  data.forEach((value, i) => {
    for (let c = 0; c < out; c++) painted[i * out + c] = table[value * out + c]!;
  });
  return { width, height, channels: out, data: painted };
}
