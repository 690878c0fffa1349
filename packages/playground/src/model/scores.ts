import { uniforms, type LatentSpec, type Manifest } from '@infogan/contract';
import { codeWords } from './words.ts';

/** One measured number of a model, ready to be read. */
export interface ScoreLine {
  readonly title: string;
  readonly value: string;
  /** 95 % interval, where there is one. */
  readonly interval: string;
  readonly meaning: string;
}

interface Kind {
  readonly key: string;
  readonly title: string;
  readonly unit: 'share' | 'number';
  readonly meaning: string;
}

/** The scores of `@infogan/measure` that a visitor can make something of. */
const KINDS: readonly Kind[] = [
  {
    key: 'unsupervisedAccuracy',
    title: 'Sorted rightly',
    unit: 'share',
    meaning: 'of pictures never seen in training, the share that Q puts into the class a person would',
  },
  {
    key: 'fidelity',
    title: 'Written as asked',
    unit: 'share',
    meaning:
      'of the pictures that G draws, the share that an independent judge takes for the class asked for',
  },
  {
    key: 'fidelityAtLimit',
    title: 'Still so at the edge',
    unit: 'share',
    meaning: 'the same with the dials at their ends, twice as far as their usual range',
  },
  {
    key: 'slantControl',
    title: 'Slant obeys its dial',
    unit: 'number',
    meaning: 'rank correlation of the measured slant with the dial; 1 is perfect',
  },
  {
    key: 'thicknessControl',
    title: 'Thickness obeys its dial',
    unit: 'number',
    meaning: 'rank correlation of the measured thickness with the dial; 1 is perfect',
  },
  {
    key: 'leakage',
    title: 'Leakage',
    unit: 'number',
    meaning: 'how much a dial moves what the other is for; 0 is perfect',
  },
  {
    key: 'recall',
    title: 'Variety',
    unit: 'share',
    meaning: 'the share of real handwriting that has something like it among the drawn',
  },
];

/** The lines for what the manifest really holds. */
export function scoreLines(metrics: Manifest['metrics']): ScoreLine[] {
  return KINDS.flatMap(({ key, title, unit, meaning }) => {
    const score = metrics[key];
    if (!isScore(score)) return [];
    const text = (value: number) => (unit === 'share' ? `${(100 * value).toFixed(1)} %` : value.toFixed(2));
    return [
      { title, value: text(score.value), interval: `${text(score.low)} to ${text(score.high)}`, meaning },
    ];
  });
}

function isScore(value: unknown): value is { value: number; low: number; high: number } {
  if (typeof value !== 'object' || value === null) return false;
  const { value: middle, low, high } = value as Record<string, unknown>;
  return [middle, low, high].every((number) => typeof number === 'number');
}

/** What each dial was measured to do, as sentences. */
export function controlSentences(spec: LatentSpec, controls: Manifest['controls']): string[] {
  return uniforms(spec).map((part) => {
    const control = controls[part.name];
    if (control === undefined) return `${part.name}: what it controls was not measured.`;
    const { low, high } = codeWords(part, controls);
    const [amount, unit] =
      control.unit === 'rad'
        ? [(Math.abs(control.slope) * 180) / Math.PI, '°']
        : [Math.abs(control.slope), ` ${control.unit}`];
    return `${part.name} is the ${control.attribute}: one step changes it by ${amount.toFixed(amount < 10 ? 1 : 0)}${unit}, from ${low} to ${high}.`;
  });
}

/** Sample sheets taken during training, by step, as `pnpm export` names them. */
export function sampleSheets(manifest: Manifest): { step: number; path: string }[] {
  return Object.keys(manifest.files)
    .flatMap((path) => {
      const found = /^samples\/(\d+)\.png$/.exec(path);
      return found === null ? [] : [{ step: Number(found[1]), path }];
    })
    .sort((a, b) => a.step - b.step);
}
