import type { LabelledImages } from '@infogan/data';
import { rows, type Rows } from '@infogan/measure';
import { gatherPictures } from '../pictures.ts';

/** Directions of a gradient, and cells of the picture in each direction, of a histogram. */
const DIRECTIONS = 8;
const CELLS = 7;
export const HISTOGRAM_WIDTH = DIRECTIONS * CELLS * CELLS;

/**
 * What a picture looks like: histograms of oriented gradients (Dalal & Triggs 2005). Every gradient votes for its two nearest directions in its four nearest cells; the root of the
 * shares (Arandjelović & Zisserman 2012) keeps a few strong edges from drowning the rest.
 * @returns [N, 392], rows of length 1 (a blank picture's is 0)
 */
export function gradientHistograms(images: LabelledImages): Rows {
  const { count, height, width } = images;
  const data = new Float32Array(count * HISTOGRAM_WIDTH);
  for (let i = 0; i < count; i++) {
    const ink = gatherPictures(images, Int32Array.of(i));
    addHistogram(ink, height, width, data.subarray(i * HISTOGRAM_WIDTH, (i + 1) * HISTOGRAM_WIDTH));
  }
  return rows(data, HISTOGRAM_WIDTH);
}

function addHistogram(ink: Float32Array, height: number, width: number, histogram: Float32Array): void {
  for (let y = 1; y < height - 1; y++) {
    const cellY = ((y + 0.5) * CELLS) / height - 0.5;
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const dx = ink[at + 1]! - ink[at - 1]!;
      const dy = ink[at + width]! - ink[at - width]!;
      if (dx === 0 && dy === 0) continue;
      const turn = (Math.atan2(dy, dx) / (2 * Math.PI)) * DIRECTIONS + DIRECTIONS;
      vote(histogram, turn, cellY, ((x + 0.5) * CELLS) / width - 0.5, Math.hypot(dx, dy));
    }
  }
  let sum = 0;
  for (const value of histogram) sum += value;
  if (sum === 0) return;
  for (let k = 0; k < histogram.length; k++) histogram[k] = Math.sqrt(histogram[k]! / sum);
}

/** Splits a vote linearly between the two neighbours on each of the three axes; the directions go round. */
function vote(histogram: Float32Array, turn: number, y: number, x: number, weight: number): void {
  const [low, top, left] = [Math.floor(turn), Math.floor(y), Math.floor(x)];
  for (let d = 0; d < 2; d++) {
    const byTurn = weight * (d === 0 ? 1 - (turn - low) : turn - low);
    const start = ((low + d) % DIRECTIONS) * CELLS * CELLS;
    for (let r = 0; r < 2; r++) {
      const row = top + r;
      if (row < 0 || row >= CELLS) continue;
      const byRow = byTurn * (r === 0 ? 1 - (y - top) : y - top);
      for (let c = 0; c < 2; c++) {
        const column = left + c;
        if (column < 0 || column >= CELLS) continue;
        histogram[start + row * CELLS + column]! += byRow * (c === 0 ? 1 - (x - left) : x - left);
      }
    }
  }
}
