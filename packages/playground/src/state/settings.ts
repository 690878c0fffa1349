import { effect, signal, untracked } from '@preact/signals';
import type { Device } from '../engine/protocol.ts';

export type Theme = 'auto' | 'light' | 'dark';

const KEY = 'infogan-playground';

interface Stored {
  readonly theme: Theme;
  readonly still: boolean | null;
  readonly cells: boolean;
  readonly device: Device | null;
}

/** What a visitor prefers, kept in this browser. */
export class Settings {
  readonly theme = signal<Theme>('auto');
  /** No movement through latent space: results appear at once. Follows the system until chosen here. */
  readonly still = signal(false);
  /** Show the picture's own cells instead of the smoothed stroke. */
  readonly cells = signal(false);
  /** The device that was asked for last, or won the comparison; the next visit uses it. Null before either. */
  readonly device = signal<Device | null>(null);

  /** Called when the colour of ink may have changed. */
  onInk: () => void = () => undefined;

  constructor() {
    const stored = load();
    const calm = matchMedia('(prefers-reduced-motion: reduce)');
    this.theme.value = stored.theme ?? 'auto';
    this.cells.value = stored.cells ?? false;
    this.still.value = stored.still ?? calm.matches;
    this.device.value = stored.device ?? null;
    effect(() => {
      document.documentElement.dataset.theme = this.theme.value;
      untracked(() => this.onInk());
    });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.onInk());
    effect(() => {
      const still = this.still.value === calm.matches ? null : this.still.value;
      save({ theme: this.theme.value, still, cells: this.cells.value, device: this.device.value });
    });
  }
}

function load(): Partial<Stored> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Stored>;
  } catch {
    return {};
  }
}

function save(stored: Stored): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(stored));
  } catch {
    // private windows may refuse; the choice then lasts as long as the page
  }
}
