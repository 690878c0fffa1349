import { stripVTControlCharacters } from 'node:util';
import { formatInterval, formatValue, markdownTable, scoreCells, terminalTable } from '@infogan/evaluate';
import type { Metrics } from '@infogan/measure';
import { describe, expect, it } from 'vitest';

const metrics: Metrics = {
  evaluation: {
    version: 1,
    seed: 1,
    pictures: 10_000,
    judge: { sha256: '', testAccuracy: 0.99 },
    dataset: { name: 'mnist', sha256: '' },
  },
  fidelity: { value: 0.9912, low: 0.989, high: 0.993 },
  slantSlope: { value: 21.34, low: 21, high: 21.7 },
  frechetDistance: { value: 0.5, low: 0.4, high: 0.6 },
  frechetFloor: { value: 0.1, low: 0.05, high: 0.15 },
  baseline: { name: 'mnist-500', steps: 500, values: { frechetDistance: 12.34 } },
};

describe('numbers', () => {
  it('are written as people read them', () => {
    expect(formatValue(0.98765, 'share')).toBe('98.77 %');
    expect(formatValue(0.9, 'number')).toBe('0.900');
    expect(formatValue(13.66, 'number')).toBe('13.7');
    expect(formatValue(21.34, 'degrees')).toBe('21.3°');
    expect(formatInterval({ value: 0.5, low: 0.61, high: 0.7 }, 'pixels')).toBe('0.61 – 0.70');
  });
});

describe('tables', () => {
  it('leave out what was not scored, and set real pictures and the baseline beside', () => {
    const { header, rows } = scoreCells(metrics);
    expect(header).toEqual(['Score', 'Value', '95 % interval', 'Real pictures', 'mnist-500 (500 steps)']);
    expect(rows).toEqual([
      ['Class fidelity', '99.12 %', '98.90 – 99.30', '', ''],
      ['Slant per unit of its code', '21.3°', '21.0 – 21.7', '', ''],
      ['Fréchet distance', '0.500', '0.400 – 0.600', '0.100', '12.3'],
      ['Fréchet distance, times that of real pictures', '5.000', '4.000 – 6.000', '', ''],
    ]);
  });

  it('are aligned on the terminal and in Markdown', () => {
    const cells = {
      header: ['Score', 'a|b'],
      rows: [
        ['x', '1 %'],
        ['longer', '–'],
      ],
    };
    expect(markdownTable(cells)).toBe(
      ['| Score  | a\\|b |', '| ------ | ---: |', '| x      |  1 % |', '| longer |    – |'].join('\n'),
    );
    const lines = stripVTControlCharacters(terminalTable(cells)).split('\n');
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  });
});
