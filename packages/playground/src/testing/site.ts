import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatManifest, MANIFEST_FILE, type Manifest } from '@infogan/contract';
import { writeFixtureModel, type FixtureOptions } from '@infogan/test/fixture-model.ts';
import { build } from 'vite';
import { playgroundConfig } from '../../vite/config.ts';
import { serveStatic, type StaticSite } from './static-server.ts';

/** The built page with a model of our own making next to it, as a static host would serve it. */
export interface TestSite {
  readonly url: string;
  /** Where the default model lies on disk. */
  readonly model: string;
  readonly directory: string;
  readonly built: string;
  readonly static: StaticSite;
  close(): Promise<void>;
}

/** What the ruler would have found for the fixture's codes, so that the controls have their words. */
const CONTROLS: Manifest['controls'] = {
  c1: { attribute: 'slant', unit: 'rad', slope: 0.2 },
  c2: { attribute: 'thickness', unit: 'px', slope: 0.6 },
};

/** Builds the page into a temporary directory (about two seconds) and serves it on a free port. */
export async function openTestSite(): Promise<TestSite> {
  const directory = await mkdtemp(join(tmpdir(), 'infogan-playground-'));
  const built = join(directory, 'dist');
  const config = playgroundConfig({ models: false, compress: false });
  await build({ ...config, configFile: false, logLevel: 'error', build: { ...config.build, outDir: built } });
  const model = join(directory, 'models', 'mnist');
  await writeModel(model, { name: 'mnist', controls: CONTROLS });
  const site = await serveStatic({
    root: built,
    mounts: { '/models/': join(directory, 'models') },
    answers: {
      '/models.json': JSON.stringify({
        default: 'mnist',
        models: ['mnist', 'shapes', 'plain'].map((name) => ({ name, url: `models/${name}/` })),
      }),
    },
  });
  return {
    url: site.url,
    model,
    directory,
    built,
    static: site,
    close: async () => {
      await site.close();
      await rm(directory, { recursive: true });
    },
  };
}

/** A fixture model with some fields of its manifest replaced. */
export async function writeModel(
  directory: string,
  changes: Partial<Manifest>,
  options: FixtureOptions = {},
): Promise<Manifest> {
  const manifest = { ...(await writeFixtureModel(directory, options)), ...changes };
  await writeFile(join(directory, MANIFEST_FILE), formatManifest(manifest));
  return manifest;
}

export async function readManifest(directory: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(directory, MANIFEST_FILE), 'utf8')) as Manifest;
}
