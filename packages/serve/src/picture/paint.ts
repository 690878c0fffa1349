/** Colours are [red, green, blue], 0 … 255. */
export type Rgb = readonly [number, number, number];

/** How ink becomes a visible picture. */
export interface Look {
  /** Height of one picture in pixels; null = the model's own. The width follows. */
  readonly size: number | null;
  readonly scale: 'nearest' | 'smooth';
  /** Swaps ink and paper. */
  readonly invert: boolean;
  /** Colour of full ink; null = white. */
  readonly color: Rgb | null;
  /** Colour of paper; null = black. */
  readonly background: Rgb | 'transparent' | null;
}

export const PLAIN_LOOK: Look = {
  size: null,
  scale: 'smooth',
  invert: false,
  color: null,
  background: null,
};

/** File formats. `raw`: bytes, row by row; `npy`: float32 in [0, 1]; `json`: the same with the codes. */
export type Format = 'png' | 'webp' | 'avif' | 'jpeg' | 'gif' | 'raw' | 'npy' | 'json';

export type Layout =
  | { readonly kind: 'single' }
  | { readonly kind: 'sheet'; readonly columns: number; readonly gap: number }
  /** One frame per row, `delay` milliseconds each, for ever. */
  | { readonly kind: 'animation'; readonly delay: number };

/** Everything that a worker needs to know to turn generated ink into one file. */
export interface Paint {
  readonly format: Format;
  readonly look: Look;
  readonly layout: Layout;
  /** Fields that a JSON file carries beside the numbers. */
  readonly note: Readonly<Record<string, unknown>>;
}
