import type { Manifest } from '@infogan/contract';
import { FACTS, HEADLINES, formatValue, markdownTable, type Headline } from '@infogan/evaluate';
import { mean, type Metrics } from '@infogan/measure';
import type { Goal, Goals } from './goals.ts';
import { chooseSeed, type FinishedSeed, type Outcome } from './seed.ts';

/** 97.5 % quantiles of Student's t for 1, 2, … degrees of freedom; beyond, the normal's. */
const STUDENT = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];

/** Half the width of the 95 % interval of the mean over seeds (Student's t); undefined for one seed. */
function halfWidth(values: readonly number[]): number | undefined {
  const degrees = values.length - 1;
  if (degrees < 1) return undefined;
  const centre = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / degrees;
  return (STUDENT[degrees - 1] ?? 1.96) * Math.sqrt(variance / values.length);
}

type Row = Pick<Headline, 'key' | 'label' | 'unit' | 'better'>;

function row(headline: Row, values: readonly (number | undefined)[], goals: Goals | null): string[][] {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return [];
  const show = (value: number | undefined) => (value === undefined ? '' : formatValue(value, headline.unit));
  const half = halfWidth(known);
  const worst = headline.better === 'lower' ? Math.max(...known) : Math.min(...known);
  const goal = goals?.[headline.key];
  return [
    [
      headline.label,
      ...values.map(show),
      half === undefined ? show(mean(known)) : `${show(mean(known))} ± ${show(half)}`,
      headline.better === 'none' ? '' : show(worst),
      ...(goals ? [goal === undefined ? '' : verdict(goal, headline, mean(known), worst)] : []),
    ],
  ];
}

/** The goal, and by how much it is missed. */
function verdict(goal: Goal, { better, unit }: Row, average: number, worst: number): string {
  const lower = better === 'lower';
  const parts = [
    ['mean', goal.mean, average],
    ['worst', goal.worst, worst],
  ] as const;
  return parts
    .flatMap(([name, wanted, got]) => {
      if (wanted === undefined) return [];
      const missed = lower ? got - wanted : wanted - got;
      // two digits: what is missed by little must not read as 0.00
      const by = unit === 'share' ? `${(100 * missed).toPrecision(2)} points` : formatValue(missed, unit);
      const outcome = missed <= 0 ? 'reached' : `missed by ${by}`;
      return [`${name} ${lower ? '≤' : '≥'} ${formatValue(wanted, unit)}: ${outcome}`];
    })
    .join('; ');
}

/** @param goals what stands beside; null leaves the column out */
export function seedTable(finished: readonly FinishedSeed[], goals: Goals | null): string {
  const header = ['Score', ...finished.map(({ seed }) => `Seed ${seed}`), 'Mean ± 95 %', 'Worst'];
  const read = (get: (manifest: Manifest, metrics: Metrics) => number | undefined) =>
    finished.map(({ manifest }) => get(manifest, manifest.metrics as Metrics));
  const rows = [
    ...HEADLINES.flatMap((headline) =>
      row(
        headline,
        read((_, metrics) => headline.read(metrics)?.value),
        goals,
      ),
    ),
    ...FACTS.flatMap((fact) => row({ ...fact, better: 'lower' }, read(fact.read), goals)),
  ];
  const consistency = finished.map(({ consistency: value }) => value?.toFixed(4) ?? '');
  rows.push(['Consistency loss at the end (no labels)', ...consistency, '', '', ...(goals ? [''] : [])]);
  return markdownTable({ header: goals ? [...header, 'Goal'] : header, rows });
}

/** The whole file that a sweep writes. @param title what was swept, in words */
export function sweepReport(
  title: string,
  command: string,
  outcomes: readonly Outcome[],
  goals: Goals | null,
): string {
  const finished = outcomes.filter((outcome) => 'manifest' in outcome);
  const crashed = outcomes.filter((outcome) => 'reason' in outcome);
  const engine = finished[0]?.manifest.provenance.engine.split(';')[0];
  const chosen = chooseSeed(finished);
  const lines = [
    `# ${title}`,
    `Written by \`${command}\`. Engine: ${engine ?? 'none'}; training times are of a machine that others may share.`,
    seedTable(finished, goals),
    ...(chosen === undefined
      ? []
      : [
          `Chosen by a sign that needs no label: seed ${chosen.seed}, whose recognizer is surest of changed copies of training pictures (least consistency loss over the last tenth of the training).`,
        ]),
    ...crashed.map(({ seed, reason }) => `- Seed ${seed} crashed: ${reason}`),
  ];
  return `${lines.join('\n\n')}\n`;
}
