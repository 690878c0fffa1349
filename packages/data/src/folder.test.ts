import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fitDataset, loadData, loadMnist, type Dataset } from '@infogan/data';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';

/** A picture of one colour. */
const plain = (width: number, height: number, background: string) =>
  sharp({ create: { width, height, channels: 3, background } });

async function folder(files: Record<string, Buffer>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'pictures-'));
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), bytes);
  }
  return root;
}

const GREY = { width: 16, height: 16, channels: 1 } as const;
const COLOURS = { ...GREY, channels: 3 } as const;

describe('a folder of pictures', async () => {
  const red = await plain(40, 20, '#f00').jpeg({ quality: 100 }).toBuffer();
  const blue = await plain(16, 16, '#00f').png().toBuffer();
  const named = (name: string, bytes: Buffer) =>
    Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`${name}${i}`, bytes]));

  test('with a folder for each class: labels by name, every tenth picture tests', async () => {
    const root = await folder({ ...named('red/a', red), ...named('blue/b', blue) });
    // without a known ending nothing is a picture
    await expect(loadData(root, COLOURS)).rejects.toThrow(/has 0 pictures to train on and 0 to test with/);

    const endings = { ...renamed(named('red/a', red), '.jpg'), ...renamed(named('blue/b', blue), '.PNG') };
    const { classes, train, test: held } = await loadData(await folder(endings), COLOURS);
    expect(classes).toEqual(['blue', 'red']);
    expect([train.count, held.count]).toEqual([18, 2]);
    expect(train).toMatchObject(COLOURS);
    const first = (label: number) => train.labels.indexOf(label) * 16 * 16 * 3;
    expect([...train.pixels.subarray(first(0), first(0) + 3)]).toEqual([0, 0, 255]);
    const [r, g, b] = train.pixels.subarray(first(1));
    expect(r! > 250 && g! < 5 && b! < 5).toBe(true);
  });

  test('without classes, in grey', async () => {
    const { classes, train } = await loadData(await folder(renamed(named('x', blue), '.png')), GREY);
    expect(classes).toEqual([]);
    expect(train.pixels).toHaveLength(9 * 16 * 16);
  });

  test('with train and test folders keeps them apart', async () => {
    const root = await folder({ 'train/a/1.png': blue, 'train/a/2.png': blue, 'test/a/1.png': blue });
    const { train, test: held } = await loadData(root, GREY);
    expect([train.count, held.count]).toEqual([2, 1]);
  });

  test.each([
    [{ 'a.png': blue, 'b/c.png': blue }, /has pictures \(a\.png\) beside folders \(b\)/],
    [{ 'train/a/1.png': blue, 'test/b/1.png': blue }, /has classes a in train and b in test/],
    [
      { ...renamed(named('x', blue), '.png'), 'y.png': Buffer.from('no picture') },
      /y\.png cannot be read as a picture/,
    ],
    [{}, /has 0 pictures to train on and 0 to test with; put at least 10/],
  ] as [Record<string, Buffer>, RegExp][])(
    'that does not fit together is refused: %#',
    async (files, sentence) => {
      await expect(loadData(await folder(files), GREY)).rejects.toThrow(sentence);
    },
  );

  test('that is not there is refused by name', async () => {
    await expect(loadData('/nowhere/at/all', GREY)).rejects.toThrow(/cannot read \/nowhere\/at\/all/);
  });
});

function renamed(files: Record<string, Buffer>, ending: string): Record<string, Buffer> {
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name + ending, bytes]));
}

describe('MNIST at another size', async () => {
  const mnist = await loadMnist();
  const few: Dataset = {
    ...mnist,
    train: { ...mnist.train, count: 3, pixels: mnist.train.pixels.subarray(0, 3 * 784) },
    test: { ...mnist.test, count: 1, pixels: mnist.test.pixels.subarray(0, 784) },
  };

  const ink = (x: number, y: number) =>
    x < 0 || y < 0 || x > 27 || y > 27 ? undefined : few.train.pixels[y * 28 + x]!;

  test('64 pixels: four neighbours, weighed by how near they are', () => {
    const { train } = fitDataset(few, { width: 64, height: 64, channels: 1 });
    const clamp = (value: number) => Math.min(27, Math.max(0, value));
    for (let y = 0; y < 64; y++) {
      for (let x = 0; x < 64; x++) {
        const [u, v] = [((x + 0.5) * 28) / 64 - 0.5, ((y + 0.5) * 28) / 64 - 0.5];
        const [left, top] = [Math.floor(u), Math.floor(v)];
        const row = (at: number) =>
          ink(clamp(left), clamp(at))! * (left + 1 - u) + ink(clamp(left + 1), clamp(at))! * (u - left);
        const wanted = row(top) * (top + 1 - v) + row(top + 1) * (v - top);
        expect(Math.abs(train.pixels[y * 64 + x]! - wanted), `${x}, ${y}`).toBeLessThan(0.51);
      }
    }
    expect(train.pixels).toHaveLength(3 * 64 * 64);
  });

  test('half the size: four pixels a side, 1 3 3 1', () => {
    const { train } = fitDataset(few, { width: 14, height: 14, channels: 1 });
    const share = [1, 3, 3, 1];
    for (let y = 1; y < 13; y++) {
      for (let x = 1; x < 13; x++) {
        const wanted = share.flatMap((b, j) =>
          share.map((a, i) => (a * b * ink(2 * x - 1 + i, 2 * y - 1 + j)!) / 64),
        );
        const sum = wanted.reduce((total, part) => total + part, 0);
        expect(Math.abs(train.pixels[y * 14 + x]! - sum), `${x}, ${y}`).toBeLessThan(0.51);
      }
    }
  });

  test('the mean stays, at any size', () => {
    const mean = (bytes: Uint8Array) => bytes.reduce((sum, value) => sum + value, 0) / bytes.length;
    for (const size of [16, 20, 48]) {
      const { train } = fitDataset(few, { width: size, height: size, channels: 1 });
      expect(Math.abs(mean(train.pixels) - mean(few.train.pixels))).toBeLessThan(1);
    }
  });

  test('in three channels is the same grey thrice, and back again is what it was', () => {
    const geometry = { width: 28, height: 28 };
    const colours = fitDataset(few, { ...geometry, channels: 3 });
    const at = few.train.pixels.findIndex((value) => value > 0);
    const grey = few.train.pixels[at];
    expect([...colours.train.pixels.subarray(3 * at, 3 * at + 3)]).toEqual([grey, grey, grey]);
    const back = fitDataset(colours, { ...geometry, channels: 1 }).train.pixels;
    expect([...back]).toEqual([...few.train.pixels]);
  });
});
