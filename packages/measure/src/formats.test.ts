import { formatJudge, parseJudge, parseMetrics, type Judge } from '@infogan/measure';
import { describe, expect, it } from 'vitest';

const judge: Judge = {
  format: 'infogan-kit/judge',
  version: 1,
  file: 'judge.onnx',
  bytes: 10,
  sha256: 'ab'.repeat(32),
  features: 64,
  testAccuracy: 0.995,
  provenance: {
    tool: 'infogan-kit',
    seed: 1,
    steps: 100,
    batchSize: 128,
    engine: 'compiled',
    dataset: { name: 'mnist', sha256: '' },
    seconds: 60,
  },
};

describe('judge.json', () => {
  it('is read as it was written', () => {
    expect(parseJudge(formatJudge(judge), 'models/judge')).toEqual(judge);
  });

  it.each([
    ['{', 'is not JSON'],
    ['{"format":"other","version":1}', 'is no infogan-kit/judge (format "other")'],
    ['{"format":"infogan-kit/judge","version":2}', 'got version 2 in models/judge when expected 1'],
    [JSON.stringify({ ...judge, file: '../other.onnx' }), 'file: the judge is one .onnx file'],
    [JSON.stringify({ ...judge, sha256: 'x' }), 'sha256: a sha256 is 64 hexadecimal digits'],
  ])('%s is refused with a sentence', (text, sentence) => {
    expect(() => parseJudge(text, 'models/judge')).toThrow(sentence);
  });
});

describe('metrics', () => {
  const evaluation = {
    version: 1,
    seed: 1,
    pictures: 10_000,
    judge: { sha256: 'x', testAccuracy: 0.99 },
    dataset: { name: 'mnist', sha256: 'x' },
  };

  it('leave out what does not apply, and ignore what others wrote', () => {
    const metrics = parseMetrics({ evaluation, recognizerAccuracy: { test: 0.9 } }, 'models/x');
    expect(metrics).toEqual({ evaluation });
  });

  it('are refused where there are none, or others', () => {
    expect(() => parseMetrics({}, 'models/x')).toThrow(
      'models/x has no scores yet; run pnpm evaluate models/x',
    );
    expect(() => parseMetrics({ evaluation, fidelity: 3 }, 'models/x')).toThrow('fidelity: ');
    expect(() => parseMetrics({ evaluation: { ...evaluation, version: 2 } }, 'models/x')).toThrow(
      '(version 2)',
    );
  });
});
