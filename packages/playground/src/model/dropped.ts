import { MANIFEST_FILE } from '@infogan/contract';

/** All files of a drop by relative path, folders walked through. */
export async function droppedFiles(transfer: DataTransfer): Promise<Record<string, File>> {
  const entries = [...transfer.items]
    .map((item) => item.webkitGetAsEntry())
    .filter((entry) => entry !== null);
  const files: Record<string, File> = {};
  await Promise.all(entries.map((entry) => collect(entry, files)));
  // a drop made by a program has files without entries
  if (Object.keys(files).length === 0) for (const file of transfer.files) files[file.name] = file;
  return files;
}

async function collect(entry: FileSystemEntry, files: Record<string, File>): Promise<void> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    files[entry.fullPath.replace(/^\//, '')] = file;
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // a reader hands out at most a hundred entries at a time, and none when it is done
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return;
    await Promise.all(some.map((child) => collect(child, files)));
  }
}

/** The model directory among dropped files: where the manifest lies. */
export function directoryOf(files: Readonly<Record<string, File>>): {
  name: string;
  files: Record<string, File>;
} {
  const manifests = Object.keys(files).filter((path) => path.split('/').at(-1) === MANIFEST_FILE);
  const [manifest] = manifests;
  if (manifest === undefined || manifests.length > 1) {
    const got = Object.keys(files).join(', ') || 'nothing';
    throw new Error(
      `model: a model directory has one ${MANIFEST_FILE}, these files have ${manifests.length} (${got}); drop the folder that pnpm export wrote`,
    );
  }
  const prefix = manifest.slice(0, -MANIFEST_FILE.length);
  const inside = Object.entries(files).filter(([path]) => path.startsWith(prefix));
  return {
    name: prefix.replace(/\/$/, '').split('/').at(-1) || 'dropped files',
    files: Object.fromEntries(inside.map(([path, file]) => [path.slice(prefix.length), file])),
  };
}
