import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
// vite: serves the page with reload while working on it, and bundles it for any static host
import { defaultClientConditions, type InlineConfig } from 'vite';
import { shippedModels } from './models.ts';
import { precompress } from './precompress.ts';
import { serviceWorker } from './service-worker.ts';

/** The playground's directory. */
export const PLAYGROUND = join(dirname(fileURLToPath(import.meta.url)), '..');

/** What threads in the browser ask of a server (SharedArrayBuffer); without them the page runs on one thread. */
export const ISOLATION_HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export interface PlaygroundOptions {
  /** Write `models.json` and copy the default model next to the page; off where a server adds its own. */
  readonly models?: boolean;
  /** Write `x.br` and `x.gz` next to every asset. */
  readonly compress?: boolean;
}

/** The build's configuration, as a function so that tests and benches can leave out what they do not need. */
export function playgroundConfig(options: PlaygroundOptions = {}): InlineConfig {
  const { models = true, compress = true } = options;
  // onnxruntime-web's default entry inlines its loader, and then every wasm thread would load the application
  // (and hang); this condition picks the entry that takes the loader's address from `ort.env.wasm.wasmPaths`
  const conditions = ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions];
  return {
    root: PLAYGROUND,
    base: './',
    resolve: { conditions },
    optimizeDeps: { exclude: ['onnxruntime-web'] },
    worker: { format: 'es' },
    server: { headers: ISOLATION_HEADERS },
    preview: { headers: ISOLATION_HEADERS },
    build: {
      target: 'es2022',
      // no data: addresses, so that the strictest content security policy passes
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      // the runtime is one 14 MB file by nature; the bench guards the sizes that matter
      chunkSizeWarningLimit: 1000,
    },
    plugins: [serviceWorker(), models && shippedModels(), compress && precompress()],
  };
}
