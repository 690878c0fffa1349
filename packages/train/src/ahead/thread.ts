// The thread that prepares batches: gets the number of a step, answers with its batch. Nothing that it imports loads
// TensorFlow.js, of which the process would hold a second copy.
import { parentPort, workerData } from 'node:worker_threads';
import { batchSource } from '../batches.ts';
import type { BatchOrder } from './ahead.ts';

const { images, latent, recipe, seed, inputs, steps, similar } = workerData as BatchOrder;
const source = batchSource(images, latent, recipe, seed, inputs, similar);
parentPort!.on('message', (step: number) => {
  const batch = source.batch(step, steps);
  const buffers = new Set(Object.values(batch).map(({ buffer }) => buffer as ArrayBuffer));
  parentPort!.postMessage(batch, [...buffers]);
});
