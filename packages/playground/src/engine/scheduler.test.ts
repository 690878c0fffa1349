import { expect, it } from 'vitest';
import type { Generated, Row } from './protocol.ts';
import { Scheduler } from './scheduler.ts';

/** An engine that answers when told to, and remembers what it was asked. */
function slowEngine() {
  const asked: number[] = [];
  const answers: (() => void)[] = [];
  const scheduler = new Scheduler((rows) => {
    asked.push(rows[0]!.seed);
    return new Promise<Generated>((resolve, reject) => {
      answers.push(() =>
        rows[0]!.seed < 0
          ? reject(new Error('lost'))
          : resolve({ images: new Float32Array(), milliseconds: 1 }),
      );
    });
  });
  const answer = async () => {
    answers.shift()?.();
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { asked, answer, scheduler };
}

const row = (seed: number): Row[] => [{ chosen: {}, seed }];

it('computes the first and the newest wish of a fast hand, and drops those between', async () => {
  const { asked, answer, scheduler } = slowEngine();
  const drawn: number[] = [];
  for (let seed = 1; seed <= 20; seed++) scheduler.request('stage', row(seed), () => drawn.push(seed));
  await answer();
  await answer();
  expect(asked).toEqual([1, 20]);
  expect(drawn).toEqual([1, 20]);
  expect(scheduler.dropped).toBe(18);
});

it('serves the stage before the atlas, whoever asked first', async () => {
  const { asked, answer, scheduler } = slowEngine();
  scheduler.request('strip', row(1), () => undefined);
  scheduler.request('atlas', row(2), () => undefined);
  scheduler.request('stage', row(3), () => undefined);
  // at once, not in a later task: the hand waits for it
  expect(asked).toEqual([3]);
  for (let i = 0; i < 3; i++) await answer();
  expect(asked).toEqual([3, 2, 1]);
});

it('goes on after a run that failed', async () => {
  const { answer, scheduler } = slowEngine();
  const drawn: number[] = [];
  scheduler.request('stage', row(-1), () => drawn.push(-1));
  scheduler.request('stage', row(2), () => drawn.push(2));
  await answer();
  await answer();
  expect(drawn).toEqual([2]);
});
