import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { loadMnist, type LabelledImages } from '@infogan/data';

/** Writes the first pictures of MNIST as a folder of IDX files, pictures gzipped: what `--data` takes. */
export async function writeSmallMnist(folder: string, count: number): Promise<void> {
  const { train, test } = await loadMnist();
  await mkdir(folder, { recursive: true });
  const splits = Object.entries({ train, t10k: test });
  await Promise.all(splits.map(([name, split]) => writeSplit(folder, name, split, count)));
}

async function writeSplit(folder: string, name: string, split: LabelledImages, count: number): Promise<void> {
  const { height, width, pixels, labels } = split;
  const pictures = idx([count, height, width], pixels.subarray(0, count * height * width));
  await writeFile(join(folder, `${name}-images-idx3-ubyte.gz`), gzipSync(pictures));
  await writeFile(join(folder, `${name}-labels-idx1-ubyte`), idx([count], labels.subarray(0, count)));
}

function idx(shape: number[], bytes: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, 8, shape.length]);
  shape.forEach((size, i) => header.writeUInt32BE(size, 4 + 4 * i));
  return Buffer.concat([header, bytes]);
}
