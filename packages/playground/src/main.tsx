// preact: the smallest kept UI library with components; signals redraw only what a change touches
import { render } from 'preact';
import './styles/index.css';
import { App } from './app.tsx';
import { Engine } from './engine/engine.ts';
import { keepOffline } from './offline/register.ts';
import { invite } from './state/invitation.ts';
import { PlaygroundProvider } from './state/context.ts';
import { Playground } from './state/playground.ts';

const playground = new Playground(new Engine());
const root = document.getElementById('app')!;
root.replaceChildren();
render(
  <PlaygroundProvider value={playground}>
    <App />
  </PlaygroundProvider>,
  root,
);
const addTypeface = () => import('./styles/typeface.ts');
// a first visit draws its first digit before it fetches letters; later ones have them in this browser
const visitedBefore = Boolean(navigator.serviceWorker?.controller);
if (visitedBefore) void addTypeface();
// a shared address already says what to look at; a first visit is shown around
const shared = location.hash.includes('?');
void playground.start().then(() => {
  if (!visitedBefore) void addTypeface();
  if (!shared && playground.view.value === 'stage') setTimeout(() => invite(playground), 700);
  setTimeout(() => void keepOffline(playground).then(() => playground.considerGpu()), 1500);
});
