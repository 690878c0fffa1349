import { Random } from '@infogan/contract';
import * as fc from 'fast-check';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { SmallPngWriter, longestSmallPng } from './small-png.ts';

async function roundTrip(ink: Float32Array, geometry: { width: number; height: number; channels: 1 | 3 }) {
  const out = new Uint8Array(10 + longestSmallPng(geometry));
  const end = new SmallPngWriter(geometry).write(ink, 0, out, 10);
  const file = out.subarray(10, end);
  const { data, info } = await sharp(file, { failOn: 'warning' })
    .toColourspace(geometry.channels === 1 ? 'b-w' : 'srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { file, data, info };
}

test('libpng reads back exactly the bytes that went in, for any picture', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        width: fc.integer({ min: 1, max: 64 }),
        height: fc.integer({ min: 1, max: 64 }),
        channels: fc.constantFrom(1 as const, 3 as const),
      }),
      fc.integer(),
      fc.constantFrom(0, 0.2, 0.9, 1),
      async (geometry, seed, flatness) => {
        const random = new Random(seed);
        let value = 0;
        const ink = Float32Array.from({ length: geometry.width * geometry.height * geometry.channels }, () =>
          random.uniform() < flatness ? value : (value = random.uniform() * 1.2 - 0.1),
        );
        const { file, data } = await roundTrip(ink, geometry);
        expect(file.length).toBeLessThanOrEqual(longestSmallPng(geometry));
        const { width, height, channels } = geometry;
        for (let i = 0; i < width * height; i++) {
          for (let c = 0; c < channels; c++) {
            const expected = Math.min(255, Math.max(0, Math.round(ink[c * width * height + i]! * 255)));
            expect(data[i * channels + c]).toBe(expected);
          }
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('checksums stay right over long pictures of full ink', async () => {
  const geometry = { width: 1024, height: 1024, channels: 1 as const };
  const { data } = await roundTrip(new Float32Array(1024 * 1024).fill(1), geometry);
  expect(data.every((byte) => byte === 255)).toBe(true);
});

test('an empty 28x28 picture is a file of under 120 bytes', async () => {
  const { file, info } = await roundTrip(new Float32Array(784), { width: 28, height: 28, channels: 1 });
  expect(info).toMatchObject({ width: 28, height: 28 });
  expect(file.length).toBeLessThan(120);
});
