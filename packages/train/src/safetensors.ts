import { readFile, rename, writeFile } from 'node:fs/promises';
import { UserError } from '@infogan/contract';

/** A float tensor of a safetensors file. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface TensorFile {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: Readonly<Record<string, StoredTensor>>;
}

interface HeaderEntry {
  readonly dtype: string;
  readonly shape: number[];
  readonly data_offsets: [number, number];
}

/**
 * Tensors as safetensors bytes (github.com/huggingface/safetensors: 8 bytes header length, JSON header, data),
 * so that Python reads them with `safetensors.numpy.load_file`. Own code because npm has no kept writer.
 */
export function encodeTensors({ tensors, metadata }: TensorFile): Uint8Array<ArrayBuffer> {
  const header: Record<string, HeaderEntry | Record<string, string>> = { __metadata__: { ...metadata } };
  let end = 0;
  for (const [name, { shape, values }] of Object.entries(tensors)) {
    header[name] = { dtype: 'F32', shape: [...shape], data_offsets: [end, (end += values.byteLength)] };
  }
  const text = JSON.stringify(header);
  // the format wants the data aligned to eight bytes; spaces pad the header
  const json = new TextEncoder().encode(text.padEnd(Math.ceil(text.length / 8) * 8));
  const file = new Uint8Array(8 + json.length + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  let at = 8 + json.length;
  for (const { values } of Object.values(tensors)) {
    file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return file;
}

/** @param where the file's path, for error sentences @throws UserError when the file is cut off or of another kind */
export function decodeTensors(file: Uint8Array, where: string): TensorFile {
  const refuse = (reason: string): never => {
    throw new UserError(
      `train: ${where} is no whole safetensors file (${reason}); it cannot be used, take another`,
    );
  };
  if (file.length < 8) return refuse(`${file.length} bytes`);
  const headerLength = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const start = 8 + headerLength;
  if (start > file.length) return refuse(`the header asks for ${start} bytes, the file has ${file.length}`);
  let header: Record<string, HeaderEntry>;
  try {
    header = JSON.parse(new TextDecoder().decode(file.subarray(8, start))) as Record<string, HeaderEntry>;
  } catch {
    return refuse('its header is not JSON');
  }
  const { __metadata__: metadata = {}, ...entries } = header;
  const tensors: Record<string, StoredTensor> = {};
  let end = 0;
  for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries(entries)) {
    if (dtype !== 'F32') refuse(`${name} is ${dtype}, expected F32`);
    end = Math.max(end, offsets[1]);
    if (start + offsets[1] > file.length)
      refuse(`${name} ends at byte ${start + offsets[1]}, the file has ${file.length}`);
    // a Buffer's slice would share memory: copy explicitly
    const bytes = new Uint8Array(file.subarray(start + offsets[0], start + offsets[1]));
    tensors[name] = { shape, values: new Float32Array(bytes.buffer) };
  }
  if (start + end !== file.length) refuse(`${file.length - start - end} bytes too many`);
  return { metadata: metadata, tensors };
}

export async function readTensors(path: string): Promise<TensorFile> {
  return decodeTensors(await readFile(path), path);
}

/** Writes to a temporary name and renames, so that a reader sees the old file or the new one, never half of one. */
export async function writeAtomically(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = `${path}.tmp`;
  await writeFile(temporary, content);
  await rename(temporary, path);
}
