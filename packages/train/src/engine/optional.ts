import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Engines that `pnpm run engines` sets up beside the installed packages, each in a folder of its own. */
export type SetUpEngine = 'tfjs-node' | 'webgpu';

/** Where `scripts/engines.mjs` puts an engine's packages. */
const CACHE = fileURLToPath(new URL('../../../../.cache/engines/', import.meta.url));

/** A module loader that sees this package's own dependencies first, then what `pnpm run engines` has set up. */
function resolvers(engine?: SetUpEngine): NodeJS.Require[] {
  const own = createRequire(import.meta.url);
  return engine === undefined ? [own] : [own, createRequire(`${CACHE}${engine}/package.json`)];
}

/**
 * Imports a package that need not be there.
 * @param engine whose set-up has it, where an install may lack it
 * @throws the package's own error, or one that says how to get it
 */
export async function importOptional(name: string, engine?: SetUpEngine): Promise<unknown> {
  for (const require of resolvers(engine)) {
    const path = resolveIn(require, name);
    if (path !== null) return import(pathToFileURL(path).href);
  }
  throw new Error(
    `its package is not installed${engine === undefined ? '' : `; pnpm run engines ${engine} sets it up`}`,
  );
}

/** The version of an optional package; null when it is not there. */
export function optionalVersion(name: string, engine?: SetUpEngine): string | null {
  for (const require of resolvers(engine)) {
    const path = resolveIn(require, `${name}/package.json`);
    if (path !== null) return (require(path) as { version: string }).version;
  }
  return null;
}

function resolveIn(require: NodeJS.Require, name: string): string | null {
  try {
    return require.resolve(name);
  } catch {
    return null;
  }
}
