import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BACKENDS, PROVIDERS } from '@infogan/train';
import type { ThreeSteps } from './three-steps.ts';

/**
 * One suite, every engine: the same three steps from the same weights on each that the machine has. What it lacks
 * is skipped with the reason. Each runs in a process of its own; WebGPU without a GPU runs on Chromium's SwiftShader,
 * which computes on the processor, and must be in the environment before the process starts.
 */
const ENGINES = [
  ...PROVIDERS.map((name) => ['compiled', name] as const),
  ...BACKENDS.filter((name) => name !== 'auto' && name !== 'cpu').map((name) => ['eager', name] as const),
];
const program = fileURLToPath(new URL('three-steps.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'parity-'));
afterAll(() => rmSync(folder, { recursive: true }));

const driver = '/usr/lib/chromium/vk_swiftshader_icd.json';
const swiftshader = { LD_LIBRARY_PATH: dirname(driver), VK_ICD_FILENAMES: driver, XDG_RUNTIME_DIR: tmpdir() };

async function threeSteps(kind: string, name: string): Promise<ThreeSteps> {
  const file = join(folder, `${kind}-${name}.json`);
  const env = { ...process.env, ...(name === 'webgpu' && existsSync(driver) ? swiftshader : {}) };
  const child = spawn(process.execPath, ['--import', 'tsx', program, kind, name, file], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (text: Buffer) => (complaints += text.toString()));
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`${kind} ${name} ended with ${String(code)}: ${complaints.slice(-2000)}`);
  return JSON.parse(readFileSync(file, 'utf8')) as ThreeSteps;
}

let reference: Exclude<ThreeSteps, { missing: string }>;
beforeAll(async () => {
  const found = await threeSteps('eager', 'cpu');
  if ('missing' in found) throw new Error(found.missing);
  reference = found;
});

test.for(ENGINES)(
  '%s %s takes the same three steps as plain JavaScript',
  { timeout: 300_000 },
  async ([kind, name], { skip }) => {
    const found = await threeSteps(kind, name);
    if ('missing' in found) return skip(found.missing);

    expect(found.description).toContain(kind);
    found.losses.forEach((losses, step) => {
      expect(Object.keys(losses).sort()).toEqual(Object.keys(reference.losses[step]!).sort());
      for (const [part, value] of Object.entries(losses)) {
        // exp and log round differently everywhere, and Adam's first steps magnify that
        const tolerance = [1e-4, 1e-3, 3e-3][step]!;
        const difference = Math.abs(value - reference.losses[step]![part]!);
        expect(difference, `${part} of step ${step}`).toBeLessThan(tolerance);
      }
    });
    expect(Object.keys(found.state).sort()).toEqual(Object.keys(reference.state).sort());
    for (const [part, expected] of Object.entries(reference.state)) {
      // Adam divides by the gradient's size: where a gradient is nearly zero, rounding decides its direction
      expect(shareWithin(found.state[part]!, expected, 2e-4), part).toBeGreaterThan(0.99);
    }
    expect(new Set(found.tensors).size, 'tensors alive after each step').toBe(1);
  },
);

test('the suite can fail: one weight in fifty moved by a thousandth is seen', () => {
  const weights = reference.state['generator']!;
  const moved = weights.map((value, i) => (i % 50 === 0 ? value + 1e-3 : value));
  expect(shareWithin(moved, weights, 2e-4)).toBeLessThan(0.99);
});

function shareWithin(a: readonly number[], b: readonly number[], tolerance: number): number {
  expect(a.length).toBe(b.length);
  return a.filter((value, i) => Math.abs(value - b[i]!) <= tolerance).length / a.length;
}
