import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeFloats, formatManifest, openModel, replayProbe, type FileReader } from '@infogan/contract';
import { writeFixtureModel } from '@infogan/test/fixture-model.ts';
import { InferenceSession } from 'onnxruntime-node';
import { beforeAll, describe, expect, test } from 'vitest';

let directory: string;
const reader: FileReader = (path) => readFile(join(directory, path));
/** The directory with some of its files as they are given here. */
const reading =
  (changed: Record<string, Uint8Array | string>): FileReader =>
  async (path) => {
    const content = changed[path];
    if (content === undefined) return reader(path);
    return typeof content === 'string' ? new TextEncoder().encode(content) : content;
  };

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'model-'));
  await writeFixtureModel(directory);
});

describe('a model directory', () => {
  test('opens when every byte is what the manifest says', async () => {
    const { manifest, generator, recognizer } = await openModel(reader, 'models/x');
    expect(manifest.latent.map(({ name }) => name)).toEqual(['z', 'digit', 'c1', 'c2']);
    expect(generator.length).toBe(manifest.files['generator.onnx']!.bytes);
    expect(recognizer).not.toBeNull();
  });

  test('the manifest is written as it was read', async () => {
    const { manifest } = await openModel(reader, 'models/x');
    expect(formatManifest(manifest)).toBe(await readFile(join(directory, 'manifest.json'), 'utf8'));
  });

  test.each([
    ['half a manifest', '{"format": "infogan', /models\/x has a manifest\.json that is not JSON/],
    ['another format', '{"format": "keras", "version": 1}', /is no infogan-kit\/model \(format "keras"\)/],
    [
      'another version',
      '{"format": "infogan-kit/model", "version": 2}',
      /got version 2 in models\/x when expected 1/,
    ],
    ['a manifest without fields', '{"format": "infogan-kit/model", "version": 1}', /breaks the format: name/],
  ])('%s is refused', async (_, text, sentence) => {
    await expect(openModel(reading({ 'manifest.json': text }), 'models/x')).rejects.toThrow(sentence);
  });

  test('a file that is cut off, changed or missing is refused by name', async () => {
    const bytes = new Uint8Array(await readFile(join(directory, 'generator.onnx')));
    const cut = reading({ 'generator.onnx': bytes.subarray(0, 100) });
    await expect(openModel(cut, 'models/x')).rejects.toThrow(
      /generator\.onnx has 100 bytes, its manifest says/,
    );
    const changed = bytes.slice();
    changed[500]! ^= 1;
    await expect(openModel(reading({ 'generator.onnx': changed }), 'models/x')).rejects.toThrow(
      /generator\.onnx has sha256 .* the file was changed after the export/,
    );
    const missing: FileReader = (path) =>
      path === 'recognizer.onnx' ? Promise.reject(new Error('ENOENT')) : reader(path);
    await expect(openModel(missing, 'models/x')).rejects.toThrow(/cannot read recognizer\.onnx \(ENOENT\)/);
  });

  test('a path that leaves the directory is refused', async () => {
    const text = await readFile(join(directory, 'manifest.json'), 'utf8');
    const evil = text.replaceAll('"generator.onnx"', '"../generator.onnx"');
    await writeFile(join(directory, 'evil.json'), evil);
    await expect(openModel(reading({ 'manifest.json': evil }), 'models/x')).rejects.toThrow(
      /breaks the format: .*stays inside the directory/,
    );
  });
});

describe('the probe', () => {
  test('passes on the runtime that computes the model right, and fails on one number that is off', async () => {
    const { manifest, generator, recognizer } = await openModel(reader, 'models/x');
    const graphs = {
      generator: await InferenceSession.create(generator),
      recognizer: await InferenceSession.create(recognizer!),
    };
    expect((await replayProbe(manifest, graphs, 'models/x')).images).toBeLessThan(1e-5);
    const images = new Float32Array(manifest.probe.count * 784);
    const off = { ...manifest, probe: { ...manifest.probe, images: encodeFloats(images) } };
    await expect(replayProbe(off, graphs, 'models/x')).rejects.toThrow(
      /probe: models\/x gives images that differ from the trainer's by/,
    );
  });
});
