/** Writes the support table into the README: `pnpm exec tsx packages/tracer/scripts/support-table.ts`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { supportTable } from '../src/support.ts';

const readme = new URL('../README.md', import.meta.url);
const [before, , after] = readFileSync(readme, 'utf8').split(
  /(?<=<!-- support -->\n)|(?=\n<!-- \/support -->)/,
);
writeFileSync(readme, `${before}\n${supportTable()}\n${after}`);
