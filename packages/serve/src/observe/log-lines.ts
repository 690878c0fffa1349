import type { DestinationStream } from 'pino';

/** Bytes that are written together. */
const BLOCK = 2 ** 16;

/** Where whole blocks go: a `pino.destination` in its mode for buffers. */
export interface BlockSink {
  write(block: Uint8Array): unknown;
}

/**
 * Gathers lines in blocks of bytes. pino's own destination can gather too (`minLength`), but measures all that it
 * holds again at every line: with 16 kB held that was a third of all memory allocated for a request (LOG.md, serve).
 */
export class LogLines implements DestinationStream {
  readonly #sink: BlockSink;
  #block = Buffer.allocUnsafeSlow(BLOCK);
  #used = 0;

  constructor(sink: BlockSink) {
    this.#sink = sink;
  }

  write(line: string): void {
    // a character takes three bytes at most (a pair of them four)
    if (line.length * 3 > BLOCK - this.#used) this.handOn();
    if (line.length * 3 > BLOCK) this.#sink.write(Buffer.from(line));
    else this.#used += this.#block.write(line, this.#used);
  }

  /** Hands on what is held, full or not. */
  handOn(): void {
    if (this.#used === 0) return;
    this.#sink.write(this.#block.subarray(0, this.#used));
    this.#block = Buffer.allocUnsafeSlow(BLOCK);
    this.#used = 0;
  }
}
