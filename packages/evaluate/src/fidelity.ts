import { Random, uniforms, type Latents } from '@infogan/contract';
import { classFidelity, type Metrics, type Score } from '@infogan/measure';
import { generateAll, judgeAll, pictures } from './batches.ts';
import { seedFor, type Conditions } from './conditions.ts';
import { digitCode, digitOfClass, drawAtCorners, drawAtLimit } from './draw.ts';
import { askedDigits, type Sample } from './sample.ts';

export interface FidelityEvidence {
  /** [digit asked for][digit read], counts. */
  readonly confusion: number[][];
  /** Numbers of pictures of the sample, worst first: the judge gives the digit asked for the least probability. */
  readonly worst: readonly WorstPicture[];
}

export interface WorstPicture {
  readonly picture: number;
  readonly asked: number;
  readonly read: number;
  /** Probability that the judge gives to the digit asked for. */
  readonly probability: number;
}

/** Pictures at the limit of the codes, for each of the two ways to stand there. */
export const AT_LIMIT = 4000;
const WORST = 50;

/** Does the judge read the digit that was asked for: within the prior, with one code at its limit, with all? */
export async function scoreFidelity(
  conditions: Conditions,
  sample: Sample,
): Promise<{ metrics: Partial<Metrics>; evidence: FidelityEvidence | null }> {
  const { model, progress, notes } = conditions;
  const code = digitCode(model.manifest.latent);
  if (sample.judgement === null || sample.asked === null || code === null) {
    if (sample.judgement !== null) notes.push('The model cannot be asked for a digit: no class fidelity.');
    return { metrics: {}, evidence: null };
  }
  const digits = digitOfClass(code);
  const missing = Array.from({ length: 10 }, (_, digit) => digit).filter((digit) => !digits.includes(digit));
  if (missing.length > 0) notes.push(`No category makes the digit ${missing.join(', ')}.`);
  const kept = askedOnly(sample.asked, sample.judgement.probabilities);
  const fidelity = classFidelity(kept.asked, kept.probabilities, 10);
  const metrics: Partial<Metrics> = {
    digitsWithoutCategory: missing.length,
    fidelity: fidelity.share,
    fidelityPerDigit: fidelity.perClass,
    judgeConfidence: fidelity.confidence,
  };
  if (uniforms(model.manifest.latent).length > 0) {
    progress.stage('pictures at the limit of the codes');
    const count = Math.min(AT_LIMIT, conditions.pictures);
    const spec = model.manifest.latent;
    const limit = drawAtLimit(spec, count, new Random(seedFor(conditions, 'limit')));
    const corners = drawAtCorners(spec, count, new Random(seedFor(conditions, 'corners')));
    metrics.fidelityAtLimit = await shareRight(conditions, limit);
    metrics.fidelityAtCorners = await shareRight(conditions, corners);
  }
  const { digits: read } = sample.judgement;
  const worst = kept.items
    .map((picture, i) => ({
      picture,
      asked: kept.asked[i]!,
      read: read[picture]!,
      probability: fidelity.asked[i]!,
    }))
    .sort((a, b) => a.probability - b.probability)
    .slice(0, WORST);
  return { metrics, evidence: { confusion: fidelity.confusion, worst } };
}

async function shareRight(conditions: Conditions, latents: Latents): Promise<Score> {
  const { model, judge, progress } = conditions;
  const images = await generateAll(model.generator, model.manifest.latent, latents, progress.advance);
  const { probabilities } = await judgeAll(judge.session, pictures(images, 784), progress.advance);
  const kept = askedOnly(askedDigits(conditions, latents)!, probabilities);
  return classFidelity(kept.asked, kept.probabilities, 10).share;
}

/** Leaves out pictures whose class stands for no digit (a model exported with a category to spare). */
function askedOnly(asked: Int32Array, probabilities: Float32Array) {
  const items = Array.from(asked.keys()).filter((i) => asked[i]! >= 0);
  const kept = new Float32Array(items.length * 10);
  items.forEach((item, i) => kept.set(probabilities.subarray(item * 10, item * 10 + 10), i * 10));
  return { items, asked: Int32Array.from(items, (i) => asked[i]!), probabilities: kept };
}
