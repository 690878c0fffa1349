import type { Score } from '@infogan/measure';
// Observable Plot: marks, scales and axes as data; renders to SVG through any DOM
import * as Plot from '@observablehq/plot';
// linkedom: a light DOM, enough to render an SVG on the host
import { parseHTML } from 'linkedom';
import { Markup } from './markup.ts';

/** Ink of the plots; everything else is the text's colour, so they fit a light and a dark page. */
export const ACCENT = '#2f6fde';
export const SECOND = '#e0752d';

const { document } = parseHTML('<html><body></body></html>');

/** Width of one plot in its own units: about that of a phone, so that letters stay readable there. */
const WIDTH = 380;

/** Space between plots in one file. */
const GAP = 24;

/** Renders a plot to SVG. */
export function draw(options: Plot.PlotOptions): Markup {
  const figure = Plot.plot({
    width: WIDTH,
    height: 260,
    marginLeft: 44,
    marginBottom: 42,
    style: { fontSize: '12px', overflow: 'visible' },
    ...options,
    document,
  });
  return new Markup(figure.outerHTML.replace(/(\d\.\d\d)\d{3,}/g, '$1'));
}

/** Plots from left to right as a complete SVG file: with its namespace, on white, in dark letters. */
export function standalone(plots: readonly Markup[], title: string): string {
  const height = Math.max(...plots.map(({ html }) => Number(/height="(\d+)"/.exec(html)?.[1] ?? 0)));
  const width = plots.length * (WIDTH + GAP) - GAP;
  const inner = plots.map(({ html }, i) => html.replace('<svg ', `<svg x="${i * (WIDTH + GAP)}" `)).join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" color="#222"><title>${title}</title><rect width="100%" height="100%" fill="#fff"/>${inner}</svg>`;
}

/** One interval per class, as a dot with its bar. */
export function plotIntervals(scores: Record<string, Score>, label: string): Markup {
  const data = Object.entries(scores).map(([name, { value, low, high }]) => ({
    name,
    value: 100 * value,
    low: 100 * low,
    high: 100 * high,
  }));
  const low = Math.floor(Math.min(...data.map((row) => row.low)));
  return draw({
    x: { domain: [Math.min(low, 99), 100], label, grid: true, ticks: 5 },
    y: { label: null, type: 'band', tickSize: 0 },
    marginLeft: 24,
    height: 400,
    marks: [
      Plot.ruleY(data, {
        y: 'name',
        x1: 'low',
        x2: 'high',
        stroke: ACCENT,
        strokeWidth: 5,
        strokeOpacity: 0.3,
      }),
      Plot.dot(data, { y: 'name', x: 'value', fill: ACCENT, r: 4 }),
    ],
  });
}

function dots(values: Record<string, number>, colour: string): Plot.Dot {
  return Plot.dot(Object.entries(values), { x: '1', y: '0', fill: colour, r: 4.5, clip: true });
}

/** A value per class for two quantities, as two dots a row. */
export function plotPairs(
  a: Record<string, number>,
  b: Record<string, number>,
  label: string,
  domain: readonly [number, number],
): Markup {
  return draw({
    x: { domain, label, grid: true, ticks: 5 },
    y: { label: null, type: 'band', tickSize: 0 },
    marginLeft: 24,
    marks: [dots(a, ACCENT), dots(b, SECOND)],
  });
}

/** Counts as a table of shaded squares, rows being what was asked for or true. */
export function plotConfusion(
  counts: readonly (readonly number[])[],
  rowLabel: string,
  columnLabel: string,
): Markup {
  const cells = counts.flatMap((row, i) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, j) => ({ i, j, count, share: total === 0 ? 0 : count / total, right: i === j }));
  });
  return draw({
    height: 400,
    padding: 0.04,
    marginLeft: 36,
    marginTop: 46,
    marginBottom: 8,
    x: { label: columnLabel, tickSize: 0, axis: 'top' },
    y: { label: rowLabel, tickSize: 0 },
    marks: [
      Plot.cell(cells, {
        x: 'j',
        y: 'i',
        fill: (cell) => (cell.right ? ACCENT : SECOND),
        // mistakes are few: a root makes one in a hundred visible
        fillOpacity: (cell) => (cell.right ? 0.85 * cell.share : Math.min(1, 2.5 * Math.sqrt(cell.share))),
        rx: 3,
      }),
      Plot.text(cells, {
        x: 'j',
        y: 'i',
        text: (cell) => (cell.count === 0 ? '' : String(cell.count)),
        fontSize: 10,
        fill: (cell) => (cell.right && cell.share > 0.6 ? 'white' : 'currentColor'),
      }),
    ],
  });
}

export interface Relation {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly xLabel: string;
  readonly yLabel: string;
  /** Range of y, shared by the plots of one attribute. */
  readonly yDomain: readonly [number, number];
  readonly intended: boolean;
}

/** Dots shown; line and band come from all pictures. */
const DOTS = 600;
const BINS = 20;
const HISTOGRAM_BINS = 40;

/** Scatter of a measured attribute against a code: dots, the median and the band of the middle 80 %. */
export function plotRelation({ x, y, xLabel, yLabel, yDomain, intended }: Relation): Markup {
  const dots = Array.from({ length: Math.min(DOTS, x.length) }, (_, i) => ({ x: x[i]!, y: y[i]! }));
  const colour = intended ? ACCENT : '#888';
  return draw({
    height: 240,
    x: { domain: [-1, 1], label: xLabel, ticks: 5 },
    y: { domain: yDomain, label: yLabel, grid: true, ticks: 5 },
    marks: [
      Plot.dot(dots, { x: 'x', y: 'y', r: 1.3, fill: colour, fillOpacity: 0.35, clip: true }),
      Plot.areaY(bins(x, y), { x: 'x', y1: 'low', y2: 'high', fill: colour, fillOpacity: 0.18, clip: true }),
      Plot.line(bins(x, y), { x: 'x', y: 'middle', stroke: colour, strokeWidth: 2.5 }),
    ],
  });
}

function bins(x: ArrayLike<number>, y: ArrayLike<number>) {
  const groups = Array.from({ length: BINS }, (): number[] => []);
  for (let i = 0; i < x.length; i++) {
    groups[Math.min(BINS - 1, Math.max(0, Math.floor(((x[i]! + 1) / 2) * BINS)))]!.push(y[i]!);
  }
  return groups.flatMap((values, k) => {
    if (values.length === 0) return [];
    const sorted = values.sort((a, b) => a - b);
    const at = (q: number) => sorted[Math.floor(q * (sorted.length - 1))]!;
    return [{ x: -1 + (2 * (k + 0.5)) / BINS, low: at(0.1), middle: at(0.5), high: at(0.9) }];
  });
}

/** Two distributions over one another, as shares per bin. */
export function plotDistributions(a: ArrayLike<number>, b: ArrayLike<number>, label: string): Markup {
  const high = Math.max(...Array.from(a), ...Array.from(b));
  const low = Math.min(...Array.from(a), ...Array.from(b));
  return draw({
    height: 220,
    marginLeft: 52,
    x: { label, domain: [low, high] },
    y: { label: 'share of pictures', grid: true, ticks: 4, tickFormat: '.0%' },
    marks: [a, b].flatMap((values, i) => {
      const shares = histogram(values, low, high);
      const colour = i === 0 ? ACCENT : SECOND;
      return [
        Plot.areaY(shares, { x: 'x', y: 'share', fill: colour, fillOpacity: 0.2, curve: 'monotone-x' }),
        Plot.lineY(shares, { x: 'x', y: 'share', stroke: colour, strokeWidth: 2, curve: 'monotone-x' }),
      ];
    }),
  });
}

function histogram(values: ArrayLike<number>, low: number, high: number): { x: number; share: number }[] {
  const counts = Array.from({ length: HISTOGRAM_BINS }, () => 0);
  const step = (high - low) / HISTOGRAM_BINS || 1;
  for (let i = 0; i < values.length; i++) {
    counts[Math.min(HISTOGRAM_BINS - 1, Math.floor((values[i]! - low) / step))]!++;
  }
  return counts.map((count, k) => ({ x: low + (k + 0.5) * step, share: count / values.length }));
}

/** One curve over training steps. */
export function plotCurve(name: string, points: readonly { step: number; value: number }[]): Markup {
  return draw({
    height: 170,
    x: { label: 'step', ticks: 4 },
    y: { label: name, grid: true, ticks: 4 },
    marks: [Plot.line([...points], { x: 'step', y: 'value', stroke: ACCENT, strokeWidth: 1.5 })],
  });
}
