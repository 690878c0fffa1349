import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Header } from './controls/header.tsx';
import { Remark } from './controls/remark.tsx';
import type { View } from './state/address.ts';
import { usePlayground } from './state/context.ts';
import { Stage } from './views/stage.tsx';

/** The stage comes with the page; the others when they are first visited. */
const LATER: Readonly<Record<Exclude<View, 'stage'>, () => Promise<ComponentType>>> = {
  atlas: async () => (await import('./views/atlas.tsx')).Atlas,
  draw: async () => (await import('./views/draw.tsx')).Draw,
  morph: async () => (await import('./views/morph.tsx')).Morph,
  how: async () => (await import('./views/how.tsx')).How,
};

export function App() {
  const { status, view, model, engine } = usePlayground();
  const { kind } = status.value;
  return (
    <>
      <Header />
      <main id="main" tabIndex={-1} aria-busy={kind === 'loading'}>
        {engine.notice.value !== null && (
          <p class="notice" role="status">
            {engine.notice.value}{' '}
            <button type="button" onClick={() => (engine.notice.value = null)}>
              Good
            </button>
          </p>
        )}
        {status.value.kind === 'failed' && <Failure sentence={status.value.sentence} />}
        {kind !== 'failed' && view.value === 'stage' && <Stage />}
        {/* other views are made of the model's codes: wait for it, and start anew with another one */}
        {kind === 'ready' && view.value !== 'stage' && (
          <Later key={`${view.value} ${model.value?.name}`} view={view.value} />
        )}
      </main>
      <Remark />
    </>
  );
}

function Later({ view }: { view: Exclude<View, 'stage'> }) {
  const [loaded, setLoaded] = useState<{ readonly Found: ComponentType } | null>(null);
  useEffect(() => {
    void LATER[view]().then((Found) => setLoaded({ Found }));
  }, [view]);
  return loaded === null ? <p class="waiting">One moment …</p> : <loaded.Found />;
}

function Failure({ sentence }: { sentence: string }) {
  return (
    <section class="failure" role="alert">
      <h1>No picture yet</h1>
      <p>{sentence}</p>
      <p>Reload the page, or choose another model above.</p>
    </section>
  );
}
