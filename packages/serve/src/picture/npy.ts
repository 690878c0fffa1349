/** Bytes of the head of a .npy file (NumPy format 1.0) of little-endian float32 numbers in C order. */
export function npyHead(shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const description = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }`;
  // magic, version and length take 10 bytes; the whole head is a multiple of 64 and ends with a line feed
  const padded = description.padEnd(Math.ceil((description.length + 11) / 64) * 64 - 11) + '\n';
  const head = new Uint8Array(10 + padded.length);
  head.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, padded.length & 255, padded.length >> 8]);
  head.set(new TextEncoder().encode(padded), 10);
  return head;
}

/** A whole .npy file. */
export function formatNpy(shape: readonly number[], values: Float32Array): Uint8Array {
  const head = npyHead(shape);
  const file = new Uint8Array(head.length + values.byteLength);
  file.set(head);
  file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), head.length);
  return file;
}
