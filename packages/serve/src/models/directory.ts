import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import {
  MANIFEST_FILE,
  hashBytes,
  openModel,
  readChecked,
  type Manifest,
  type ModelFiles,
} from '@infogan/contract';
import { contentType } from '../http/content-type.ts';

/** A file that may be sent to a browser, held in memory: what was checked is what is sent. */
export interface Asset {
  readonly bytes: Uint8Array;
  readonly type: string;
  readonly etag: string;
  /** The same in brotli where that is a fifth shorter or more. */
  readonly brotli: Uint8Array | null;
}

/** A model directory, read whole and checked against its manifest. */
export interface ModelDirectory {
  readonly directory: string;
  /** The first 12 digits of the manifest's sha256: another export is another version. */
  readonly version: string;
  readonly files: ModelFiles;
  /** `manifest.json` and every file that it lists, by relative path. Nothing else is ever served. */
  readonly assets: ReadonlyMap<string, Asset>;
}

/** @throws UserError when a file is missing, was cut off or changed, or the manifest is refused */
export async function readModelDirectory(directory: string): Promise<ModelDirectory> {
  const read = (path: string) => readFile(join(directory, path));
  const files = await openModel(read, directory);
  const manifestBytes = await read(MANIFEST_FILE);
  const manifestHash = hashBytes(manifestBytes);
  const assets = new Map<string, Asset>([
    [MANIFEST_FILE, await asset(MANIFEST_FILE, manifestBytes, manifestHash)],
  ]);
  for (const [path, bytes] of await readListed(files.manifest, directory)) {
    assets.set(path, await asset(path, bytes, files.manifest.files[path]!.sha256));
  }
  return { directory, version: manifestHash.slice(0, 12), files, assets };
}

async function readListed(manifest: Manifest, directory: string): Promise<[string, Uint8Array][]> {
  const read = (path: string) => readFile(join(directory, path));
  const paths = Object.keys(manifest.files);
  return Promise.all(
    paths.map(
      async (path) => [path, await readChecked(read, manifest, path, directory)] as [string, Uint8Array],
    ),
  );
}

async function asset(path: string, bytes: Uint8Array, sha256: string): Promise<Asset> {
  const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };
  const brotli = path.endsWith('.png') ? bytes : await promisify(brotliCompress)(bytes, options);
  return {
    bytes,
    type: contentType(path),
    etag: `"${sha256}"`,
    brotli: brotli.length < 0.8 * bytes.length ? brotli : null,
  };
}
