import { array, assert, constant, float, oneof, property } from 'fast-check';
import { fromBytes } from '@infogan/contract';
import { loadMnist } from '@infogan/data';
import { measureImage, median, slant, thickness } from '@infogan/measure';
import { beforeAll, describe, expect, it } from 'vitest';

const SIZE = 28;
const COUNT = 200;
let digits: Float32Array[] = [];

beforeAll(async () => {
  const { train } = await loadMnist();
  digits = Array.from({ length: COUNT }, (_, i) => fromBytes(train.pixels.subarray(i * 784, (i + 1) * 784)));
});

describe('the first training picture of MNIST', () => {
  it('measures what Morpho-MNIST published for it', () => {
    const five = measureImage(digits[0]!);
    const ratios = {
      area: five.area / 107.3,
      length: five.length / 50.27,
      thickness: five.thickness / 2.461,
      slant: five.slant / 0.2311,
      width: five.width / 14.54,
      height: five.height / 19.85,
    };
    const off = Object.entries(ratios).filter(([, ratio]) => !(Math.abs(ratio - 1) < 0.02));
    expect(off).toEqual([]);
  });

  it('measures the same alone and together', () => {
    const five = measureImage(digits[0]!);
    expect(slant(digits[0]!)).toBe(five.slant);
    expect(thickness(digits[0]!)).toBe(five.thickness);
  });
});

describe('known changes read back', () => {
  it.each([-0.3, -0.15, 0.15, 0.3])(
    'pictures sheared by %f: the tangent of the slant changes by that',
    (by) => {
      const changes = digits.map((digit) => Math.tan(slant(shear(digit, by))) - Math.tan(slant(digit)));
      expect(Math.abs(median(changes) - by)).toBeLessThan(0.02);
    },
  );

  it('a digit mirrored leans the other way', () => {
    const mirrored = digits[0]!.map((_, i) => digits[0]![i - (i % SIZE) + SIZE - 1 - (i % SIZE)]!);
    expect(slant(mirrored)).toBeCloseTo(-slant(digits[0]!), 6);
  });

  it.each([-0.5, -0.25, 0.25, 0.5, 1])(
    'strokes grown by %f px on every side: thickness changes by twice that',
    (radius) => {
      const changes = digits
        .slice(0, 60)
        .map((digit) => thickness(grow(digit, radius)) - thickness(grow(digit, 0)));
      expect(Math.abs(median(changes) - 2 * radius)).toBeLessThan(0.25);
    },
  );

  it('a bar has its own width, height and area', () => {
    const bar = picture((x, y) => (x >= 12 && x < 16 && y >= 4 && y < 24 ? 1 : 0));
    const measured = measureImage(bar);
    expect(measured.area).toBeCloseTo(80, -0.5);
    expect(Math.abs(measured.thickness - 4)).toBeLessThan(0.4);
    expect(Math.abs(measured.height - 20)).toBeLessThan(0.6);
    expect(Math.abs(measured.width - 4)).toBeLessThan(1); // the smoothing makes its edges soft
    expect(measured.slant).toBeCloseTo(0, 6);
  });
});

describe('every picture has a defined answer', () => {
  it('a blank one: zeros', () => {
    const measured = Object.values(measureImage(new Float32Array(784)));
    expect(measured.map(Math.abs)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('a full one: all of the frame', () => {
    const full = measureImage(new Float32Array(784).fill(1));
    expect(full.area).toBe(784);
    expect(full.slant).toBeCloseTo(0, 6);
    expect(full.thickness).toBeGreaterThan(5);
    expect(Math.abs(full.width - 28)).toBeLessThan(1);
  });

  it('noise of any kind: finite numbers', () => {
    const pixel = oneof(constant(0), constant(1), float({ min: 0, max: 1, noNaN: true }));
    assert(
      property(array(pixel, { minLength: 784, maxLength: 784 }), (pixels) => {
        for (const value of Object.values(measureImage(Float32Array.from(pixels)))) {
          expect(Number.isFinite(value)).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('other sizes are measured too, and a wrong length is refused', () => {
    const size = { width: 5, height: 3 };
    for (const value of Object.values(measureImage(new Float32Array(15).fill(0.7), size))) {
      expect(Number.isFinite(value)).toBe(true);
    }
    expect(() => slant(new Float32Array(15))).toThrow('ruler: got 15 pixels for a picture of 28 x 28');
  });
});

function picture(ink: (x: number, y: number) => number): Float32Array {
  return Float32Array.from({ length: 784 }, (_, i) => ink(i % SIZE, Math.floor(i / SIZE)));
}

/** Moves every row sideways so that the picture leans right by `by` pixels a pixel; linear interpolation. */
function shear(digit: Float32Array, by: number): Float32Array {
  return picture((x, y) => {
    const source = x - by * (13.5 - y);
    const left = Math.floor(source);
    const at = (column: number) => (column < 0 || column >= SIZE ? 0 : digit[y * SIZE + column]!);
    return at(left) + (source - left) * (at(left + 1) - at(left));
  });
}

const FINE = 8;

/** Cuts the digit out at half ink on an eight times finer grid, grows it by `radius` pixels, scales it back. */
function grow(digit: Float32Array, radius: number): Float32Array {
  const size = SIZE * FINE;
  const inked = new Uint8Array(size * size);
  for (let i = 0; i < inked.length; i++) {
    inked[i] =
      inkAt(digit, ((i % size) + 0.5) / FINE - 0.5, (Math.floor(i / size) + 0.5) / FINE - 0.5) >= 0.5 ? 1 : 0;
  }
  const reach = Math.round(Math.abs(radius) * FINE);
  const wanted = radius > 0 ? 1 : 0;
  const grown = Uint8Array.from(inked);
  for (let y = reach; y < size - reach; y++) {
    for (let x = reach; x < size - reach; x++) {
      if (reach === 0 || inked[y * size + x] !== wanted) continue;
      // only the outline can change its surroundings
      if (
        inked[y * size + x - 1] === wanted &&
        inked[y * size + x + 1] === wanted &&
        inked[(y - 1) * size + x] === wanted &&
        inked[(y + 1) * size + x] === wanted
      )
        continue;
      for (let dy = -reach; dy <= reach; dy++) {
        const half = Math.floor(Math.sqrt(reach * reach - dy * dy));
        grown.fill(wanted, (y + dy) * size + x - half, (y + dy) * size + x + half + 1);
      }
    }
  }
  return picture((x, y) => {
    let sum = 0;
    for (let dy = 0; dy < FINE; dy++) {
      for (let dx = 0; dx < FINE; dx++) sum += grown[(y * FINE + dy) * size + x * FINE + dx]!;
    }
    return sum / FINE ** 2;
  });
}

/** Bilinear. */
function inkAt(digit: Float32Array, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const at = (column: number, row: number) =>
    column < 0 || row < 0 || column >= SIZE || row >= SIZE ? 0 : digit[row * SIZE + column]!;
  const [u, v] = [x - left, y - top];
  return (
    (1 - v) * ((1 - u) * at(left, top) + u * at(left + 1, top)) +
    v * ((1 - u) * at(left, top + 1) + u * at(left + 1, top + 1))
  );
}
