import type { Manifest, UniformPart } from '@infogan/contract';

/** How a continuous code is spoken of. */
export interface CodeWords {
  /** What it controls, or its name where that was never measured. */
  readonly label: string;
  /** What its negative and positive ends do. */
  readonly low: string;
  readonly high: string;
}

/** Words for both ends of the attributes that the ruler measures; positive measurements second. */
const ENDS: Readonly<Record<string, readonly [string, string]>> = {
  slant: ['leans left', 'leans right'],
  thickness: ['thin', 'thick'],
  width: ['narrow', 'wide'],
  height: ['short', 'tall'],
  length: ['short', 'long'],
  area: ['less ink', 'more ink'],
};

export function codeWords(part: UniformPart, controls: Manifest['controls']): CodeWords {
  const control = controls[part.name];
  if (control === undefined) return { label: part.name, low: `less ${part.name}`, high: `more ${part.name}` };
  const label = control.attribute;
  const [low, high] = ENDS[label] ?? [`less ${label}`, `more ${label}`];
  return control.slope < 0 ? { label, low: high, high: low } : { label, low, high };
}

/** A signed number with a true minus, as wide as its neighbours in tabular figures. */
export function signed(value: number): string {
  const text = Math.abs(value).toFixed(2);
  if (value === 0) return text;
  return value < 0 ? `−${text}` : `+${text}`;
}
