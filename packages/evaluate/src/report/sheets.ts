import { toBytes, tile, type ImageGeometry } from '@infogan/contract';
// sharp: libvips; packs a sheet of grey pictures into a palette PNG of some kilobytes
import sharp from 'sharp';

/** Steps between the greys that a picture on the report keeps: sixteen of them, four bits a pixel. */
const GREY_STEP = 17;
const BACKGROUND = 13 * GREY_STEP;

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
  if (geometry.channels === 1) {
    for (let i = 0; i < bytes.length; i++) bytes[i] = Math.round((255 - bytes[i]!) / GREY_STEP) * GREY_STEP;
  }
  const { width, height, channels, data } = tile(bytes, geometry, columns, {
    gap: 1,
    background: BACKGROUND,
  });
  const png = await sharp(data, { raw: { width, height, channels } })
    .png({ palette: true, compressionLevel: 9 })
    .toBuffer();
  return `data:image/png;base64,${png.toString('base64')}`;
}
