// @noble/hashes: audited, and unlike SubtleCrypto it also works on pages served without TLS
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { UserError } from './errors.ts';
import { parseManifest, type Manifest } from './manifest.ts';
import { MANIFEST_FILE } from './names.ts';

/** Gives the bytes of a file of the model directory, by relative path; rejects when it is not there. */
export type FileReader = (path: string) => Promise<Uint8Array>;

/** A model directory whose every byte was checked against its manifest. */
export interface ModelFiles {
  readonly manifest: Manifest;
  /** The ONNX file of the generator. */
  readonly generator: Uint8Array<ArrayBuffer>;
  /** The ONNX file of the recognizer, or null for a model without one. */
  readonly recognizer: Uint8Array<ArrayBuffer> | null;
}

/** Hexadecimal sha256. */
export function hashBytes(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes));
}

/**
 * Reads a model directory through `read` (a file system, `fetch`, dropped files) and checks it.
 * @param where its path or address, for error sentences
 * @throws UserError when a file is missing, has another length or hash, or the manifest is refused
 */
export async function openModel(read: FileReader, where: string): Promise<ModelFiles> {
  const manifest = await openManifest(read, where);
  const { generator, recognizer } = manifest.graphs;
  const [generatorBytes, recognizerBytes] = await Promise.all([
    readChecked(read, manifest, generator, where),
    recognizer === null ? null : readChecked(read, manifest, recognizer, where),
  ]);
  return { manifest, generator: generatorBytes, recognizer: recognizerBytes };
}

/** Reads and checks the manifest alone. */
export async function openManifest(read: FileReader, where: string): Promise<Manifest> {
  const bytes = await readFileOrExplain(read, MANIFEST_FILE, where);
  return parseManifest(new TextDecoder().decode(bytes), where);
}

/** Reads one file that the manifest lists and checks its length and hash. */
export async function readChecked(
  read: FileReader,
  manifest: Manifest,
  path: string,
  where: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const entry = manifest.files[path];
  if (entry === undefined) {
    throw new UserError(
      `model: ${where} names ${path} but its manifest does not list it; export the model again`,
    );
  }
  const bytes = await readFileOrExplain(read, path, where);
  if (bytes.length !== entry.bytes) {
    throw new UserError(
      `model: ${where}/${path} has ${bytes.length} bytes, its manifest says ${entry.bytes}; the file is cut off or from another export`,
    );
  }
  const hash = hashBytes(bytes);
  if (hash !== entry.sha256) {
    throw new UserError(
      `model: ${where}/${path} has sha256 ${hash.slice(0, 12)}…, its manifest says ${entry.sha256.slice(0, 12)}…; the file was changed after the export`,
    );
  }
  return bytes as Uint8Array<ArrayBuffer>;
}

async function readFileOrExplain(read: FileReader, path: string, where: string): Promise<Uint8Array> {
  try {
    return await read(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`model: ${where} is no complete model directory: cannot read ${path} (${reason})`);
  }
}
