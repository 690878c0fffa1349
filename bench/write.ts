import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Writes a file whole or not at all, and in one go: two writers that finish together do not mix. */
export function writeAtomically(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.part`, text);
  renameSync(`${path}.part`, path);
}

/** Prints a report and keeps it as bench/results/<name>.md. */
export function writeResult(name: string, markdown: string): void {
  writeAtomically(fileURLToPath(new URL(`results/${name}.md`, import.meta.url)), markdown);
  console.log(`${markdown}\nwritten to bench/results/${name}.md`);
}
