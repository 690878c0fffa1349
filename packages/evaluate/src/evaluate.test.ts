import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MANIFEST_FILE, categorical, hashBytes, normal, openModel, uniform } from '@infogan/contract';
import {
  compareModels,
  evaluate,
  renderReport,
  saveEvaluation,
  updateReadme,
  type Evaluation,
} from '@infogan/evaluate';
import { parseMetrics } from '@infogan/measure';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { JUDGE, snapshot, temporaryFolder, temporaryModel, withoutRecognizer } from './testing.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../../..');
const options = { judge: JUDGE, pictures: 400 };
const read = (directory: string) => (path: string) => readFile(join(directory, path));

/** Scored once for all tests, and written by the program. */
let fixture = '';

describe('the fixture: mean digits, sheared and thickened, without variety', () => {
  let evaluation: Evaluation;

  beforeAll(async () => {
    fixture = await temporaryModel({}, (manifest) => ({
      ...manifest,
      metrics: { others: 1, fidelity: 0 },
    }));
    evaluation = await evaluate(fixture, options);
  }, 120_000);

  it('shows the digit asked for, and falls apart at the limits', () => {
    const { fidelity, fidelityAtLimit, fidelityAtCorners, digitsWithoutCategory } = evaluation.metrics;
    expect(fidelity!.value).toBeGreaterThan(0.9);
    expect(fidelityAtLimit!.value).toBeLessThan(fidelity!.low);
    expect(fidelityAtCorners!.value).toBeLessThan(fidelityAtLimit!.value);
    expect(digitsWithoutCategory).toBe(0);
  });

  it('is nothing like real pictures: far away, and no variety at all', () => {
    const { frechetDistance, frechetFloor, recall, recallCeiling } = evaluation.metrics;
    expect(frechetDistance!.low).toBeGreaterThan(5 * frechetFloor!.high);
    expect(recall!.value).toBeLessThan(0.02);
    expect(recallCeiling!.value).toBeGreaterThan(0.5);
  });

  it('has a recognizer that matches templates and cannot read codes', () => {
    const { unsupervisedAccuracy, calibrated, readbackR2 } = evaluation.metrics;
    expect(unsupervisedAccuracy!.value).toBeGreaterThan(0.6);
    expect(unsupervisedAccuracy!.value).toBeLessThan(0.85);
    expect(calibrated).toBe(true);
    expect(readbackR2!['c1']!.value).toBeLessThan(0.2);
  });

  it('leans with c1 and thickens with c2, found out where the manifest names no controls', () => {
    const { slantControl, thicknessControl, leakage } = evaluation.metrics;
    expect(evaluation.control!.codes).toEqual({ slant: 'c1', thickness: 'c2' });
    expect(slantControl!.value).toBeGreaterThan(0.9);
    expect(thicknessControl!.value).toBeGreaterThan(0.7);
    expect(leakage!.value).toBeLessThan(0.35);
  });

  it('is scored the same by the program, which writes a manifest that vouches for the report', async () => {
    await run('npm', ['run', '-s', 'evaluate', '--', fixture, '--judge', JUDGE, '--pictures', '400'], {
      cwd: ROOT,
    });
    const { manifest } = await openModel(read(fixture), fixture);
    expect(parseMetrics(manifest.metrics, fixture)).toEqual(evaluation.metrics);
    expect(manifest.metrics['others']).toBe(1);
    const report = await readFile(join(fixture, 'report.html'));
    expect(manifest.files['report.html']).toEqual({ bytes: report.length, sha256: hashBytes(report) });
    expect(Object.keys(await snapshot(fixture)).sort()).toEqual([
      'generator.onnx',
      MANIFEST_FILE,
      'recognizer.onnx',
      'report.html',
    ]);
  }, 120_000);

  it('has a report that asks nothing of the network', async () => {
    const report = await renderReport(evaluation, [{ name: 'D<loss>', points: [{ step: 1, value: 2 }] }]);
    // booleans, for a failure should not print the page
    expect(/<script|<link|@import|(?:src|href)="(?!data:image\/png;base64,)/.test(report)).toBe(false);
    expect(report.includes('D&lt;loss&gt;') && !report.includes('D<loss>')).toBe(true);
    expect(/NaN|undefined|\[object/.test(report.replaceAll(/base64,[^"]*/g, ''))).toBe(false);
    expect(report.length).toBeLessThan(600_000);
  });

  it('renews its block in a README, and nothing else of it', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'README.md');
    await writeFile(path, '# Title\n\n<!-- scores -->\n\nold\n\n<!-- /scores -->\n\nEnd\n');
    await updateReadme(path, evaluation);
    const text = await readFile(path, 'utf8');
    expect(text).toMatch(/^# Title\n\n<!-- scores -->\n\n\| Score [^]*\n<!-- \/scores -->\n\nEnd\n$/);
    expect(text).not.toContain('old');
    await updateReadme(path, evaluation);
    expect(await readFile(path, 'utf8')).toBe(text);
    for (const [, plot] of text.matchAll(/\]\((docs\/plots\/[a-z]+\.svg)\)/g)) {
      // librsvg reads well-formed SVG only
      const { width } = await sharp(join(folder, plot!)).metadata();
      expect(width).toBeGreaterThan(300);
    }
    await writeFile(path, '# Title\n');
    await expect(updateReadme(path, evaluation)).rejects.toThrow('has no block <!-- scores -->');
  });

  it('is not written over when it changed meanwhile', async () => {
    // the program wrote its scores since
    const before = await snapshot(fixture);
    await expect(saveEvaluation(evaluation, 'report')).rejects.toThrow('changed while the model was scored');
    expect(await snapshot(fixture)).toEqual(before);
  });
});

describe('as far as the scores apply', () => {
  it('a conditional GAN whose digits are named wrongly: no recognizer, no codes, and hardly a digit right', async () => {
    const latent = [normal('z', 62), categorical('digit', 10)];
    const directory = await temporaryModel({ latent }, (manifest) => ({
      ...withoutRecognizer(manifest),
      latent: [normal('z', 62), categorical('digit', ['9', '0', '1', '2', '3', '4', '5', '6', '7', '?'])],
    }));
    const evaluation = await evaluate(directory, options);
    const { metrics, notes } = evaluation;
    expect(metrics.fidelity!.value).toBeLessThan(0.1);
    expect(metrics.digitsWithoutCategory).toBe(1);
    expect(metrics.frechetDistance).toBeDefined();
    for (const key of [
      'unsupervisedAccuracy',
      'readbackAccuracy',
      'slantControl',
      'fidelityAtLimit',
    ] as const) {
      expect(metrics[key]).toBeUndefined();
    }
    expect(notes.join(' ')).toMatch(/no recognizer.*no continuous code|no continuous code.*no recognizer/);
    await saveEvaluation(evaluation, 'report');
    const { header, rows } = await compareModels([fixture, directory], (cell) => `*${cell}*`);
    expect(header).toEqual(['Score', fixture, directory]);
    const row = (label: string) => rows.find(([name]) => name === label);
    expect(row('Unsupervised accuracy')![2]).toBe('–');
    expect(row('Class fidelity')![1]).toMatch(/^\*9\d\.\d\d %\*$/);
    expect(row('Class fidelity')![2]).not.toContain('*');
  }, 120_000);

  it('coloured pictures of another size: a recognizer and nothing that the judge or the ruler knows', async () => {
    const directory = await temporaryModel({
      latent: [normal('z', 8), categorical('kind', ['round', 'square']), uniform('c1')],
      image: { width: 12, height: 10, channels: 3 },
    });
    const evaluation = await evaluate(directory, options);
    expect(Object.keys(evaluation.metrics).sort()).toEqual([
      'evaluation',
      'generatorFlops',
      'readbackAccuracy',
      'readbackR2',
    ]);
    expect(evaluation.notes.join(' ')).toContain('The pictures have colours');
    expect((await renderReport(evaluation, null)).includes('round')).toBe(true);
    await saveEvaluation(evaluation, await renderReport(evaluation, null));
    const { header, rows } = await compareModels([directory, directory]);
    expect(header).toEqual(['Score', directory, directory]);
    expect(rows.map(([label]) => label)).toContain('Read-back of the category');
  }, 120_000);
});
