import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/** Pictures and fonts are compressed already. */
const COMPRESSIBLE = /\.(?:html|js|mjs|css|json|webmanifest|svg|wasm|onnx)$/;
const SMALL = 1024;
const CACHE = join(import.meta.dirname, '..', '..', '..', '.cache', 'precompressed');

/**
 * Writes `x.br` (brotli 11) and `x.gz` next to every asset. The two wasm runtimes take a minute of brotli,
 * so results are kept in `.cache/` by content; INFOGAN_BROTLI=9 is 12 times faster and 16 % larger.
 */
export function precompress(): Plugin {
  let directory = '';
  return {
    name: 'infogan-precompress',
    apply: 'build',
    configResolved(config) {
      directory = resolve(config.root, config.build.outDir);
    },
    async closeBundle() {
      const quality = Number(process.env.INFOGAN_BROTLI ?? 11);
      await mkdir(CACHE, { recursive: true });
      const entries = await readdir(directory, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile() && COMPRESSIBLE.test(entry.name));
      await Promise.all(files.map((entry) => compress(join(entry.parentPath, entry.name), quality)));
    },
  };
}

async function compress(path: string, quality: number): Promise<void> {
  const bytes = await readFile(path);
  if (bytes.length < SMALL) return;
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: quality,
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  const made = await Promise.all([
    cached(`${hash}.${quality}.br`, () => brotli(bytes, { params })),
    cached(`${hash}.gz`, () => zip(bytes, { level: 9 })),
  ]);
  await Promise.all([writeFile(`${path}.br`, made[0]), writeFile(`${path}.gz`, made[1])]);
}

async function cached(name: string, make: () => Promise<Buffer>): Promise<Buffer> {
  const path = join(CACHE, name);
  try {
    return await readFile(path);
  } catch {
    const bytes = await make();
    const unfinished = `${path}.${process.pid}`;
    await writeFile(unfinished, bytes);
    await rename(unfinished, path);
    return bytes;
  }
}
