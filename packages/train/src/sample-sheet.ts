import sharp from 'sharp'; // sharp: the image library that serve uses as well
import {
  categoricals,
  chooseLatents,
  tile,
  toBytes,
  uniforms,
  type ImageGeometry,
  type Latents,
  type LatentSpec,
} from '@infogan/contract';
import { writeAtomically } from './safetensors.ts';

const NOISES = 10;

/** The latent codes of a sample sheet, row by row. */
export interface Sheet {
  readonly latents: Latents;
  readonly columns: number;
}

/** The tutorial's sheet during training: a row of all categories (ten pictures without any), each with a noise of its own, codes 0. */
export function tutorialSheet(latent: LatentSpec, seed: number): Sheet {
  const category = categoricals(latent)[0];
  const columns = category?.labels.length ?? NOISES;
  const rows = Array.from({ length: columns }, (_, column) => ({
    chosen: category === undefined ? {} : { [category.name]: column },
    seed: seed + column,
  }));
  return { latents: chooseLatents(latent, rows), columns };
}

/**
 * The latent codes of a sample sheet. Rows: ten noises with codes 0, then one sweep per continuous code from
 * -limit to limit; columns: the categories (or ten steps of a sweep where there is no category).
 */
export function sheetLatents(latent: LatentSpec, seed: number): Sheet {
  const category = categoricals(latent)[0];
  const columns = category?.labels.length ?? 10;
  const chosen = (column: number) => (category === undefined ? {} : { [category.name]: column });
  const rows: { chosen: Record<string, number>; seed: number }[] = [];
  for (let noise = 0; noise < NOISES; noise++) {
    for (let column = 0; column < columns; column++) {
      const own = category === undefined ? noise * columns + column : noise;
      rows.push({ chosen: chosen(column), seed: seed + own });
    }
  }
  for (const { name, limit } of uniforms(latent)) {
    for (const share of [-1, -0.5, 0, 0.5, 1]) {
      for (let column = 0; column < columns; column++) {
        rows.push({ chosen: { ...chosen(column), [name]: share * limit }, seed });
      }
    }
  }
  return { latents: chooseLatents(latent, rows), columns };
}

/** Writes pictures [N, C, H, W] in [0, 1] as one PNG, twice their size. */
export async function writeSheet(
  path: string,
  images: Float32Array,
  geometry: ImageGeometry,
  columns: number,
): Promise<void> {
  const { width, height, channels, data } = tile(toBytes(images), geometry, columns);
  const png = await sharp(data, { raw: { width, height, channels } })
    .resize(width * 2, height * 2, { kernel: 'nearest' })
    .png({ compressionLevel: 9 })
    .toBuffer();
  await writeAtomically(path, png);
}
