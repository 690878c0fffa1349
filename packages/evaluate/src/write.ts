import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MANIFEST_FILE, UserError, formatManifest, hashBytes, type Manifest } from '@infogan/contract';
import { Metrics } from '@infogan/measure';
import type { Evaluation } from './evaluate.ts';

export const REPORT_FILE = 'report.html';

/**
 * Writes scores into `manifest.json` and the report beside it. Both are complete under temporary names before
 * either gets its own; the manifest comes last, because it vouches for the report.
 * @throws UserError when the manifest is no longer the one that was scored
 */
export async function saveEvaluation(
  { directory, manifest, manifestText, metrics }: Evaluation,
  report: string,
): Promise<Manifest> {
  const bytes = new TextEncoder().encode(report);
  const scored: Manifest = {
    ...manifest,
    metrics: { ...otherMetrics(manifest), ...(metrics as unknown as Manifest['metrics']) },
    files: { ...manifest.files, [REPORT_FILE]: { bytes: bytes.length, sha256: hashBytes(bytes) } },
  };
  const path = join(directory, MANIFEST_FILE);
  await writeAll(
    [
      [join(directory, REPORT_FILE), report],
      [path, formatManifest(scored)],
    ],
    async () => {
      if ((await readFile(path, 'utf8')) === manifestText) return;
      throw new UserError(
        `evaluate: ${path} changed while the model was scored; the scores belong to the model before, run it again`,
      );
    },
  );
  return scored;
}

/** What other programs wrote; scores of an earlier evaluation go, also those that this one left out. */
function otherMetrics(manifest: Manifest): Manifest['metrics'] {
  return Object.fromEntries(Object.entries(manifest.metrics).filter(([key]) => !(key in Metrics.shape)));
}

/** Writes files under temporary names, then, if `check` passes, renames them in order. */
export async function writeAll(
  files: readonly (readonly [path: string, text: string])[],
  check: () => Promise<void> = async () => {},
): Promise<void> {
  const temporary = files.map(([path]) => `${path}.${process.pid}.tmp`);
  try {
    await Promise.all(files.map(([, text], i) => writeFile(temporary[i]!, text)));
    await check();
    for (const [i, [path]] of files.entries()) await rename(temporary[i]!, path);
  } catch (error) {
    await Promise.all(temporary.map((path) => rm(path, { force: true })));
    throw error;
  }
}
