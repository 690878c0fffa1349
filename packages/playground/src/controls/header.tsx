import { DeviceMenu } from './device.tsx';
import { ModelMenu } from './model-dialog.tsx';
import { ThemeButton } from './theme.tsx';
import { usePlayground } from '../state/context.ts';
import { VIEWS, type View } from '../state/address.ts';

const TITLES: Readonly<Record<View, string>> = {
  stage: 'Stage',
  atlas: 'Atlas',
  draw: 'Draw',
  morph: 'Morph',
  how: 'How it works',
};

export function Header() {
  const playground = usePlayground();
  const open = (event: MouseEvent, view: View) => {
    event.preventDefault();
    playground.view.value = view;
  };
  return (
    <header class="top">
      <a class="skip" href="#main" onClick={(event) => focusMain(event)}>
        Skip to the picture
      </a>
      <span class="brand">
        infogan<span class="brand-dot">·</span>kit
      </span>
      <nav aria-label="Views">
        {VIEWS.map((view) => (
          <a
            key={view}
            href={`#/${view}`}
            onPointerEnter={(event) => (event.currentTarget.href = playground.address(view))}
            onFocus={(event) => (event.currentTarget.href = playground.address(view))}
            aria-current={playground.view.value === view ? 'page' : undefined}
            onClick={(event) => open(event, view)}
          >
            {TITLES[view]}
          </a>
        ))}
      </nav>
      <div class="chips">
        <ModelMenu />
        <DeviceMenu />
        <ThemeButton />
      </div>
    </header>
  );
}

function focusMain(event: MouseEvent): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}
