import type { FileReader } from '@infogan/contract';
import type { ModelSource } from '../engine/protocol.ts';

/** How to read the files of a model, and what to call it in sentences. */
export function sourceReader(source: ModelSource): { read: FileReader; where: string } {
  if (source.kind === 'files') {
    const { files, name } = source;
    const read: FileReader = async (path) => {
      const file = files[path];
      if (file === undefined) throw new Error(`not among the ${Object.keys(files).length} dropped files`);
      return new Uint8Array(await file.arrayBuffer());
    };
    return { read, where: name };
  }
  const base = source.url.endsWith('/') ? source.url : `${source.url}/`;
  const read: FileReader = async (path) => {
    const response = await fetch(new URL(path, base));
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  };
  return { read, where: base };
}
