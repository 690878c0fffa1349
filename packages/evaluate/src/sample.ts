import { Random, samplePrior, type Latents } from '@infogan/contract';
import { measureImage, type Measurement } from '@infogan/measure';
import { generateAll, judgeAll, pictures, type Judgement } from './batches.ts';
import { makesDigits, seedFor, type Conditions } from './conditions.ts';
import { digitCode, digitOfClass } from './draw.ts';

/** The main sample: pictures of the prior, with all that was asked for and all that was read in them. */
export interface Sample {
  readonly latents: Latents;
  readonly images: Float32Array;
  /** Digit asked for in each picture, -1 where its class asks for none; null without a digit code. */
  readonly asked: Int32Array | null;
  /** Null where the judge does not know this kind of picture. */
  readonly judgement: Judgement | null;
  /** Null for coloured pictures. */
  readonly measurements: readonly Measurement[] | null;
}

/** Pictures between two moves of the progress bar while the ruler measures. */
const STRIDE = 250;

export async function takeSample(conditions: Conditions): Promise<Sample> {
  const { model, judge, progress } = conditions;
  const { latent, image } = model.manifest;
  progress.stage('generate pictures');
  const latents = samplePrior(latent, conditions.pictures, new Random(seedFor(conditions, 'prior')));
  const images = await generateAll(model.generator, latent, latents, progress.advance);
  progress.stage('the judge reads them');
  const size = image.width * image.height * image.channels;
  const judged = makesDigits(model.manifest, conditions.dataset);
  const judgement = judged ? await judgeAll(judge.session, pictures(images, size), progress.advance) : null;
  progress.stage('the ruler measures them');
  return {
    latents,
    images,
    asked: judged ? askedDigits(conditions, latents) : null,
    judgement,
    measurements: image.channels === 1 ? await measureAll(conditions, images) : null,
  };
}

/** The digit that each latent code asks for; null for a model without a digit code. */
export function askedDigits({ model }: Conditions, latents: Latents): Int32Array | null {
  const code = digitCode(model.manifest.latent);
  if (code === null) return null;
  const digits = digitOfClass(code);
  return Int32Array.from(latents.values[code.name]!, (category) => digits[category]!);
}

async function measureAll({ model, progress }: Conditions, images: Float32Array): Promise<Measurement[]> {
  const { image } = model.manifest;
  const size = image.width * image.height;
  const measurements: Measurement[] = [];
  for (let start = 0; start < images.length; start += size) {
    measurements.push(measureImage(images.subarray(start, start + size), image));
    if (measurements.length % STRIDE !== 0) continue;
    progress.advance(STRIDE);
    await new Promise(setImmediate); // lets the bar and Ctrl-C through
  }
  return measurements;
}
