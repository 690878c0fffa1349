import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MANIFEST_FILE, type Manifest } from '@infogan/contract';
import { build } from 'vite';
import { playgroundConfig } from '../../vite/config.ts';
import { writeTestModels } from './models.ts';
import { serveStatic, type StaticSite } from './static-server.ts';

/** The built page with models of our own making next to it, as a static host would serve it. */
export interface TestSite {
  readonly url: string;
  /** Where the default model lies on disk. */
  readonly model: string;
  readonly directory: string;
  /** The same files from a host that sends no isolation headers. */
  bare(): Promise<StaticSite>;
  close(): Promise<void>;
}

/** Builds the page into a temporary directory (about two seconds) and serves it on a free port. */
export async function openTestSite(): Promise<TestSite> {
  const directory = await mkdtemp(join(tmpdir(), 'infogan-playground-'));
  const built = join(directory, 'dist');
  const models = join(directory, 'models');
  const config = playgroundConfig({ models: false, compress: false });
  // vitest says NODE_ENV=test, and Vite then leaves out what only a real build has
  process.env.NODE_ENV = 'production';
  await build({ ...config, configFile: false, logLevel: 'error', build: { ...config.build, outDir: built } });
  process.env.NODE_ENV = 'test';
  const names = await writeTestModels(models);
  const list = { default: 'mnist', models: names.map((name) => ({ name, url: `models/${name}/` })) };
  const options = {
    root: built,
    mounts: { '/models/': models },
    answers: { '/models.json': JSON.stringify(list) },
  };
  const site = await serveStatic(options);
  return {
    url: site.url,
    model: join(models, 'mnist'),
    directory,
    bare: () => serveStatic({ ...options, strict: false }),
    close: async () => {
      await site.close();
      await rm(directory, { recursive: true });
    },
  };
}

export async function readManifest(directory: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(directory, MANIFEST_FILE), 'utf8')) as Manifest;
}

/** Writes a manifest without checking it. */
export async function writeManifest(directory: string, manifest: Manifest): Promise<void> {
  await writeFile(join(directory, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
}
