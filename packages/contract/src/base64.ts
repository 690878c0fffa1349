/** Float32 numbers as base64 of their little-endian bytes, so that JSON keeps every bit. */
export function encodeFloats(values: Float32Array): string {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  let binary = '';
  for (let i = 0; i < bytes.length; i += 4096) binary += String.fromCharCode(...bytes.subarray(i, i + 4096));
  return btoa(binary);
}

/** The inverse of `encodeFloats`. Throws where the text is no base64 of whole float32 numbers. */
export function decodeFloats(text: string): Float32Array {
  const binary = atob(text);
  if (binary.length % 4 !== 0)
    throw new Error(`base64 holds ${binary.length} bytes, not whole float32 numbers`);
  return new Float32Array(Uint8Array.from(binary, (char) => char.charCodeAt(0)).buffer);
}
