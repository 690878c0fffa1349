import { toBytes, tile, type ImageGeometry } from '@infogan/contract';
// sharp: libvips; packs a sheet of grey pictures into a palette PNG of some kilobytes
import sharp from 'sharp';

/** Greys that a picture on the report keeps; the eye sees no difference to 256 at this size. */
const GREYS = 32;

/**
 * Pictures as one sheet, dark ink on white, as a `data:` address.
 * @param images float [count, channels, height, width] in [0, 1]
 */
export async function sheetAddress(
  images: Float32Array,
  geometry: ImageGeometry,
  columns: number,
): Promise<string> {
  const bytes = toBytes(images);
  // one channel holds ink, 1 = dark; colours are shown as they are
  if (geometry.channels === 1) for (let i = 0; i < bytes.length; i++) bytes[i] = 255 - bytes[i]!;
  const { width, height, channels, data } = tile(bytes, geometry, columns, { gap: 1, background: 226 });
  const png = await sharp(data, { raw: { width, height, channels } })
    .png({ palette: true, colours: GREYS, compressionLevel: 9 })
    .toBuffer();
  return `data:image/png;base64,${png.toString('base64')}`;
}
