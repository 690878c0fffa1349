import { deriveSeed, type Manifest } from '@infogan/contract';
import type { Dataset, LabelledImages } from '@infogan/data';
import type { DotProducts } from '@infogan/measure';
import type { Pictures } from './batches.ts';
import type { OpenedJudge, OpenedModel } from './open.ts';
import type { Progress } from './progress.ts';

/** What every score is taken with. */
export interface Conditions {
  readonly model: OpenedModel;
  readonly judge: OpenedJudge;
  readonly dataset: Dataset;
  /** Generated pictures of the main sample. */
  readonly pictures: number;
  readonly seed: number;
  readonly multiply: DotProducts;
  readonly progress: Progress;
  /** Why scores are missing, one sentence each, for the table and the report. */
  readonly notes: string[];
}

/** Purposes that draw random numbers, each with a stream of its own. */
export const STREAM = { prior: 1, limit: 2, corners: 3, realSample: 4, display: 5 } as const;

export function seedFor({ seed }: Conditions, purpose: keyof typeof STREAM): number {
  return deriveSeed(seed, STREAM[purpose]);
}

/** Does the model make pictures that the judge and MNIST know: 28 x 28, one channel, trained on this data set? */
export function makesDigits({ image, provenance }: Manifest, dataset: Dataset): boolean {
  const { width, height, channels } = image;
  const { name, sha256 } = provenance.dataset;
  const same = name === dataset.name || sha256 === dataset.sha256;
  return width === 28 && height === 28 && channels === 1 && same;
}

/** A data set's pictures as floats in [0, 1], made a batch at a time; `order` picks and orders them. */
export function realPictures(images: LabelledImages, order?: ArrayLike<number>): Pictures {
  const size = images.height * images.width;
  return {
    count: order?.length ?? images.count,
    slice: (first, last) => {
      const batch = new Float32Array((last - first) * size);
      for (let i = first; i < last; i++) {
        const start = (order?.[i] ?? i) * size;
        for (let p = 0; p < size; p++) batch[(i - first) * size + p] = images.pixels[start + p]! / 255;
      }
      return batch;
    },
  };
}
