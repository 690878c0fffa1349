import { join } from 'node:path';
import { chooseLatents, generateImages, toBytes } from '@infogan/contract';
import { InferenceSession } from 'onnxruntime-node';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { readManifest, type TestSite } from './site.ts';

/** A page, and everything that went wrong in its console. */
export interface TestPage {
  readonly page: Page;
  readonly complaints: string[];
  readonly close: () => Promise<void>;
}

/** An expectation that comes true in a while; browsers on a busy machine take theirs. */
export function eventually<T>(probe: () => T, timeout = 10_000) {
  return expect.poll(probe, { timeout, interval: 50 });
}

export const STAGE = '[data-testid=stage]';

/** Opens an address of the playground and waits until its model is open (on the stage: until its first digit). */
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
  await page.waitForSelector('main[aria-busy=false] h1');
  if (/stage|^$/.test(hash)) await inkOf(page, STAGE);
  return { page, complaints, close: () => context.close() };
}

/** The ink of a canvas as bytes (its alpha channel), once there is any. */
export async function inkOf(page: Page, selector: string): Promise<number[]> {
  const handle = await page.waitForFunction(readInk, selector, { polling: 20 });
  return (await handle.jsonValue()) as number[];
}

function readInk(selector: string): number[] | null {
  const canvas = document.querySelector<HTMLCanvasElement>(selector);
  if (canvas === null || canvas.width === 0) return null;
  const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
  const ink: number[] = [];
  for (let i = 3; i < data.length; i += 4) ink.push(data[i]!);
  return ink.some((value) => value > 64) ? ink : null;
}

/** What a page shows and what onnxruntime-node draws for the same choice, within a byte of each other. */
export async function expectDrawn(
  page: Page,
  model: string,
  choice: Choice,
  selector = STAGE,
): Promise<void> {
  const expected = await drawnInNode(model, [choice]);
  await eventually(async () => largestDifference(await inkOf(page, selector), expected)).toBeLessThanOrEqual(
    1,
  );
}

export interface Choice {
  readonly chosen: Readonly<Record<string, number>>;
  readonly seed: number;
}

/** Pictures by onnxruntime-node, as bytes one after the other. */
export async function drawnInNode(model: string, choices: readonly Choice[]): Promise<Uint8Array> {
  const manifest = await readManifest(model);
  const session = await InferenceSession.create(join(model, manifest.graphs.generator));
  const images = await generateImages(session, manifest.latent, chooseLatents(manifest.latent, choices));
  await session.release();
  return toBytes(images);
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}

/** The query in the page's address, once it says what it should. */
export async function expectAddress(page: Page, expected: Readonly<Record<string, string>>): Promise<void> {
  await eventually(() => query(page)).toMatchObject(expected);
}

export async function query(page: Page): Promise<Record<string, string>> {
  const hash = await page.evaluate(() => location.hash);
  return Object.fromEntries(new URLSearchParams(hash.split('?')[1] ?? ''));
}

/** The middle of an element and its size, in pixels of the page. */
export async function boxOf(page: Page, selector: string) {
  await page.locator(selector).scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await page.locator(selector).boundingBox())!;
  return {
    width,
    height,
    /** A point at shares of the width and height. */
    at: (across: number, down: number): [number, number] => [x + width * across, y + height * down],
  };
}
