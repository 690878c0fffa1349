import * as tf from '@tensorflow/tfjs';
import type { LabelledImages } from '@infogan/data';
import type { Engine } from '../engine/engine.ts';

/** Side of the tiles that move on their own, and how far each may move up, down, left and right; pixels. */
const TILE = 4;
const REACH = 2;
const SHIFTS = (2 * REACH + 1) ** 2;
/** What a tile may see of another picture: two gradients, along x and y, at every pixel within its reach. */
const SIGHT = TILE + 2 * REACH;
const SEEN = 2 * SIGHT * SIGHT;
/** Pictures whose candidates are compared in one run. */
const BLOCK = 16;

/**
 * Of each picture's candidates those that it is least bent from: the image distortion model (Keysers, Deselaers,
 * Gollan & Ney 2007, "Deformation models for image recognition"), tile by tile. Every tile of the picture looks for its
 * like in the candidate within two pixels; what is left of the squared differences of the gradients counts. So a stroke
 * that is there or not tells more than where exactly it runs.
 * @param images upright, one channel @param candidates [N, K] numbers of pictures @param each how many of K to keep
 * @returns [N, each] numbers of pictures, the most alike first
 */
export async function nearestByDeformation(
  images: LabelledImages,
  candidates: Int32Array,
  each: number,
  engine: Engine,
): Promise<Int32Array> {
  const { count } = images;
  const many = candidates.length / count;
  const block = Math.min(BLOCK, count);
  const gradients = gradientsOf(images);
  const { tiles } = gradients;
  const program = await engine.prepare(
    ({ seen, tile, covered }) => ({ distances: distances(seen!, tile!, covered!) }),
    {
      seen: { shape: [block, tiles, many, SEEN] },
      tile: { shape: [block, tiles, SEEN, SHIFTS] },
      covered: { shape: [SEEN, SHIFTS] },
    },
    { covered: coveredPixels() },
  );
  const seen = new Float32Array(block * tiles * many * SEEN);
  // what no tile covers at a shift stays zero from block to block
  const tile = new Float32Array(block * tiles * SEEN * SHIFTS);
  const nearest = new Int32Array(count * each);
  for (let first = 0; first < count; first += block) {
    // the last block reaches back, so that all are of one size
    const start = Math.min(first, count - block);
    const own = (i: number) => candidates.subarray((start + i) * many, (start + i + 1) * many);
    for (let i = 0; i < block; i++) {
      layTiles(gradients, start + i, tile.subarray(i * tiles * SEEN * SHIFTS));
      laySights(gradients, own(i), seen.subarray(i * tiles * many * SEEN));
    }
    const far = (await program.run({ seen, tile }))['distances']!;
    for (let i = 0; i < block; i++) {
      const order = Array.from(own(i).keys()).toSorted((a, b) => far[i * many + a]! - far[i * many + b]!);
      for (let k = 0; k < each; k++) nearest[(start + i) * each + k] = own(i)[order[k]!]!;
    }
  }
  await program.dispose();
  return nearest;
}

/**
 * `sum over tiles of min over shifts |seen - tile|^2` but for the tiles' own squares, which are the same for every
 * candidate; the square multiplied out, so that it is two matrix products.
 * @param seen [P, tiles, K, SEEN] @param tile [P, tiles, SEEN, SHIFTS] @param covered [SEEN, SHIFTS] @returns [P, K]
 */
function distances(seen: tf.Tensor, tile: tf.Tensor, covered: tf.Tensor): tf.Tensor {
  const [pictures, tiles, many] = seen.shape as [number, number, number];
  const squares = tf.matMul(tf.reshape(tf.square(seen), [-1, SEEN]), covered);
  const products = tf.matMul(seen, tile);
  const differences = tf.sub(tf.reshape(squares, [pictures, tiles, many, SHIFTS]), tf.mul(products, 2));
  return tf.sum(tf.min(differences, 3), 1);
}

/** Ones where a tile lies at each shift. @returns [SEEN, SHIFTS] */
function coveredPixels(): Float32Array {
  const covered = new Float32Array(SEEN * SHIFTS);
  forEachPlace((place) => (covered[place] = 1));
  return covered;
}

/** Calls with each place of [SEEN, SHIFTS] that a tile covers and the value of the tile that lies there, row by row. */
function forEachPlace(call: (place: number, y: number, value: number) => void): void {
  for (let y = 0; y < TILE; y++) {
    for (let value = 0; value < 2 * TILE; value++) {
      for (let down = 0; down <= 2 * REACH; down++) {
        for (let across = 0; across <= 2 * REACH; across++) {
          const at = (y + down) * 2 * SIGHT + value + 2 * across;
          call(at * SHIFTS + down * (2 * REACH + 1) + across, y, value);
        }
      }
    }
  }
}

/** Gradients of all pictures in 127ths, with a margin of zeros: [N, rows + 2 REACH, columns + 2 REACH, 2]. */
interface Gradients {
  readonly values: Int8Array;
  readonly tilesAcross: number;
  readonly tiles: number;
  /** Values from one row to the next, and from one picture to the next. */
  readonly stride: number;
  readonly size: number;
}

function gradientsOf({ count, height, width, pixels }: LabelledImages): Gradients {
  const [tilesDown, tilesAcross] = [Math.ceil(height / TILE), Math.ceil(width / TILE)];
  const stride = 2 * (tilesAcross * TILE + 2 * REACH);
  const size = stride * (tilesDown * TILE + 2 * REACH);
  const values = new Int8Array(count * size);
  for (let i = 0; i < count; i++) {
    for (let y = 1; y < height - 1; y++) {
      for (let x = 1; x < width - 1; x++) {
        const at = (i * height + y) * width + x;
        const to = i * size + (y + REACH) * stride + 2 * (x + REACH);
        values[to] = Math.round((127 / 255) * (pixels[at + 1]! - pixels[at - 1]!));
        values[to + 1] = Math.round((127 / 255) * (pixels[at + width]! - pixels[at - width]!));
      }
    }
  }
  return { values, tilesAcross, tiles: tilesDown * tilesAcross, stride, size };
}

/** A picture's tiles, each at every shift within its sight. @param out [tiles, SEEN, SHIFTS], zeros elsewhere */
function layTiles(gradients: Gradients, picture: number, out: Float32Array): void {
  const { values, tiles, stride } = gradients;
  for (let tile = 0; tile < tiles; tile++) {
    const corner = cornerOf(gradients, picture, tile) + REACH * stride + 2 * REACH;
    const base = tile * SEEN * SHIFTS;
    forEachPlace((place, y, value) => (out[base + place] = values[corner + y * stride + value]! / 127));
  }
}

/** What each tile may see of some pictures. @param out [tiles, pictures, SEEN] */
function laySights(gradients: Gradients, pictures: Int32Array, out: Float32Array): void {
  const { values, tiles, stride } = gradients;
  let to = 0;
  for (let tile = 0; tile < tiles; tile++) {
    for (const picture of pictures) {
      const corner = cornerOf(gradients, picture, tile);
      for (let y = 0; y < SIGHT; y++) {
        const from = corner + y * stride;
        for (let value = 0; value < 2 * SIGHT; value++) out[to++] = values[from + value]! / 127;
      }
    }
  }
}

/** Where the sight of a tile begins. */
function cornerOf({ tilesAcross, stride, size }: Gradients, picture: number, tile: number): number {
  return picture * size + Math.floor(tile / tilesAcross) * TILE * stride + 2 * TILE * (tile % tilesAcross);
}
