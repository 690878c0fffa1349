import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { supportTable } from './support.ts';

/** Cell padding is the formatter's business. */
const cells = (text: string): string => text.replaceAll(/-{2,}/g, '-').replaceAll(/\s+/g, ' ');

test("the README's support table is up to date", () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const advice = 'run: pnpm exec tsx packages/tracer/scripts/support-table.ts';
  expect(cells(readme).includes(cells(supportTable())) ? 'up to date' : advice).toBe('up to date');
});
