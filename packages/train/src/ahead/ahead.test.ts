import { UserError } from '@infogan/contract';
import { loadMnist } from '@infogan/data';
import { batchSource, batchesAhead, buildTraining } from '@infogan/train';
import { expect, test } from 'vitest';
import { firstPictures, similarInTurn, tiny } from '../testing.ts';

const { train: images } = firstPictures(await loadMnist(), 64);

function orderOf(labels: number) {
  const recipe = { ...tiny.recipe, labels };
  const { inputs } = buildTraining({ ...tiny, system: 'infogan', recipe });
  const similar = similarInTurn(images);
  return { images, latent: tiny.latent, recipe, seed: 1, inputs, steps: 10, similar };
}

test('batches made ahead in a thread are those of the source, from any step on', async () => {
  const order = orderOf(0);
  const source = batchSource(images, order.latent, order.recipe, order.seed, order.inputs, order.similar);
  const batches = batchesAhead(order, 7);
  for (const step of [7, 8, 9]) expect(await batches.next()).toEqual(source.batch(step, order.steps));
  await batches.stop();
});

test('what the thread refuses arrives as a sentence', async () => {
  const batches = batchesAhead(orderOf(1000), 0);
  const refusal = batches.next();
  await expect(refusal).rejects.toThrow(UserError);
  await expect(refusal).rejects.toThrow(/--labels 1000 needs 100 pictures of every class/);
  await batches.stop();
});
