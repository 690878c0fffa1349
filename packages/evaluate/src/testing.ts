import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MANIFEST_FILE, formatManifest, parseManifest, type Manifest } from '@infogan/contract';
import { afterAll } from 'vitest';
import { writeFixtureModel, type FixtureOptions } from '../../../test/fixture-model.ts';

export const JUDGE = join(import.meta.dirname, '../../../models/judge');

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

/** A folder of its own, gone when the tests are done. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'infogan-evaluate-'));
  folders.push(folder);
  return folder;
}

/** A model directory of its own in the temporary folder; `change` edits its manifest. */
export async function temporaryModel(
  options: FixtureOptions = {},
  change: (manifest: Manifest) => Manifest = (manifest) => manifest,
): Promise<string> {
  const directory = await temporaryFolder();
  await writeFixtureModel(directory, options);
  const path = join(directory, MANIFEST_FILE);
  const manifest = parseManifest(await readFile(path, 'utf8'), directory);
  await writeFile(path, formatManifest(change(manifest)));
  return directory;
}

/** The same model as if it had been made without a recognizer. */
export function withoutRecognizer(manifest: Manifest): Manifest {
  return {
    ...manifest,
    graphs: { ...manifest.graphs, recognizer: null },
    probe: { ...manifest.probe, readings: null },
  };
}

/** Every file of a directory with its bytes, to see that nothing changed. */
export async function snapshot(directory: string): Promise<Record<string, string>> {
  const names = await readdir(directory);
  const texts = await Promise.all(names.map((name) => readFile(join(directory, name), 'base64')));
  return Object.fromEntries(names.map((name, i) => [name, texts[i]!]));
}
