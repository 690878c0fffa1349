import { loadMnist } from '@infogan/data';
import {
  batchSource,
  buildTraining,
  chooseLabelled,
  initialState,
  presets,
  schedule,
  selectEngine,
} from '@infogan/train';
import { describe, expect, test } from 'vitest';
import { mean } from '@infogan/measure';
import { firstPictures, similarInTurn } from './testing.ts';

const STEPS = 40;
const { train } = await loadMnist();

describe('the labelled pictures of a semi-supervised training', () => {
  test('are as many of each class, in turn, the same for the same seed', () => {
    const chosen = chooseLabelled(train, 10, 100, 1);
    expect(Array.from(chosen, (index) => train.labels[index])).toEqual(
      Array.from({ length: 100 }, (_, i) => i % 10),
    );
    expect(new Set(chosen).size).toBe(100);
    expect(chooseLabelled(train, 10, 100, 1)).toEqual(chosen);
    expect(chooseLabelled(train, 10, 100, 2)).not.toEqual(chosen);
  });

  test('are those that are wanted first, as far as their class has room', () => {
    const nines = [...train.labels.keys()].filter((index) => train.labels[index] === 9).slice(0, 3);
    const chosen = chooseLabelled(train, 10, 20, 1, nines);
    expect([...chosen].filter((index) => train.labels[index] === 9)).toEqual(nines.slice(0, 2));
    expect(new Set(chosen).size).toBe(20);
  });

  test('must split evenly, and there must be enough of every class', () => {
    expect(() => chooseLabelled(train, 10, 105, 1)).toThrow(
      'train: --labels 105 cannot be split evenly over 10 classes; pass a multiple of 10',
    );
    expect(() => chooseLabelled({ labels: Uint8Array.of(0, 1, 1) }, 2, 4, 1)).toThrow(
      'needs 2 pictures of every class, the data has 1 of class 0',
    );
  });
});

test('their labels teach Q which category they are, and no other label does', async () => {
  const { latent, image, networks, recipe: unsupervised } = presets['mnist']!;
  const recipe = { ...unsupervised, batchSize: 16, labels: 100 };
  const dataset = firstPictures(await loadMnist(), 2000);
  const training = buildTraining({ latent, image, networks, recipe, system: 'infogan' });
  const engine = await selectEngine('compiled');
  const source = batchSource(dataset.train, latent, recipe, 1, training.inputs, similarInTurn(dataset.train));
  const program = await engine.prepare(
    training.step,
    { ...training.inputs, ...training.state },
    initialState(training, 1),
  );
  const losses: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const batch = source.batch(step, STEPS);
    expect([...batch['labels']!].toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 50 }, (_, i) => Math.floor(i / 5)),
    );
    expect(batch).not.toHaveProperty('label');
    losses.push(
      (await program.run({ ...batch, ...schedule(training, recipe, step, 40) }))['supervised']![0]!,
    );
  }
  await program.dispose();
  expect(mean(losses.slice(-10))).toBeLessThan(0.8 * mean(losses.slice(0, 3)));
});
