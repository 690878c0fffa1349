/** The README's table of kernels, told from the kernels themselves. */
import * as tf from '@tensorflow/tfjs';
import { kernels } from './kernels/index.ts';

/** What TF.js's cpu back end runs and this does not, with the reason. */
const REASONS: readonly [RegExp, string][] = [
  [/^(Complex|ComplexAbs|Real|Imag|FFT|IFFT)$/, 'complex numbers'],
  [/^(String|StaticRegex)/, 'strings'],
  [/^(Sparse|Ragged)/, 'sparse and ragged tensors'],
  [
    /^(NonMaxSuppression|Unique|Bincount|DenseBincount|SearchSorted)/,
    'sizes or control flow that depend on data',
  ],
  [/3D|Backprop.*V2$/, 'three spatial dimensions'],
  [/^(Multinomial)$/, 'random numbers: hand them in as inputs'],
  [/^(Draw|FromPixels|Transform|RotateWithOffset|CropAndResize|FlipLeftRight)$/, 'image processing'],
];

const reason = (name: string): string =>
  REASONS.find(([pattern]) => pattern.test(name))?.[1] ?? 'not asked for yet';

/** Markdown: the supported kernels by first letter, then what is missing, by reason. */
export function supportTable(): string {
  const supported = [...kernels.keys()];
  const byLetter = groupBy(supported, (name) => name.replace('_', '')[0]!.toUpperCase());
  const rows = [...byLetter].map(([letter, names]) => `| ${letter} | ${names.join(', ')} |`);
  const missing = tf
    .getKernelsForBackend('cpu')
    .map(({ kernelName }) => kernelName)
    .filter((name) => !kernels.has(name))
    .sort();
  const byReason = [...groupBy(missing, reason)].sort(([a], [b]) => (a < b ? -1 : 1));
  const gaps = byReason.map(([why, names]) => `| ${why} | ${names.join(', ')} |`);
  return [
    `${supported.length} kernels, each with the gradient that TF.js gives it:`,
    '',
    '| | kernels |',
    '| --- | --- |',
    ...rows,
    '',
    `${missing.length} kernels of TF.js's cpu back end are missing, and using one is an error that says so:`,
    '',
    '| why | kernels |',
    '| --- | --- |',
    ...gaps,
  ].join('\n');
}

function groupBy(names: readonly string[], keyOf: (name: string) => string): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const name of names) groups.set(keyOf(name), [...(groups.get(keyOf(name)) ?? []), name]);
  return groups;
}
