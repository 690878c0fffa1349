import { categoricals, normals, uniforms, type LatentSpec, type Manifest } from '@infogan/contract';
import { codeWords, signed } from './words.ts';

/** One way to vary a picture along a row or a column. */
export interface Axis {
  readonly key: string;
  readonly title: string;
  readonly steps: readonly AxisStep[];
}

export interface AxisStep {
  readonly label: string;
  /** Codes and classes set by this step. */
  readonly chosen: Readonly<Record<string, number>>;
  /** Added to the seed: another handwriting. */
  readonly seed: number;
}

/** Pictures along an axis, where the axis itself does not say. */
const STEPS = 10;
const MOST_CLASSES = 20;
export const HANDWRITING = 'handwriting';

/** Every axis that the latent code offers: its classes, its continuous codes, and the handwriting. */
export function axesOf(spec: LatentSpec, controls: Manifest['controls']): Axis[] {
  return [
    ...categoricals(spec).map((part) => ({
      key: part.name,
      title: part.name,
      steps: part.labels
        .slice(0, MOST_CLASSES)
        .map((label, index) => ({ label: `${part.name} ${label}`, chosen: { [part.name]: index }, seed: 0 })),
    })),
    ...uniforms(spec).map((part) => {
      const { label } = codeWords(part, controls);
      return {
        key: part.name,
        title: label,
        steps: Array.from({ length: STEPS }, (_, k) => {
          const value = Math.round(((2 * k) / (STEPS - 1) - 1) * part.limit * 100) / 100;
          return { label: `${label} ${signed(value)}`, chosen: { [part.name]: value }, seed: 0 };
        }),
      };
    }),
    ...(normals(spec).length === 0
      ? []
      : [
          {
            key: HANDWRITING,
            title: HANDWRITING,
            steps: Array.from({ length: STEPS }, (_, k) => ({
              label: `handwriting ${k + 1}`,
              chosen: {},
              seed: k,
            })),
          },
        ]),
  ];
}
