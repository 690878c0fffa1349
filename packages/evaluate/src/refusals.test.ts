import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MANIFEST_FILE } from '@infogan/contract';
import { compareModels, evaluate, openJudge, readLosses } from '@infogan/evaluate';
import { describe, expect, it } from 'vitest';
import { JUDGE, snapshot, temporaryFolder, temporaryModel } from './testing.ts';

const options = { judge: JUDGE, pictures: 400 };

async function edit(path: string, change: (text: string) => string): Promise<void> {
  await writeFile(path, change(await readFile(path, 'utf8')));
}

describe('a model that is not whole is refused with a sentence, and left as it is', () => {
  const cases: [string, (directory: string) => Promise<void>, string][] = [
    ['a file is missing', (directory) => rm(join(directory, 'generator.onnx')), 'cannot read generator.onnx'],
    [
      'a file was changed',
      async (directory) => {
        const path = join(directory, 'generator.onnx');
        const bytes = await readFile(path);
        bytes[bytes.length >> 1]! ^= 1;
        await writeFile(path, bytes);
      },
      'was changed after the export',
    ],
    [
      'another version',
      (directory) =>
        edit(join(directory, MANIFEST_FILE), (text) => text.replace('"version": 1', '"version": 7')),
      'got version 7',
    ],
    [
      'the probe comes out otherwise',
      (directory) =>
        edit(join(directory, MANIFEST_FILE), (text) => {
          const manifest = JSON.parse(text) as { probe: { latents: { digit: number[] } } };
          manifest.probe.latents.digit[0] = (manifest.probe.latents.digit[0]! + 1) % 10;
          return JSON.stringify(manifest);
        }),
      'differ from the trainer',
    ],
    [
      'the graphs are not those of the latent code',
      (directory) =>
        edit(join(directory, MANIFEST_FILE), (text) => text.replace('"name": "digit"', '"name": "letter"')),
      'its latent code asks for letter, c, z and image',
    ],
  ];
  it.each(cases)('%s', async (_, damage, sentence) => {
    const directory = await temporaryModel();
    await damage(directory);
    const before = await snapshot(directory);
    await expect(evaluate(directory, options)).rejects.toThrow(sentence);
    expect(await snapshot(directory)).toEqual(before);
  });

  it('too few pictures, a baseline without scores, models without scores', async () => {
    const directory = await temporaryModel();
    await expect(evaluate(directory, { ...options, pictures: 5 })).rejects.toThrow('at least 200');
    await expect(evaluate(directory, { ...options, baseline: directory })).rejects.toThrow(
      'has no scores yet',
    );
    await expect(compareModels([directory])).rejects.toThrow(`run pnpm evaluate ${directory}`);
  });
});

describe('a judge that is not whole is refused with a sentence', () => {
  it('none there', async () => {
    await expect(openJudge('models/nobody')).rejects.toThrow('make the judge with pnpm train judge');
  });

  it('another file than judge.json describes', async () => {
    const directory = await temporaryFolder();
    await cp(JUDGE, directory, { recursive: true });
    await writeFile(join(directory, 'judge.onnx'), 'something else');
    await expect(openJudge(directory)).rejects.toThrow('is not the file that judge.json describes');
  });

  it('one that reads fewer test pictures right than it claims', async () => {
    const directory = await temporaryFolder();
    await cp(JUDGE, directory, { recursive: true });
    await edit(join(directory, 'judge.json'), (text) =>
      text.replace(/"testAccuracy": [0-9.]+/, '"testAccuracy": 0.5'),
    );
    const model = await temporaryModel();
    await expect(evaluate(model, { ...options, judge: directory })).rejects.toThrow(
      'its judge.json says 50.00 %',
    );
  }, 60_000);
});

describe('loss curves', () => {
  it('are every numeric series of metrics.jsonl, thinned', async () => {
    const run = await temporaryFolder();
    const lines = Array.from({ length: 1000 }, (_, i) =>
      JSON.stringify({
        step: i + 1,
        epoch: i / 100,
        seconds: i,
        D: i,
        note: 'text',
        ...(i > 500 ? { late: 1 } : {}),
      }),
    );
    await writeFile(join(run, 'metrics.jsonl'), `${lines.join('\n')}\n`);
    const series = await readLosses(run);
    expect(series.map(({ name }) => name)).toEqual(['D', 'late']);
    expect(series[0]!.points).toHaveLength(200);
    expect(series[0]!.points[0]).toEqual({ step: 3, value: 2 });
  });

  it('are refused where there is no run, or half a line', async () => {
    const run = await temporaryFolder();
    await expect(readLosses(run)).rejects.toThrow('has no metrics.jsonl');
    await writeFile(join(run, 'metrics.jsonl'), '{"step":1}\n{"st');
    await expect(readLosses(run)).rejects.toThrow('metrics.jsonl:2 is not JSON');
  });
});
