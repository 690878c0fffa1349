import { usePlayground } from '../state/context.ts';
import type { Theme } from '../state/settings.ts';

const NEXT: Readonly<Record<Theme, Theme>> = { auto: 'light', light: 'dark', dark: 'auto' };
const WORDS: Readonly<Record<Theme, string>> = { auto: 'as the system', light: 'paper', dark: 'blackboard' };

export function ThemeButton() {
  const { theme } = usePlayground().settings;
  return (
    <button
      type="button"
      class="chip theme"
      aria-label={`Colours: ${WORDS[theme.value]}`}
      title={`Colours: ${WORDS[theme.value]}`}
      onClick={() => (theme.value = NEXT[theme.value])}
    >
      <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
        <circle cx="10" cy="10" r="7" class="theme-ring" />
        {theme.value !== 'light' && <path d="M10 3a7 7 0 0 0 0 14z" class="theme-half" />}
        {theme.value === 'dark' && <path d="M10 3a7 7 0 0 1 0 14z" class="theme-half" />}
      </svg>
    </button>
  );
}
