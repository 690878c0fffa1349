import { readdir } from 'node:fs/promises';
import { fitDataset, type Geometry } from './fit.ts';
import { loadImageFolder } from './image-folder.ts';
import { loadMnist, type Dataset } from './mnist.ts';

/**
 * What `--data` names: none = MNIST, a folder with IDX files (either at its own size, or at the one that is wanted),
 * or a folder of pictures, which are read at the wanted size.
 * @param fit whether IDX pictures are resized too
 */
export async function loadData(
  folder: string | undefined,
  geometry: Geometry,
  { fit = false }: { readonly fit?: boolean } = {},
): Promise<Dataset> {
  if (folder !== undefined && !(await hasIdxFiles(folder))) return loadImageFolder(folder, geometry);
  const dataset = await loadMnist(folder);
  return fit ? fitDataset(dataset, geometry) : dataset;
}

async function hasIdxFiles(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch((): string[] => []);
  return names.some((name) => /-ubyte(\.gz)?$/.test(name));
}
