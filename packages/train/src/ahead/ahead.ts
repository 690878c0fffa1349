import { on } from 'node:events';
import { Worker } from 'node:worker_threads';
import { UserError, type LatentSpec } from '@infogan/contract';
import type { LabelledImages } from '@infogan/data';
import type { Arrays, InputSpec } from '../engine/engine.ts';
import type { Recipe } from '../recipe.ts';
import type { SimilarPictures } from '../similar/similar.ts';

/** What `batchSource` takes, and how many steps the training has in all. */
export interface BatchOrder {
  readonly images: LabelledImages;
  readonly latent: LatentSpec;
  readonly recipe: Recipe;
  readonly seed: number;
  readonly inputs: Readonly<Record<string, InputSpec>>;
  readonly steps: number;
  readonly similar?: SimilarPictures;
}

/** The batches of a training one after the other. */
export interface Batches {
  /** The batch of the first step, then of the one after it … */
  next(): Promise<Arrays>;
  stop(): Promise<void>;
}

/**
 * Prepares batches in a thread of its own, always one step ahead: while the engine runs a step, which blocks this
 * thread, the next batch is made. A batch depends on seed and step alone, so they are those of `batchSource`.
 */
export function batchesAhead(order: BatchOrder, first: number): Batches {
  const boot = new URL('./boot.mjs', import.meta.url);
  const workerData = { ...order, images: shareable(order.images) };
  const worker = new Worker(boot, { execArgv: [], workerData });
  // whoever fails before the first batch need not stop it
  worker.unref();
  const answers = on(worker, 'message', { close: ['exit'] })[Symbol.asyncIterator]();
  let asked = first;
  const askUntil = (step: number): void => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    while (asked <= Math.min(step, order.steps - 1)) worker.postMessage(asked++);
  };
  let step = first;
  askUntil(step);
  return {
    async next() {
      worker.ref();
      askUntil(++step);
      try {
        const { value, done } = await answers.next();
        if (done === true) throw new Error('train: the thread that prepares batches has ended');
        return (value as [Arrays])[0];
      } catch (error) {
        // an error from a thread has lost its class
        throw (error as Error).name === 'UserError' ? new UserError((error as Error).message) : error;
      }
    },
    async stop() {
      await worker.terminate();
    },
  };
}

/** The pictures in memory that both threads see. */
function shareable(images: LabelledImages): LabelledImages {
  const pixels = new Uint8Array(new SharedArrayBuffer(images.pixels.length));
  pixels.set(images.pixels);
  return { ...images, pixels };
}
