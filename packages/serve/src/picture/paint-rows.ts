import { type ImageGeometry } from '@infogan/contract';
import sharp, { type Sharp } from 'sharp';
import { cutCells, layOut, tint, type Pixels } from './cells.ts';
import { formatNpy } from './npy.ts';
import type { Format, Paint } from './paint.ts';

// workers are the parallelism; libvips' own threads would only fight them
sharp.concurrency(1);
sharp.cache(false);

/** Turns generated ink, float [n, channels, height, width] in [0, 1], into one file. */
export async function paintRows(
  ink: Float32Array,
  geometry: ImageGeometry,
  paint: Paint,
): Promise<Uint8Array> {
  const cells = await cutCells(ink, geometry, paint.look);
  if (paint.layout.kind === 'animation') return animate(cells, paint, paint.layout.delay);
  const { columns, gap } = paint.layout.kind === 'sheet' ? paint.layout : { columns: 1, gap: 0 };
  return encode(tint(layOut(cells, columns, gap), paint.look), paint);
}

async function animate(cells: readonly Pixels[], paint: Paint, delay: number): Promise<Uint8Array> {
  const roll = tint(layOut(cells, 1, 0), paint.look);
  const image = sharp(roll.data, { raw: { ...rawOf(roll), pageHeight: roll.height / cells.length } });
  const options = { loop: 0, delay: cells.map(() => delay) };
  return paint.format === 'gif'
    ? image.gif(options).toBuffer()
    : image.webp({ ...options, lossless: true, effort: 2 }).toBuffer();
}

async function encode(pixels: Pixels, { format, note }: Paint): Promise<Uint8Array> {
  const { data, width, height, channels } = pixels;
  const shape = channels === 1 ? [height, width] : [height, width, channels];
  switch (format) {
    case 'raw':
      return data;
    case 'npy':
      return formatNpy(shape, Float32Array.from(data, toUnit));
    case 'json': {
      const numbers = Array.from(data, (value) => Number(toUnit(value).toFixed(4)));
      return new TextEncoder().encode(JSON.stringify({ ...note, shape, pixels: numbers }));
    }
    default:
      return compress(sharp(data, { raw: rawOf(pixels) }), format, channels).toBuffer();
  }
}

function toUnit(value: number): number {
  return value / 255;
}

function rawOf({ width, height, channels }: Pixels) {
  return { width, height, channels: channels as 1 | 3 | 4 };
}

/** Settings for small drawings: few colours, sharp edges. */
function compress(image: Sharp, format: Exclude<Format, 'raw' | 'npy' | 'json'>, channels: number): Sharp {
  // libvips would widen grey to three channels
  const kept = channels === 1 ? image.toColourspace('b-w') : image;
  switch (format) {
    case 'png':
      return kept.png({ compressionLevel: 6 });
    case 'gif':
      return image.gif();
    case 'webp':
      return image.webp({ lossless: true, effort: 2 });
    case 'avif':
      return image.avif({ quality: 80, effort: 2, chromaSubsampling: '4:4:4' });
    case 'jpeg':
      // JPEG knows no transparency: paper is white there
      return (channels === 4 ? image.flatten({ background: '#fff' }) : kept).jpeg({ quality: 92 });
  }
}
