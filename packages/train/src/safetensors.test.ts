import { execFileSync } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeTensors, encodeTensors } from '@infogan/train';
import { describe, expect, test } from 'vitest';

const file = {
  metadata: { step: '7' },
  tensors: {
    'conv1/kernel': { shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) },
    'conv1/bias': { shape: [2], values: Float32Array.of(-0.5, 1e-9) },
  },
};

describe('safetensors', () => {
  test('what is written is read back, bit for bit', () => {
    expect(decodeTensors(encodeTensors(file), 'x')).toEqual(file);
  });

  test('a Buffer that shares memory with others is read right', () => {
    const bytes = encodeTensors(file);
    const shared = Buffer.concat([Buffer.from('x'.repeat(13)), Buffer.from(bytes)]).subarray(13);
    expect(decodeTensors(shared, 'x')).toEqual(file);
  });

  test('a file that was cut off anywhere is refused in words', () => {
    const bytes = encodeTensors(file);
    for (const length of [0, 7, 20, bytes.length - 1]) {
      expect(() => decodeTensors(bytes.subarray(0, length), 'w.safetensors'), `${length} bytes`).toThrow(
        /w\.safetensors is no whole safetensors file/,
      );
    }
  });

  test('bytes that do not belong are refused', () => {
    const longer = new Uint8Array([...encodeTensors(file), 0]);
    expect(() => decodeTensors(longer, 'w')).toThrow(/1 bytes too many/);
  });

  const python = findPython();
  test.skipIf(python === null)(
    `Python's safetensors reads it${python === null ? ' (skipped: no python3 with the package safetensors)' : ''}`,
    async () => {
      const path = join(await mkdtemp(join(tmpdir(), 'safetensors-')), 'w.safetensors');
      await writeFile(path, encodeTensors(file));
      const script = `from safetensors.numpy import load_file; print(load_file("${path}")["conv1/kernel"].tolist())`;
      const printed = execFileSync(python!, ['-c', script], { encoding: 'utf8' });
      expect(JSON.parse(printed)).toEqual([
        [1, 2, 3],
        [4, 5, 6],
      ]);
    },
  );
});

function findPython(): string | null {
  for (const python of ['python3', '/usr/bin/python3']) {
    try {
      execFileSync(python, ['-c', 'import safetensors.numpy'], { stdio: 'ignore' });
      return python;
    } catch {
      continue;
    }
  }
  return null;
}
