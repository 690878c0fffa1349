import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const SOURCE = join(import.meta.dirname, '..', 'src', 'offline', 'service-worker.ts');

/** Builds `sw.js` with the list of the page's files in it. */
export function serviceWorker(): Plugin {
  return {
    name: 'infogan-service-worker',
    apply: 'build',
    buildStart() {
      this.emitFile({ type: 'chunk', id: SOURCE, fileName: 'sw.js' });
    },
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const worker = bundle['sw.js'];
        if (worker?.type !== 'chunk') throw new Error('service worker: sw.js was not built');
        const files = [
          ...Object.keys(bundle).filter((file) => file.startsWith('assets/')),
          'icon.svg',
          'icon-192.png',
          'icon-512.png',
          'app.webmanifest',
        ].sort();
        const page = bundle['index.html'];
        const html = page?.type === 'asset' ? page.source : '';
        // names under assets/ hold their content's hash, so the names and the page are the version
        const version = createHash('sha256').update(files.join('\n')).update(html).digest('hex').slice(0, 12);
        worker.code = worker.code
          .replaceAll('__FILES__', JSON.stringify(files))
          .replaceAll('__VERSION__', JSON.stringify(version));
      },
    },
  };
}
