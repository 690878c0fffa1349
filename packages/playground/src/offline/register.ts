import { fileUrl } from '../model/source.ts';
import { isMetered, type Playground } from '../state/playground.ts';

/** Makes the page work without a network from now on; after the first picture, so that it costs no time. */
export async function keepOffline(playground: Playground): Promise<void> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  const { serviceWorker } = navigator;
  serviceWorker.addEventListener('message', () => {
    playground.say('The server has other models or a newer version of this one; reload to use it.');
  });
  try {
    await serviceWorker.register(new URL('sw.js', document.baseURI), { scope: './' });
    await serviceWorker.ready;
    await controlled();
    await keepModel(playground);
    document.documentElement.dataset.offline = 'ready';
  } catch {
    // no service worker here (a page without TLS, a private window): the page then needs its server
  }
}

function controlled(): Promise<void> {
  const { serviceWorker } = navigator;
  if (serviceWorker.controller !== null) return Promise.resolve();
  return new Promise((resolve) => {
    serviceWorker.addEventListener('controllerchange', () => resolve(), { once: true });
  });
}

/** Fetches what the open model has and was not read yet: the recognizer, the sample sheets. */
async function keepModel(playground: Playground): Promise<void> {
  const source = playground.engine.source;
  const manifest = playground.model.value?.manifest;
  if (source?.kind !== 'url' || manifest === undefined || isMetered()) return;
  await fetch(new URL('models.json', document.baseURI));
  await fetch(fileUrl(source.url, 'manifest.json'));
  for (const [path, { sha256 }] of Object.entries(manifest.files))
    await fetch(fileUrl(source.url, path, sha256));
}
