import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '@infogan/contract';
import type { Metrics } from '@infogan/measure';
import type { Attribute } from './attributes.ts';
import type { Evaluation } from './evaluate.ts';
import { plotIntervals, standalone } from './report/plots.ts';
import { relationPlot } from './report/sections.ts';
import { HEADLINES } from './headlines.ts';
import { markdownTable, scoreCells } from './table.ts';
import { writeAll } from './write.ts';

const START = '<!-- scores -->';
const END = '<!-- /scores -->';
const PLOTS = 'docs/plots';

/** Rows that the README shows; the others stand in the report. */
const ROWS: ReadonlySet<string> = new Set<keyof Metrics>([
  'unsupervisedAccuracy',
  'fidelity',
  'fidelityAtLimit',
  'slantControl',
  'thicknessControl',
  'leakage',
  'frechetDistance',
  'precision',
  'recall',
]);

/**
 * Renews what stands between `<!-- scores -->` and `<!-- /scores -->` in a Markdown file: the headline rows and
 * two plots, which are written as SVG files to docs/plots beside it.
 * @throws UserError when the file has no such block
 */
export async function updateReadme(path: string, evaluation: Evaluation): Promise<void> {
  const text = await readFile(path, 'utf8');
  const [start, end] = [text.indexOf(START), text.indexOf(END)];
  if (start < 0 || end < start) {
    throw new UserError(
      `evaluate: ${path} has no block ${START} … ${END}; put these two lines where the scores belong`,
    );
  }
  const plots = readmePlots(evaluation);
  const folder = join(dirname(path), PLOTS);
  await mkdir(folder, { recursive: true });
  const block = [
    START,
    '',
    headlineTable(evaluation.metrics),
    ...plots.map(({ file, title }) => `\n![${title}](${PLOTS}/${file})`),
    '',
    END,
  ];
  await writeAll([
    ...plots.map(({ file, svg }) => [join(folder, file), `${svg}\n`] as const),
    [path, text.slice(0, start) + block.join('\n') + text.slice(end + END.length)],
  ]);
}

function headlineTable(metrics: Metrics): string {
  const labels = HEADLINES.filter(({ key }) => ROWS.has(key));
  const { header, rows } = scoreCells(metrics);
  return markdownTable({ header, rows: rows.filter(([name]) => labels.some(({ label }) => label === name)) });
}

function readmePlots(evaluation: Evaluation): { file: string; title: string; svg: string }[] {
  const { control, metrics } = evaluation;
  const plots = [];
  const panels = (Object.entries(control?.codes ?? {}) as [Attribute, string][]).flatMap(
    ([attribute, code]) => relationPlot(evaluation, attribute, code) ?? [],
  );
  if (panels.length > 0) {
    const title = 'Slant and thickness, as a ruler measures them, against the codes that control them';
    plots.push({ file: 'control.svg', title, svg: standalone(panels, title) });
  }
  if (metrics.fidelityPerDigit !== undefined) {
    const title = 'Share of generated pictures of each digit that an independent judge reads as that digit';
    const plot = plotIntervals(metrics.fidelityPerDigit, 'read as asked (%)');
    plots.push({ file: 'fidelity.svg', title, svg: standalone([plot], title) });
  }
  return plots;
}
