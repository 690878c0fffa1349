/**
 * Keeps the page, its runtime and the models that were used in this browser: later visits need no network.
 * What has a hash in its address is never asked for again; the lists (`models.json`, `manifest.json`) are answered
 * from here at once and compared with the server's afterwards.
 */

/** Replaced at build: the files of this version of the page, and a name that changes with any of them. */
declare const __FILES__: readonly string[];
declare const __VERSION__: string;

interface WorkerScope {
  readonly registration: { readonly scope: string };
  readonly clients: {
    claim(): Promise<void>;
    matchAll(): Promise<readonly { postMessage(message: unknown, transfer: Transferable[]): void }[]>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: LifeEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;
}

interface LifeEvent {
  waitUntil(work: Promise<unknown>): void;
}

interface FetchEvent extends LifeEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

const worker = self as unknown as WorkerScope;
const PAGE = `page-${__VERSION__}`;
const MODELS = 'models';
const SCOPE = worker.registration.scope;
/** Milliseconds: the first picture comes before the question whether there is anything new. */
const NEWS_DELAY = 3000;
const OWN = new Set(__FILES__.map((file) => new URL(file, SCOPE).href));

worker.addEventListener('install', (event) => {
  // the WebGPU runtime is large and seldom used: kept only once it was
  const files = [...OWN].filter((url) => !/asyncify|webgpu/.test(url));
  event.waitUntil(
    caches
      .open(PAGE)
      .then((cache) => cache.addAll([SCOPE, ...files]))
      .then(() => worker.skipWaiting()),
  );
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => names.filter((name) => name !== PAGE && name !== MODELS))
      .then((old) => Promise.all(old.map((name) => caches.delete(name))))
      .then(() => worker.clients.claim()),
  );
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const path = url.href.startsWith(SCOPE) ? url.pathname.slice(new URL(SCOPE).pathname.length) : null;
  if (request.method !== 'GET' || path === null) return;
  if (path === '' || path === 'index.html') event.respondWith(kept(PAGE, SCOPE, request));
  else if (OWN.has(url.href)) event.respondWith(kept(PAGE, url.href, request));
  else if (url.searchParams.has('v') && path.startsWith('models/')) event.respondWith(versioned(request));
  else if (path === 'models.json' || /^models\/.+\/manifest\.json$/.test(path))
    event.respondWith(listed(event));
});

/** From the cache; else from the network and then kept. */
async function kept(cacheName: string, key: string, request: Request): Promise<Response> {
  const cache = await caches.open(cacheName);
  const found = await cache.match(key);
  if (found !== undefined) return found;
  const response = await fetch(request);
  if (response.ok) await cache.put(key, response.clone());
  return response;
}

/** A model's file: kept by its hash, other versions of it dropped. */
async function versioned(request: Request): Promise<Response> {
  const cache = await caches.open(MODELS);
  const found = await cache.match(request.url);
  if (found !== undefined) return found;
  const response = await fetch(request);
  if (response.ok) {
    await cache.delete(request.url, { ignoreSearch: true });
    await cache.put(request.url, response.clone());
  }
  return response;
}

/** A list: the kept one at once, the server's for the next time, and a word to the page when they differ. */
async function listed(event: FetchEvent): Promise<Response> {
  const { url } = event.request;
  const cache = await caches.open(MODELS);
  const found = await cache.match(url);
  const ask = async () => {
    const response = await fetch(url, { cache: 'no-cache' });
    if (response.ok) await cache.put(url, response.clone());
    return response;
  };
  if (found === undefined) return ask();
  const before = found.clone();
  event.waitUntil(
    new Promise((resolve) => setTimeout(resolve, NEWS_DELAY))
      .then(ask)
      .then(async (response) => {
        if (response.ok && (await response.text()) !== (await before.text())) await tellPages();
      })
      // offline is what this worker is for
      .catch(() => undefined),
  );
  return found;
}

async function tellPages(): Promise<void> {
  for (const client of await worker.clients.matchAll()) client.postMessage({ changed: true }, []);
}
