import type { Manifest } from '@infogan/contract';
import { PLAIN_LOOK, type Look } from '../picture/paint.ts';
import { color, flag, oneOf, paperColor, parseColor, wholeNumber } from './fields.ts';

export const LARGEST_SIZE = 1024;

/** Query parameters that say how ink is shown. RGB models bring their own colours. */
export function lookFields(manifest: Manifest, largest = LARGEST_SIZE) {
  const fields = {
    size: wholeNumber(1, largest, "Height of a picture in pixels; the model's own when left out."),
    scale: oneOf(['nearest', 'smooth'], 'How it is enlarged; smooth when left out.'),
    invert: flag('Swaps ink and paper.'),
    color: color('Colour of the ink; white when left out.'),
    background: paperColor('Colour of the paper; black when left out.'),
  };
  if (manifest.image.channels === 1) return fields;
  const { size, scale, invert } = fields;
  return { size, scale, invert } as typeof fields;
}

export interface LookValues {
  readonly size?: number | undefined;
  readonly scale?: 'nearest' | 'smooth' | undefined;
  readonly invert?: boolean | undefined;
  readonly color?: string | undefined;
  readonly background?: string | undefined;
}

/** @returns `PLAIN_LOOK` itself where nothing but the model's own picture is asked for */
export function lookOf(values: LookValues, modelHeight: number): Look {
  const { size, scale, invert, color, background } = values;
  const changed =
    invert === true ||
    color !== undefined ||
    background !== undefined ||
    (size ?? modelHeight) !== modelHeight;
  if (!changed) return PLAIN_LOOK;
  return {
    size: size ?? null,
    scale: scale ?? 'smooth',
    invert: invert ?? false,
    color: color === undefined ? null : parseColor(color),
    background:
      background === undefined ? null : background === 'transparent' ? background : parseColor(background),
  };
}
