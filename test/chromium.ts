import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
// playwright-core: drives a real browser that is already on the machine; it downloads none
import { chromium, type Browser } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser'];
const ON_PATH = ['google-chrome', 'google-chrome-stable', 'chromium'];

/** The path of a Chromium: CHROMIUM_PATH, Debian's, or Chrome on the PATH; null when there is none. */
export function findChromium(): string | null {
  const named = process.env.CHROMIUM_PATH;
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((dir) => ON_PATH.map((name) => join(dir, name)));
  const found = [...(named === undefined ? [] : [named]), ...PLACES, ...onPath].find((path) =>
    existsSync(path),
  );
  return found ?? null;
}

/** What to tell somebody whose browser tests were skipped. */
export const NO_CHROMIUM =
  'no Chromium found: apt-get install chromium, or set CHROMIUM_PATH to a Chromium or Chrome';

/** Quiet, and no downloads of its own. */
const FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts headless Chromium; with `webgpu` on SwiftShader, which computes WebGPU exactly, on the CPU, slowly. */
export async function launchChromium({ webgpu = false } = {}): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error(NO_CHROMIUM);
  const graphics = webgpu
    ? ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader']
    : ['--disable-gpu'];
  return chromium.launch({ executablePath, headless: true, args: [...FLAGS, ...graphics] });
}
