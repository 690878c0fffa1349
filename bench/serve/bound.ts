import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chooseLatents, generateImages, openModel } from '@infogan/contract';
import { SmallPngWriter, longestSmallPng } from '@infogan/serve';
import { InferenceSession } from 'onnxruntime-node';

/*
 * What the machine could do if HTTP cost nothing: latents, generator and encoder alone, in one process per core.
 *   tsx bound.ts DIR BATCH SECONDS   prints pictures per second of this one process
 */

export interface BoundOptions {
  readonly directory: string;
  readonly batch: number;
  readonly seconds: number;
}

/** Pictures a second that one thread makes, files included. */
export async function boundOfOneThread({ directory, batch, seconds }: BoundOptions): Promise<number> {
  const { manifest, generator } = await openModel((path) => readFile(join(directory, path)), directory);
  const session = await InferenceSession.create(generator, {
    intraOpNumThreads: 1,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  const writer = new SmallPngWriter(manifest.image);
  const { channels, height, width } = manifest.image;
  let [made, seed] = [0, 0];
  const run = async () => {
    const rows = Array.from({ length: batch }, () => ({
      chosen: { digit: seed % 10, c1: (seed % 40) / 10 - 2, c2: 0 },
      seed: seed++,
    }));
    const ink = await generateImages(session, manifest.latent, chooseLatents(manifest.latent, rows));
    const out = new Uint8Array(batch * longestSmallPng(manifest.image));
    for (let i = 0, at = 0; i < batch; i++) at = writer.write(ink, i * channels * height * width, out, at);
    made += batch;
  };
  for (let i = 0; i < 50; i++) await run();
  made = 0;
  const start = performance.now();
  while (performance.now() - start < seconds * 1000) await run();
  return made / ((performance.now() - start) / 1000);
}

if (process.argv[1]?.endsWith('bound.ts')) {
  const [directory, batch, seconds] = process.argv.slice(2) as [string, string, string];
  const options = { directory, batch: Number(batch), seconds: Number(seconds) };
  console.log(JSON.stringify({ perSecond: await boundOfOneThread(options) }));
}
