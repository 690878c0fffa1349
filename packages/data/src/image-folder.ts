import { readFile, readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { UserError, hashBytes } from '@infogan/contract';
import sharp from 'sharp'; // sharp: reads every format that people keep pictures in, and is what serve uses
import type { Geometry } from './fit.ts';
import type { Dataset, LabelledImages } from './mnist.ts';

const PICTURES = new Set(['.png', '.jpg', '.jpeg', '.webp']);
/** Without a `test` folder of its own, every so many-th picture of a class is held out for testing. */
const HELD_OUT = 10;
const MOST_CLASSES = 256;
/** Files in work at a time. */
const AT_ONCE = 16;

interface Found {
  readonly path: string;
  readonly label: number;
}

/**
 * A folder of PNG, JPEG or WebP pictures: a folder for each class, named so, or all in one without classes. `train`
 * and `test` folders are taken as the two splits; else every tenth picture of a class tests. Each picture is cut to
 * the wanted proportions around its middle and resized; what is transparent becomes black. Nothing is kept on disk.
 * @throws UserError that names the file or folder, for what cannot be read or does not fit together
 */
export async function loadImageFolder(folder: string, geometry: Geometry): Promise<Dataset> {
  const names = (await entries(folder)).folders;
  const split = names.includes('train') && names.includes('test');
  const roots = split ? ['train', 'test'].map((name) => join(folder, name)) : [folder];
  const [classes, ...others] = await Promise.all(roots.map(classesOf));
  for (const other of others) {
    if (other.join('/') === classes!.join('/')) continue;
    throw new UserError(
      `data: ${folder} has classes ${list(classes!)} in train and ${list(other)} in test; give both the same folders`,
    );
  }
  const found = await Promise.all(roots.map((root) => findPictures(root, classes!)));
  const [train, test] = split ? (found as [Found[], Found[]]) : holdOut(found[0]!);
  if (train.length === 0 || test.length === 0) {
    throw new UserError(
      `data: ${folder} has ${train.length} pictures to train on and ${test.length} to test with; put at least ${HELD_OUT} PNG, JPEG or WebP files into it`,
    );
  }
  const hashes: string[] = [];
  const images = [await readAll(train, geometry, hashes), await readAll(test, geometry, hashes)] as const;
  return {
    name: folder,
    classes: classes!,
    sha256: hashBytes(new TextEncoder().encode(hashes.join(''))),
    train: images[0],
    test: images[1],
  };
}

async function entries(folder: string): Promise<{ folders: string[]; pictures: string[] }> {
  const all = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw new UserError(`data: cannot read ${folder} (${(error as Error).message}); pass a folder`);
  });
  const sorted = all.filter(({ name }) => !name.startsWith('.')).sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    folders: sorted.filter((entry) => entry.isDirectory()).map(({ name }) => name),
    pictures: sorted
      .filter((entry) => !entry.isDirectory() && PICTURES.has(extname(entry.name).toLowerCase()))
      .map(({ name }) => name),
  };
}

/** Names of the classes; none where the pictures lie side by side. */
async function classesOf(root: string): Promise<string[]> {
  const { folders, pictures } = await entries(root);
  if (folders.length > 0 && pictures.length > 0) {
    throw new UserError(
      `data: ${root} has pictures (${list(pictures)}) beside folders (${list(folders)}); put every picture into a folder of its class, or all into one folder`,
    );
  }
  if (folders.length <= MOST_CLASSES) return folders;
  throw new UserError(
    `data: ${root} has ${folders.length} folders; there may be at most ${MOST_CLASSES} classes`,
  );
}

async function findPictures(root: string, classes: readonly string[]): Promise<Found[]> {
  const folders = classes.length === 0 ? [root] : classes.map((name) => join(root, name));
  const found = await Promise.all(
    folders.map(async (folder, label) =>
      (await entries(folder)).pictures.map((name) => ({ path: join(folder, name), label })),
    ),
  );
  return found.flat();
}

function holdOut(found: readonly Found[]): [Found[], Found[]] {
  const seen = new Map<number, number>();
  const [train, test]: [Found[], Found[]] = [[], []];
  for (const picture of found) {
    const nth = (seen.get(picture.label) ?? 0) + 1;
    seen.set(picture.label, nth);
    (nth % HELD_OUT === 0 ? test : train).push(picture);
  }
  return [train, test];
}

async function readAll(
  found: readonly Found[],
  geometry: Geometry,
  hashes: string[],
): Promise<LabelledImages> {
  const { width, height, channels } = geometry;
  const size = width * height * channels;
  const pixels = new Uint8Array(found.length * size);
  for (let start = 0; start < found.length; start += AT_ONCE) {
    const pictures = await Promise.all(
      found.slice(start, start + AT_ONCE).map(({ path }) => readPicture(path, geometry)),
    );
    pictures.forEach(({ bytes, hash }, i) => {
      pixels.set(bytes, (start + i) * size);
      hashes.push(hash);
    });
  }
  const labels = Uint8Array.from(found, ({ label }) => label);
  return { count: found.length, width, height, channels, pixels, labels };
}

async function readPicture(
  path: string,
  { width, height, channels }: Geometry,
): Promise<{ bytes: Uint8Array; hash: string }> {
  const file = await readFile(path);
  try {
    const bytes = await sharp(file)
      .rotate() // as its EXIF tag says
      .flatten({ background: '#000' })
      .resize(width, height, { fit: 'cover' })
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .raw()
      .toBuffer();
    return { bytes, hash: hashBytes(file) };
  } catch (error) {
    throw new UserError(
      `data: ${path} cannot be read as a picture (${(error as Error).message}); take it out of the folder`,
    );
  }
}

function list(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} …` : names.join(', ') || 'none';
}
