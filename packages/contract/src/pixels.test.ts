import { frameLikeMnist, fromBytes, tile, toBytes } from '@infogan/contract';
import { describe, expect, test } from 'vitest';

test('ink to bytes and back', () => {
  expect([...toBytes(Float32Array.of(-0.1, 0, 0.5, 1, 1.2))]).toEqual([0, 0, 128, 255, 255]);
  expect([...fromBytes([0, 255])]).toEqual([0, 1]);
});

test('a sheet lays pictures row by row with a gap', () => {
  const pictures = Uint8Array.of(1, 2, 3); // three pictures of one pixel
  const sheet = tile(pictures, { width: 1, height: 1, channels: 1 }, 2, { gap: 1, background: 9 });
  expect({ width: sheet.width, height: sheet.height }).toEqual({ width: 5, height: 5 });
  const rows = Array.from({ length: 5 }, (_, y) => [...sheet.data.subarray(y * 5, (y + 1) * 5)].join(' '));
  expect(rows).toEqual(['9 9 9 9 9', '9 1 9 2 9', '9 9 9 9 9', '9 3 9 9 9', '9 9 9 9 9']);
});

describe('framing as MNIST was made', () => {
  /** A filled rectangle of ink on a white page. */
  function page(width: number, height: number, box: [number, number, number, number]) {
    const ink = new Float32Array(width * height);
    const [left, top, right, bottom] = box;
    for (let y = top; y < bottom; y++) ink.fill(1, y * width + left, y * width + right);
    return { width, height, ink };
  }
  const rows = (frame: Float32Array) =>
    Array.from({ length: 28 }, (_, y) => frame.subarray(y * 28, (y + 1) * 28));

  test('the longer side becomes 20 pixels, the centre of mass the middle', () => {
    const frame = frameLikeMnist(page(300, 200, [10, 20, 60, 120]));
    const inked = rows(frame).map((row) => row.reduce((a, b) => a + b, 0));
    expect(inked.filter((sum) => sum > 0)).toHaveLength(20);
    expect(Math.max(...inked)).toBeCloseTo(10, 5); // 50 wide of 100 high
    expect(inked.findIndex((sum) => sum > 0)).toBe(4);
  });

  test('where the digit stands on the page does not matter', () => {
    const a = frameLikeMnist(page(100, 100, [5, 5, 25, 45]));
    const b = frameLikeMnist(page(200, 150, [120, 90, 140, 130]));
    expect(a).toEqual(b);
  });

  test('an empty page is an empty frame', () => {
    expect(frameLikeMnist({ width: 10, height: 10, ink: new Float32Array(100) })).toEqual(
      new Float32Array(784),
    );
  });
});
