import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { loadMnist, parseIdx } from '@infogan/data';
import { describe, expect, test } from 'vitest';

/** An IDX file of unsigned bytes. */
function idx(shape: number[], bytes: number[]): Uint8Array {
  const header = new Uint8Array(4 + 4 * shape.length);
  header.set([0, 0, 8, shape.length]);
  shape.forEach((size, i) => new DataView(header.buffer).setUint32(4 + 4 * i, size));
  return new Uint8Array([...header, ...bytes]);
}

describe('MNIST', () => {
  test('is 60,000 training and 10,000 test pictures of 28x28, whose first is a 5', async () => {
    const { train, test: testing, name } = await loadMnist();
    expect({ name, count: train.count, height: train.height, width: train.width }).toEqual({
      name: 'mnist',
      count: 60_000,
      height: 28,
      width: 28,
    });
    expect(testing.count).toBe(10_000);
    expect([...train.labels.subarray(0, 5)]).toEqual([5, 0, 4, 1, 9]);
    expect([...testing.labels.subarray(0, 3)]).toEqual([7, 2, 1]);
  });
});

describe('a folder of IDX files', () => {
  const images = idx([2, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7]);
  const labels = idx([2], [3, 9]);

  async function folder(files: Record<string, Uint8Array>): Promise<string> {
    const path = await mkdtemp(join(tmpdir(), 'idx-'));
    await Promise.all(Object.entries(files).map(([name, bytes]) => writeFile(join(path, name), bytes)));
    return path;
  }

  test('is read, gzipped or not', async () => {
    const path = await folder({
      'train-images-idx3-ubyte.gz': gzipSync(images),
      'train-labels-idx1-ubyte': labels,
      't10k-images-idx3-ubyte': images,
      't10k-labels-idx1-ubyte.gz': gzipSync(labels),
    });
    const { train } = await loadMnist(path);
    expect(train).toMatchObject({ count: 2, height: 2, width: 2 });
    expect([...train.labels]).toEqual([3, 9]);
    expect([...train.pixels]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('without a file is refused by the file’s name', async () => {
    const path = await folder({ 'train-images-idx3-ubyte': images });
    await expect(loadMnist(path)).rejects.toThrow(
      /neither \S+ nor \S+\.gz; a data folder holds train-images/,
    );
  });

  test('with as many labels as another set has is refused', async () => {
    const three = idx([3], [1, 2, 3]);
    const path = await folder({
      'train-images-idx3-ubyte': images,
      'train-labels-idx1-ubyte': three,
      't10k-images-idx3-ubyte': images,
      't10k-labels-idx1-ubyte': labels,
    });
    await expect(loadMnist(path)).rejects.toThrow(
      /train has images of shape 2 x 2 x 2 and labels of shape 3/,
    );
  });

  test('with a damaged .gz is refused', async () => {
    const path = await folder({
      'train-images-idx3-ubyte.gz': gzipSync(images).subarray(0, 20),
      'train-labels-idx1-ubyte': labels,
      't10k-images-idx3-ubyte': images,
      't10k-labels-idx1-ubyte': labels,
    });
    await expect(loadMnist(path)).rejects.toThrow(/train-images-idx3-ubyte\.gz in .* is damaged/);
  });
});

test.each([
  [new Uint8Array([1, 2, 3, 4]), /is no IDX file/],
  [new Uint8Array([0, 0, 0x0d, 1, 0, 0, 0, 0]), /holds IDX type 0xd when expected 0x8/],
  [new Uint8Array([0, 0, 8, 3, 0, 0]), /ends inside its header/],
  [idx([2, 2], [1, 2, 3]), /has 15 bytes when its header \(2 x 2\) asks for 16; it is cut off/],
])('IDX bytes that break the format are refused: %#', (bytes, sentence) => {
  expect(() => parseIdx(bytes, 'x')).toThrow(sentence);
});
