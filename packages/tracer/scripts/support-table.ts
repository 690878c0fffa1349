/** Writes the support table into the README: `pnpm exec tsx packages/tracer/scripts/support-table.ts`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { supportTable } from '../src/support.ts';

const readme = new URL('../README.md', import.meta.url);
const parts = readFileSync(readme, 'utf8').split(/(?<=<!-- support -->\n)|(?=\n<!-- \/support -->)/);
if (parts.length !== 3)
  throw new Error('tracer: README.md lacks its two marks <!-- support --> and <!-- /support -->');
writeFileSync(readme, `${parts[0]}\n${supportTable()}\n${parts[2]}`);
