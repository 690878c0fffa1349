import type { Dataset, LabelledImages } from './mnist.ts';

/** Size and channels of pictures. */
export interface Geometry {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

/**
 * A data set's pictures at another size and number of channels: resized by area-aware bilinear interpolation (what
 * Pillow calls BILINEAR and torchvision's Resize does), grey repeated in red, green and blue, or colours weighed to
 * grey. Sides are resized on their own, so a picture of other proportions is stretched.
 */
export function fitDataset(dataset: Dataset, geometry: Geometry): Dataset {
  return { ...dataset, train: fitImages(dataset.train, geometry), test: fitImages(dataset.test, geometry) };
}

function fitImages(images: LabelledImages, { width, height, channels }: Geometry): LabelledImages {
  const same = images.width === width && images.height === height;
  const resized = same ? images : resize(images, width, height);
  if (resized.channels === channels) return resized;
  return { ...resized, channels, pixels: channels === 3 ? repeat(resized.pixels) : toGrey(resized.pixels) };
}

/** The places that a pixel of the result is made of, with their shares, side by side. */
interface Taps {
  readonly first: Int32Array;
  readonly count: number;
  /** [to, count] */
  readonly shares: Float32Array;
}

/** A triangle over the picture, as wide as a pixel of whichever side has the larger ones. */
function triangle(from: number, to: number): Taps {
  const scale = from / to;
  const radius = Math.max(1, scale);
  const count = Math.min(from, Math.ceil(radius) * 2 + 1);
  const first = new Int32Array(to);
  const shares = new Float32Array(to * count);
  for (let i = 0; i < to; i++) {
    const center = (i + 0.5) * scale;
    first[i] = Math.min(from - count, Math.max(0, Math.floor(center - radius)));
    let sum = 0;
    for (let k = 0; k < count; k++) {
      const share = Math.max(0, 1 - Math.abs(first[i]! + k + 0.5 - center) / radius);
      shares[i * count + k] = share;
      sum += share;
    }
    for (let k = 0; k < count; k++) shares[i * count + k]! /= sum;
  }
  return { first, count, shares };
}

function resize(images: LabelledImages, width: number, height: number): LabelledImages {
  const { count, channels } = images;
  const rowSize = images.width * channels;
  const pixels = new Uint8Array(count * height * width * channels);
  const rows = triangle(images.height, height);
  const columns = triangle(images.width, width);
  const tall = new Float32Array(height * rowSize);
  for (let n = 0; n < count; n++) {
    const picture = images.pixels.subarray(n * images.height * rowSize, (n + 1) * images.height * rowSize);
    tall.fill(0);
    for (let y = 0; y < height; y++) {
      for (let k = 0; k < rows.count; k++) {
        const share = rows.shares[y * rows.count + k]!;
        if (share === 0) continue;
        const start = (rows.first[y]! + k) * rowSize;
        for (let x = 0; x < rowSize; x++) tall[y * rowSize + x]! += share * picture[start + x]!;
      }
    }
    const out = n * height * width * channels;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let c = 0; c < channels; c++) {
          let value = 0;
          for (let k = 0; k < columns.count; k++) {
            const at = y * rowSize + (columns.first[x]! + k) * channels + c;
            value += columns.shares[x * columns.count + k]! * tall[at]!;
          }
          pixels[out + (y * width + x) * channels + c] = Math.round(value);
        }
      }
    }
  }
  return { ...images, width, height, pixels };
}

function repeat(grey: Uint8Array): Uint8Array {
  const pixels = new Uint8Array(3 * grey.length);
  for (let i = 0; i < grey.length; i++) pixels.fill(grey[i]!, 3 * i, 3 * i + 3);
  return pixels;
}

/** Luma of ITU-R BT.601, as Pillow's mode L. */
function toGrey(colours: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: colours.length / 3 }, (_, i) =>
    Math.round(0.299 * colours[3 * i]! + 0.587 * colours[3 * i + 1]! + 0.114 * colours[3 * i + 2]!),
  );
}
