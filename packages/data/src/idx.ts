import { UserError } from '@infogan/contract';

const UNSIGNED_BYTE = 0x08;

/** An IDX file: magic (0, 0, type, rank), one 32-bit big-endian size per dimension, then the bytes. */
export interface Idx {
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/**
 * Reads an IDX file of unsigned bytes (format: yann.lecun.com/exdb/mnist).
 * @param where the file's name, for error sentences
 * @throws UserError for another magic, another type, or a length that does not fit the header
 */
export function parseIdx(file: Uint8Array, where: string): Idx {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 4 || view.getUint16(0) !== 0) {
    throw new UserError(`data: ${where} is no IDX file (it starts with another magic); get the file again`);
  }
  if (file[2] !== UNSIGNED_BYTE) {
    throw new UserError(
      `data: ${where} holds IDX type 0x${file[2]!.toString(16)} when expected 0x8, unsigned bytes`,
    );
  }
  const rank = file[3]!;
  const start = 4 + 4 * rank;
  if (file.length < start) throw new UserError(`data: ${where} ends inside its header; get the file again`);
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const expected = start + shape.reduce((product, size) => product * size, 1);
  if (file.length !== expected) {
    throw new UserError(
      `data: ${where} has ${file.length} bytes when its header (${shape.join(' x ')}) asks for ${expected}; it is cut off, get it again`,
    );
  }
  return { shape, bytes: file.subarray(start) };
}
