import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { StaticSite } from '../../packages/playground/src/testing/static-server.ts';

const PROBE = join(import.meta.dirname, 'probe.js');

/** A page under measurement; the clock starts at its navigation. */
async function openPage(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.addInitScript({ path: PROBE });
  await page.goto(url);
  // not waitForFunction: the page's policy refuses to evaluate text, asking from outside it may not
  while ((await page.evaluate<number | null>('probe.first()')) === null) await page.waitForTimeout(20);
  return page;
}

export interface ColdStart {
  /** Milliseconds from navigation to the first digit's pixels, per run. */
  readonly times: number[];
  /** Bytes sent by the server until then, by path, of the last run. */
  readonly sent: ReadonlyMap<string, number>;
}

/** First visits with an empty cache. */
export async function coldStarts(browser: Browser, site: StaticSite, runs: number): Promise<ColdStart> {
  const times: number[] = [];
  let sent = new Map<string, number>();
  for (let run = 0; run < runs; run++) {
    const context = await browser.newContext();
    site.sent.clear();
    // the first call says it: from then on nothing counts
    await context.exposeFunction('reportFirstDigit', () => (sent = new Map(site.sent)));
    const page = await openPage(context, `${site.url}#/mnist/stage?digit=7`);
    times.push(await page.evaluate<number>('probe.first()'));
    await context.close();
  }
  return { times, sent };
}

export interface Move {
  /** Milliseconds from the pointer event to the pixels on the visible canvas. */
  readonly latency: number;
  /** Milliseconds from the pointer event to the end of the frame that shows those pixels. */
  readonly shown: number;
  /** The pixels were there when the first frame after the event began. */
  readonly inNextFrame: boolean;
  /** The hand had moved on before they were. */
  readonly overtaken: boolean;
}

/** A hand moves over the pad, about one event per frame, at no fixed place within it. */
export async function pointerLatencies(browser: Browser, site: StaticSite, moves: number): Promise<Move[]> {
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  const page = await openPage(context, `${site.url}#/mnist/stage?digit=7`);
  await page.waitForTimeout(500);
  const box = (await page.getByTestId('pad').boundingBox())!;
  const place = (k: number): [number, number] => [
    box.x + box.width * (0.5 + 0.4 * Math.cos(k / 15)),
    box.y + box.height * (0.5 + 0.4 * Math.sin(k / 11)),
  ];
  await page.mouse.move(...place(0));
  await page.mouse.down();
  for (let k = 0; k < 30; k++) await page.mouse.move(...place(k));
  await page.evaluate('(probe.clear(), probe.countFrames())');
  for (let k = 0; k < moves; k++) {
    await page.mouse.move(...place(30 + k));
    await page.waitForTimeout(16);
  }
  await page.mouse.up();
  await page.waitForTimeout(100);
  const latencies = await page.evaluate<Move[]>('probe.latencies()');
  await context.close();
  return latencies;
}

/** Atlas sheets (10 x 10 pictures) painted per second while the handwriting wanders. */
export async function atlasRate(browser: Browser, site: StaticSite, seconds: number): Promise<number> {
  const context = await browser.newContext();
  const page = await openPage(context, `${site.url}#/mnist/stage?digit=7`);
  await page.getByRole('link', { name: 'Atlas' }).click();
  await page.getByRole('button', { name: 'Wander' }).click();
  await page.waitForTimeout(1000);
  await page.evaluate('probe.clear()');
  await page.waitForTimeout(1000 * seconds);
  const paints = await page.evaluate<number[]>('probe.atlasPaints()');
  await context.close();
  return paints.length < 2 ? 0 : ((paints.length - 1) * 1000) / (paints.at(-1)! - paints[0]!);
}

export interface LaterVisit {
  readonly time: number;
  /** Requests that reached the server before the first digit, and in the two seconds after it. */
  readonly before: string[];
  readonly after: string[];
}

/** A second visit in the same browser, after the first one has put everything away. */
export async function laterVisit(browser: Browser, site: StaticSite): Promise<LaterVisit> {
  const context = await browser.newContext();
  const first = await openPage(context, `${site.url}#/mnist/stage?digit=7`);
  await first.waitForSelector('html[data-offline=ready]', { state: 'attached' });
  await first.close();
  site.sent.clear();
  const page = await openPage(context, `${site.url}#/mnist/stage?digit=7`);
  const before = [...site.sent.keys()];
  const time = await page.evaluate<number>('probe.first()');
  await page.waitForTimeout(2000);
  const after = [...site.sent.keys()].filter((path) => !before.includes(path));
  await context.close();
  return { time, before, after };
}
