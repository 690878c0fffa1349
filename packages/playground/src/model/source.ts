import type { ModelSource } from '../engine/protocol.ts';

/** Bytes of a file of the model; `version` is its hash where that is known. */
type VersionedReader = (path: string, version?: string) => Promise<Uint8Array>;

/** How to read the files of a model, and what to call it in sentences. */
export function sourceReader(source: ModelSource): { read: VersionedReader; where: string } {
  if (source.kind === 'files') {
    const { files, name } = source;
    const read: VersionedReader = async (path) => {
      const file = files[path];
      if (file === undefined) throw new Error(`not among the ${Object.keys(files).length} dropped files`);
      return new Uint8Array(await file.arrayBuffer());
    };
    return { read, where: name };
  }
  const read: VersionedReader = async (path, version) => {
    const response = await fetch(fileUrl(source.url, path, version));
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  };
  return { read, where: source.url };
}

/**
 * The address of a model's file. With its hash in it, a cache can never answer with another version, and need
 * never ask again.
 */
export function fileUrl(directory: string, path: string, version?: string): string {
  const url = new URL(path, directory.endsWith('/') ? directory : `${directory}/`);
  if (version !== undefined) url.searchParams.set('v', version.slice(0, 16));
  return url.href;
}
