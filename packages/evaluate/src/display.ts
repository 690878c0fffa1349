import { categoricals, chooseLatents, uniforms } from '@infogan/contract';
import { generateAll } from './batches.ts';
import { seedFor, type Conditions } from './conditions.ts';
import { POINTS, digitCode, planTraversals } from './draw.ts';

/** Pictures side by side, with what their rows and columns stand for. */
export interface Sheet {
  readonly title: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** Float [rows * columns, channels, height, width], row by row. */
  readonly images: Float32Array;
}

export interface Display {
  readonly samples: Sheet;
  /** One per continuous code. */
  readonly traversals: readonly Sheet[];
}

const SAMPLES = 16;
const ROWS_WITHOUT_CLASSES = 10;

/** The pictures that the report shows: samples of every class, and every code drawn from limit to limit. */
export async function makeDisplay(conditions: Conditions): Promise<Display> {
  const { model, progress } = conditions;
  const { latent } = model.manifest;
  progress.stage('pictures for the report');
  const seed = seedFor(conditions, 'display');
  const category = digitCode(latent) ?? categoricals(latent)[0];
  const rows = category?.labels ?? Array.from({ length: ROWS_WITHOUT_CLASSES }, () => '');
  const chosen = rows.flatMap((_, row) =>
    Array.from({ length: SAMPLES }, (_, column) => ({
      chosen: category ? { [category.name]: row } : {},
      // one handwriting a column; without classes every picture has its own
      seed: seed + (category ? column : row * SAMPLES + column),
    })),
  );
  const generate = async (latents: Parameters<typeof generateAll>[2]) =>
    generateAll(model.generator, latent, latents, progress.advance);
  const traversals: Sheet[] = [];
  for (const { name, limit } of uniforms(latent)) {
    const plan = planTraversals(latent, name, limit, category ? 1 : ROWS_WITHOUT_CLASSES, seed);
    traversals.push({
      title: name,
      rows: [...rows],
      columns: plan.values.map((value) => value.toFixed(1)),
      images: await generate(plan.latents),
    });
  }
  const columns = Array.from({ length: SAMPLES }, () => '');
  const images = await generate(chooseLatents(latent, chosen));
  return { samples: { title: 'samples', rows: [...rows], columns, images }, traversals };
}

/** Pictures that `makeDisplay` generates, for the progress bar. */
export function displayPictures(classes: number, codes: number): number {
  return (classes || ROWS_WITHOUT_CLASSES) * (SAMPLES + codes * POINTS);
}
