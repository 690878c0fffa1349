import { styleText } from 'node:util';
import type { Metrics } from '@infogan/measure';
// cli-table3: measures wide characters and colour codes right when it aligns columns
import Table from 'cli-table3';
import { HEADLINES, formatInterval, formatValue } from './headlines.ts';

export interface Cells {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The scores of one model: score, value, interval, real pictures, baseline. Rows without a value are left out. */
export function scoreCells(metrics: Metrics): Cells {
  const { baseline } = metrics;
  const rows = HEADLINES.flatMap(({ key, label, read, real, unit }) => {
    const score = read(metrics);
    if (score === undefined) return [];
    const reference = real?.(metrics);
    const before = baseline?.values[key];
    return [
      [
        label,
        formatValue(score.value, unit),
        formatInterval(score, unit),
        reference === undefined ? '' : formatValue(reference.value, unit),
        ...(baseline ? [before === undefined ? '' : formatValue(before, unit)] : []),
      ],
    ];
  });
  const header = ['Score', 'Value', '95 % interval', 'Real pictures'];
  return { header: baseline ? [...header, baselineTitle(baseline)] : header, rows };
}

export function baselineTitle({ name, steps }: NonNullable<Metrics['baseline']>): string {
  return `${name} (${steps.toLocaleString('en-US')} steps)`;
}

/** For the terminal: box-drawn, numbers to the right. */
export function terminalTable({ header, rows }: Cells): string {
  const table = new Table({
    head: header.map((cell) => styleText('bold', cell)),
    colAligns: header.map((_, column) => (column === 0 ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}

/** For a README or an issue: columns aligned, as Prettier wants them. */
export function markdownTable({ header, rows }: Cells): string {
  const lines = [header, ...rows].map((cells) => cells.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = header.map((_, column) => Math.max(3, ...lines.map((cells) => cells[column]!.length)));
  const line = (cells: readonly string[]) => {
    const padded = cells.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!),
    );
    return `| ${padded.join(' | ')} |`;
  };
  const rule = widths.map((width, column) =>
    column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [line(lines[0]!), line(rule), ...lines.slice(1).map(line)].join('\n');
}
