import { existsSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startScript } from './program.ts';

/** `pnpm sweep`, and the table that it writes. */
async function startSweep(...options: string[]) {
  const table = join(await mkdtemp(join(tmpdir(), 'sweep-')), 'seeds.md');
  return { table, ...startScript(join('bench', 'sweep', 'main.ts'), '--out', table, ...options) };
}

test('seeds side by side say whose line is whose; crashed ones are named in the order of seeds', async () => {
  // no seed can train for no epoch
  const sweep = await startSweep('--seeds', '3,1,2', '--at-once', '2', '--epochs', '0');
  expect(await sweep.ended()).toBe(1);
  const refusal = /epochs is a number from 0\.001 to 10000, got 0/.source;
  for (const seed of [1, 2, 3]) {
    expect(sweep.printed()).toMatch(new RegExp(`^seed ${seed}: error: .*${refusal}`, 'm'));
    expect(sweep.printed()).toMatch(new RegExp(`^seed ${seed}: crashed: .*${refusal}`, 'm'));
  }
  // the third waits until one of the first two is done
  const begun = sweep.printed().matchAll(/^seed (\d): (begins|crashed)/gm);
  const events = Array.from(begun, ([, seed, what]) => `${seed} ${what}`);
  expect(events.slice(0, 2)).toEqual(['3 begins', '1 begins']);
  expect(events[2]).toMatch(/crashed/);
  const crashed = (await readFile(sweep.table, 'utf8')).matchAll(/^- Seed (\d) crashed: .*got 0/gm);
  expect(Array.from(crashed, ([, seed]) => seed)).toEqual(['3', '1', '2']);
}, 60_000);

test('SIGINT stops all that run and begins no other', async () => {
  const sweep = await startSweep('--seeds', '1..3', '--at-once', '2', '--epochs', '0.0015');
  await sweep.waitFor(/seed 2: begins/);
  sweep.child.kill('SIGINT');
  expect(await sweep.ended()).toBe(130);
  expect(sweep.printed()).toContain('sweep: stopped; the same command goes on from here');
  expect(sweep.printed()).not.toMatch(/seed 3: begins|crashed|finished/);
  expect(existsSync(sweep.table)).toBe(false);
}, 60_000);

test('no seeds at once are refused with a sentence', async () => {
  const sweep = await startSweep('--at-once', '0');
  expect(await sweep.ended()).toBe(1);
  expect(sweep.printed()).toMatch(/seeds at once are a whole number from 1, got 0/);
});
