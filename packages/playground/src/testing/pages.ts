import { join } from 'node:path';
import { chooseLatents, generateImages, toBytes } from '@infogan/contract';
import { InferenceSession } from 'onnxruntime-node';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { readManifest, type TestSite } from './site.ts';

/** A page that fails its test when anything goes wrong in its console. */
export interface TestPage {
  readonly page: Page;
  readonly complaints: string[];
  readonly close: () => Promise<void>;
}

/** Opens an address of the playground and waits for its first digit. */
export async function visit(
  browser: Browser,
  site: Pick<TestSite, 'url'>,
  hash: string,
  options: BrowserContextOptions = {},
): Promise<TestPage> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(`${site.url}${hash}`);
  if (/stage|^$/.test(hash)) await inkOf(page, '[data-testid=stage]');
  return { page, complaints, close: () => context.close() };
}

/** The ink of a canvas as bytes (its alpha channel), once there is any. */
export async function inkOf(page: Page, selector: string): Promise<number[]> {
  const handle = await page.waitForFunction((selector) => {
    const canvas = document.querySelector<HTMLCanvasElement>(selector);
    if (canvas === null || canvas.width === 0) return null;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    const ink: number[] = [];
    for (let i = 3; i < data.length; i += 4) ink.push(data[i]!);
    return ink.some((value) => value > 64) ? ink : null;
  }, selector);
  return (await handle.jsonValue()) as number[];
}

/** What onnxruntime-node draws for the same choice, as bytes. */
export async function drawnInNode(
  model: string,
  chosen: Readonly<Record<string, number>>,
  seed: number,
): Promise<Uint8Array> {
  const manifest = await readManifest(model);
  const session = await InferenceSession.create(join(model, manifest.graphs.generator));
  const images = await generateImages(
    session,
    manifest.latent,
    chooseLatents(manifest.latent, [{ chosen, seed }]),
  );
  await session.release();
  return toBytes(images);
}

export function largestByteDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}
