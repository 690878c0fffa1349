import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, normalize, sep } from 'node:path';
import type { Plugin } from 'vite';

const MODELS = join(import.meta.dirname, '..', '..', '..', 'models');

/** The models that a page without a server of ours offers: the shipped one, else the test fixture. */
function shipped(): string[] {
  const found = ['mnist', 'fixture'].find((name) => existsSync(join(MODELS, name, 'manifest.json')));
  return found === undefined ? [] : [found];
}

function modelList(names: string[]): string {
  const models = names.map((name) => ({ name, url: `models/${name}/` }));
  return `${JSON.stringify({ default: names[0] ?? null, models }, null, 2)}\n`;
}

/** Serves `models.json` and `models/<name>/` in development and copies them into a static build. */
export function shippedModels(): Plugin {
  return {
    name: 'infogan-models',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const path = normalize(decodeURIComponent(request.url?.split('?')[0] ?? '/'));
        if (path === '/models.json') {
          response.setHeader('Content-Type', 'application/json').end(modelList(shipped()));
        } else if (path.startsWith(`${sep}models${sep}`) && existsSync(join(MODELS, '..', path))) {
          createReadStream(join(MODELS, '..', path)).pipe(response);
        } else next();
      });
    },
    generateBundle() {
      const names = shipped();
      if (names.length === 0) {
        this.warn(
          'models/mnist is missing, the page will open without a model; run pnpm train and pnpm export',
        );
      }
      this.emitFile({ type: 'asset', fileName: 'models.json', source: modelList(names) });
      for (const name of names) {
        const files = readdirSync(join(MODELS, name), { recursive: true, withFileTypes: true });
        for (const file of files.filter((entry) => entry.isFile())) {
          const path = join(file.parentPath, file.name);
          const inside = path
            .slice(join(MODELS, name).length + 1)
            .split(sep)
            .join('/');
          if (basename(path) === 'README.md') continue;
          this.emitFile({ type: 'asset', fileName: `models/${name}/${inside}`, source: readFileSync(path) });
        }
      }
    },
  };
}
