import { UserError, type Manifest } from '@infogan/contract';
import { checkCodeNames } from '../http/codes.ts';
import type { Pool } from '../pool/pool.ts';
import { readModelDirectory, type Asset } from './directory.ts';

/** A version that was swapped out stays loaded for requests of several steps that began with it. */
const RETIRE_MS = 30_000;

/** `--model name=DIR`. */
export interface ModelSource {
  readonly name: string;
  readonly directory: string;
}

/** One version of one model, loaded in every worker. */
export interface ServedModel {
  readonly name: string;
  readonly directory: string;
  readonly version: string;
  readonly manifest: Manifest;
  readonly assets: ReadonlyMap<string, Asset>;
  /** Its number in the pool. */
  readonly key: number;
  readonly loadedAt: Date;
}

/** What became of an attempt to load a directory again. */
export interface ReloadResult {
  readonly model: string;
  readonly outcome: 'unchanged' | 'swapped' | 'refused';
  /** The version that serves now. */
  readonly version: string;
  /** Why the new one was refused. */
  readonly reason?: string;
}

/** The models served side by side, the default one first. */
export class Registry {
  readonly #pool: Pool;
  readonly #served = new Map<string, ServedModel>();
  #nextKey = 1;
  #reloading: Promise<unknown> = Promise.resolve();

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Loads every source, in order. */
  async open(sources: readonly ModelSource[]): Promise<void> {
    for (const source of sources) {
      if (this.#served.has(source.name)) {
        throw new UserError(
          `serve: two models are called ${source.name}; give one another name: --model other=${source.directory}`,
        );
      }
      this.#served.set(source.name, await this.#load(source));
    }
  }

  get default(): ServedModel {
    const [first] = this.#served.values();
    if (first === undefined) throw new UserError('serve: no model; name one with --model DIR');
    return first;
  }

  get(name: string): ServedModel | undefined {
    return this.#served.get(name);
  }

  list(): ServedModel[] {
    return [...this.#served.values()];
  }

  /**
   * Looks at every directory again. A changed one is loaded, proved by its probe and warmed up in every worker
   * before it takes over; one that fails leaves the version that serves as it is. Reloads run one at a time.
   */
  reload(names: readonly string[] = [...this.#served.keys()]): Promise<ReloadResult[]> {
    const run = async () => {
      const results: ReloadResult[] = [];
      for (const name of names) results.push(await this.#reloadOne(this.#served.get(name)!));
      return results;
    };
    const result = this.#reloading.then(run);
    this.#reloading = result.catch(() => undefined);
    return result;
  }

  async #reloadOne(old: ServedModel): Promise<ReloadResult> {
    const { name, directory, version } = old;
    try {
      const fresh = await this.#load({ name, directory }, version);
      if (fresh === null) return { model: name, outcome: 'unchanged', version };
      this.#served.set(name, fresh);
      setTimeout(() => void this.#pool.remove(old.key), RETIRE_MS).unref();
      return { model: name, outcome: 'swapped', version: fresh.version };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return { model: name, outcome: 'refused', version, reason: error.message };
    }
  }

  async #load(source: ModelSource): Promise<ServedModel>;
  async #load(source: ModelSource, unlessVersion: string): Promise<ServedModel | null>;
  async #load({ name, directory }: ModelSource, unlessVersion?: string): Promise<ServedModel | null> {
    const { files, assets, version } = await readModelDirectory(directory);
    if (version === unlessVersion) return null;
    const key = this.#nextKey++;
    const { manifest } = files;
    checkCodeNames(manifest, directory);
    await this.#pool.add({
      key,
      where: directory,
      manifest,
      generator: files.generator,
      recognizer: files.recognizer,
    });
    return { name, directory, version, manifest, assets, key, loadedAt: new Date() };
  }
}
