import { expect, it } from 'vitest';
import { enlarge } from './enlarge.ts';

it('keeps paper white and ink full, also at the border', () => {
  expect([...enlarge(new Float32Array(12), 4, 3, 5)]).toEqual(Array.from({ length: 12 * 25 }, () => 0));
  expect([...enlarge(new Float32Array(12).fill(1), 4, 3, 5)]).toEqual(
    Array.from({ length: 12 * 25 }, () => 1),
  );
});

it('puts the edge of a stroke where its grey falls to the middle, in every row alike', () => {
  // ink in the left half: the edge lies on the border between the second and the third cell
  const plane = Float32Array.from({ length: 16 }, (_, i) => (i % 4 < 2 ? 1 : 0));
  const large = enlarge(plane, 4, 4, 10);
  for (let y = 0; y < 40; y++) {
    const row = [...large.subarray(y * 40, (y + 1) * 40)];
    expect(row.slice(0, 16).every((ink) => ink === 1)).toBe(true);
    expect(row.slice(24).every((ink) => ink === 0)).toBe(true);
    expect(row.findIndex((ink) => ink < 0.5)).toBeGreaterThanOrEqual(19);
    expect(row.findIndex((ink) => ink < 0.5)).toBeLessThanOrEqual(22);
  }
});
