import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Prints a report and keeps it as bench/results/<name>.md. */
export function writeResult(name: string, markdown: string): void {
  const folder = fileURLToPath(new URL('../results/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  const file = `${folder}${name}.md`;
  writeFileSync(`${file}.part`, markdown);
  renameSync(`${file}.part`, file);
  console.log(`${markdown}\nwritten to bench/results/${name}.md`);
}
