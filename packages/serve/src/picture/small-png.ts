import { crc32 } from 'node:zlib';
import type { ImageGeometry } from '@infogan/contract';

/*
 * The hot path's encoder. zlib spends most of its time on a 28x28 picture in setting itself up; digits on
 * black are runs and a few hundred bytes of strokes, for which deflate's fixed Huffman code (RFC 1951, 3.2.6)
 * with matches at distance 1 (runs) is small enough and can be written in one pass, straight from the floats.
 */

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const LONGEST_RUN = 258;
const SHORTEST_RUN = 3;

/** Bits of each literal, least significant first, and how many. */
const LITERAL = new Uint16Array(256);
const LITERAL_BITS = new Uint8Array(256);
/** Bits of a run of that length: length code, its extra bits, distance code of 1 (five zero bits). */
const RUN = new Uint32Array(LONGEST_RUN + 1);
const RUN_BITS = new Uint8Array(LONGEST_RUN + 1);
fillTables();

function fillTables(): void {
  for (let value = 0; value < 256; value++) {
    const bits = value < 144 ? 8 : 9;
    LITERAL[value] = reverse(value < 144 ? 0x30 + value : 0x190 + value - 144, bits);
    LITERAL_BITS[value] = bits;
  }
  let [symbol, length] = [257, SHORTEST_RUN];
  for (; symbol < 285; symbol++) {
    const extraBits = symbol < 265 ? 0 : (symbol - 261) >> 2;
    for (let extra = 0; extra < 1 << extraBits; extra++) setRun(length++, symbol, extra, extraBits);
  }
  setRun(LONGEST_RUN, 285, 0, 0);
}

function setRun(length: number, symbol: number, extra: number, extraBits: number): void {
  const bits = symbol < 280 ? 7 : 8;
  const code = reverse(symbol < 280 ? symbol - 256 : 0xc0 + symbol - 280, bits);
  RUN[length] = code | (extra << bits);
  RUN_BITS[length] = bits + extraBits + 5;
}

/** Deflate packs Huffman codes with the most significant bit first, everything else the other way round. */
function reverse(code: number, bits: number): number {
  let reversed = 0;
  for (let i = 0; i < bits; i++) reversed |= ((code >> i) & 1) << (bits - 1 - i);
  return reversed;
}

/** No picture of this geometry becomes a longer file. */
export function longestSmallPng({ channels, height, width }: ImageGeometry): number {
  return 80 + Math.ceil((height * (width * channels + 1) * 9) / 8);
}

/** Writes PNG files of pictures of one geometry. */
export class SmallPngWriter {
  readonly #geometry: ImageGeometry;
  readonly #head: Uint8Array;
  readonly #filtered: Uint8Array;

  constructor(geometry: ImageGeometry) {
    this.#geometry = geometry;
    this.#head = fileHead(geometry);
    this.#filtered = new Uint8Array(geometry.height * (geometry.width * geometry.channels + 1));
  }

  /**
   * @param ink float [channels, height, width] in [0, 1], clamped; element 0 is at `start`
   * @param out has `longestSmallPng` bytes left from `at` on
   * @returns where the file ends in `out`
   */
  write(ink: Float32Array, start: number, out: Uint8Array, at: number): number {
    this.#filter(ink, start);
    out.set(this.#head, at);
    const chunk = at + this.#head.length;
    const end = this.#deflate(out, chunk + 8);
    putUint32(out, chunk, end - chunk - 8);
    out.set(IDAT, chunk + 4);
    putUint32(out, end, crc32(out.subarray(chunk + 4, end)));
    out.set(IEND, end + 4);
    return end + 4 + IEND.length;
  }

  /** Scan lines, interleaved, each after its filter byte 0. */
  #filter(ink: Float32Array, start: number): void {
    const { channels, height, width } = this.#geometry;
    const bytes = this.#filtered;
    const plane = height * width;
    let to = 0;
    for (let y = 0; y < height; y++) {
      to++;
      for (let x = 0; x < width; x++) {
        for (let c = 0, from = start + y * width + x; c < channels; c++, from += plane) {
          const value = ink[from]! * 255 + 0.5;
          bytes[to++] = value > 255 ? 255 : value > 0 ? value : 0;
        }
      }
    }
  }

  /** A zlib stream of one final block with fixed codes. */
  #deflate(out: Uint8Array, start: number): number {
    const bytes = this.#filtered;
    const length = bytes.length;
    let to = start;
    out[to++] = 0x78;
    out[to++] = 0x01;
    let held = 0b011;
    let bits = 3;
    let [low, high] = [1, 0];
    for (let i = 0; i < length;) {
      const value = bytes[i]!;
      held |= LITERAL[value]! << bits;
      bits += LITERAL_BITS[value]!;
      let next = i + 1;
      const limit = Math.min(length, next + LONGEST_RUN);
      while (next < limit && bytes[next] === value) next++;
      const run = next - i - 1;
      if (run < SHORTEST_RUN) next = i + 1;
      else {
        for (; bits >= 8; bits -= 8, held >>>= 8) out[to++] = held;
        held |= RUN[run]! << bits;
        bits += RUN_BITS[run]!;
      }
      for (; bits >= 8; bits -= 8, held >>>= 8) out[to++] = held;
      const count = next - i;
      high += low * count + (value * count * (count + 1)) / 2;
      low += value * count;
      // sums stay exact: one step adds at most 259 * (low + 255 * 130) to `high`
      if (high > 2 ** 40) [low, high] = [low % 65521, high % 65521];
      i = next;
    }
    bits += 7; // end of block: seven zero bits
    for (; bits > 0; bits -= 8, held >>>= 8) out[to++] = held;
    putUint32(out, to, (((high % 65521) << 16) | (low % 65521)) >>> 0);
    return to + 4;
  }
}

const IDAT = ascii('IDAT');
const IEND = Uint8Array.of(0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82);

/** Signature and IHDR: 8 bits a channel, grey or RGB, not interlaced. */
function fileHead({ channels, height, width }: ImageGeometry): Uint8Array {
  const head = new Uint8Array(33);
  head.set(SIGNATURE);
  putUint32(head, 8, 13);
  head.set(ascii('IHDR'), 12);
  putUint32(head, 16, width);
  putUint32(head, 20, height);
  head[24] = 8;
  head[25] = channels === 1 ? 0 : 2;
  putUint32(head, 29, crc32(head.subarray(12, 29)));
  return head;
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

function putUint32(out: Uint8Array, at: number, value: number): void {
  out[at] = value >>> 24;
  out[at + 1] = value >>> 16;
  out[at + 2] = value >>> 8;
  out[at + 3] = value;
}
