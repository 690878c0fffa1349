import { Random } from '@infogan/contract';
import { Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { Tally } from './tally.ts';

test('a scrape reads as that of prom-client for the same observations', async () => {
  const described = { name: 'took_seconds', help: 'How long it took', buckets: [0.001, 0.25, 1] };
  const [ours, theirs] = [new Registry(), new Registry()];
  const tally = new Tally({ ...described, registry: ours });
  const histogram = new Histogram({ ...described, labelNames: ['route', 'code'], registers: [theirs] });
  const random = new Random(1);
  for (const labels of [
    { route: '/digit/{digit}', code: '200' },
    { route: '/"quoted"\\', code: '404' },
  ]) {
    const child = tally.labels(labels);
    // bounds belong to their bucket; the last value is above all
    for (const value of [0, 0.001, 0.25, 1, ...Array.from({ length: 50 }, () => random.uniform() * 2), 9]) {
      child.observe(value);
      histogram.observe(labels, value);
    }
  }
  expect(await ours.metrics()).toBe(await theirs.metrics());
});
