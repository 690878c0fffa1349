import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { VIEWS, type View } from '@infogan/playground';
import { eventually, inkOf, STAGE, visit } from './pages.ts';
import type { Suite } from './suite.ts';

const WIDTHS = [390, 820, 1440] as const;

export const pageSuite: Suite = (open) => {
  it('has no fault that axe calls serious, in any view, on paper and on the blackboard', async () => {
    const { site, browser } = open();
    const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    const found: Record<string, string[]> = {};
    for (const colorScheme of ['light', 'dark'] as const) {
      // axe is injected as a script, which the page's own policy rightly refuses
      const { page, close } = await visit(browser, site, '#/mnist/stage?digit=7', {
        colorScheme,
        bypassCSP: true,
      });
      await page.addScriptTag({ content: axe });
      for (const view of VIEWS) {
        await openView(page, view);
        found[`${view}, ${colorScheme}`] = await faults(page);
      }
      await page.getByTestId('model').click();
      found[`model dialog, ${colorScheme}`] = await faults(page);
      await close();
    }
    expect(Object.entries(found).filter(([, faults]) => faults.length > 0)).toEqual([]);
  });

  it('fits phone, tablet and wide screen: nothing is cut off or scrolls sideways', async () => {
    const { site, browser } = open();
    const { page, close } = await visit(browser, site, '#/mnist/stage?digit=7');
    const cutOff: string[] = [];
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 844 });
      for (const view of VIEWS) {
        await openView(page, view);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (overflow > 0) cutOff.push(`${view} at ${width}: ${overflow} px`);
      }
    }
    expect(cutOff).toEqual([]);
    // on a phone the picture and the dot are seen together, without scrolling
    await page.setViewportSize({ width: 390, height: 844 });
    await openView(page, 'stage');
    const bottom = await page.getByTestId('pad').evaluate((pad) => pad.getBoundingClientRect().bottom);
    expect(bottom).toBeLessThanOrEqual(844);
    await close();
  });

  it('changes between paper and blackboard, and remembers the choice', async () => {
    const { site, browser } = open();
    const { page, close } = await visit(browser, site, '#/mnist/stage?digit=7', { colorScheme: 'light' });
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const ink = () => page.locator(STAGE).evaluate(brightestInk);
    const [paper, blue] = [await ground(), await ink()];
    await page.getByRole('button', { name: /^Colours/ }).click();
    await page.getByRole('button', { name: 'Colours: paper' }).click();
    expect(await ground()).not.toBe(paper);
    await eventually(ink).toBeGreaterThan(blue + 100);
    await page.reload();
    await inkOf(page, STAGE);
    expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark');
    await close();
  });

  it('is used by keyboard alone: skip link, views, classes, dot', async () => {
    const { site, browser } = open();
    const { page, close } = await visit(browser, site, '#/mnist/stage?digit=7');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to the picture');
    const stops: string[] = [];
    for (let i = 0; i < 20; i++) {
      await page.keyboard.press('Tab');
      stops.push(await focused(page));
    }
    const order = ['Stage', 'Atlas', 'Draw', 'Morph', 'How it works', 'Cells', '7', 'slant and thickness'];
    expect(stops.filter((stop) => order.includes(stop))).toEqual(order);
    await page.getByRole('link', { name: 'Atlas' }).focus();
    await page.keyboard.press('Enter');
    await eventually(() => page.getByRole('heading', { level: 1 }).innerText()).toBe('All at once.');
    await close();
  });
};

async function openView(page: Page, view: View): Promise<void> {
  await page.locator('nav a').nth(VIEWS.indexOf(view)).click();
  await page.waitForSelector('main h1');
  await page.waitForFunction(() => document.querySelector('.waiting') === null);
}

async function faults(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate(() => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResults> } };
    return axe.run();
  });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map(({ html }) => html).join(' ')})`);
}

function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const { activeElement } = document;
    if (activeElement instanceof HTMLInputElement) return activeElement.value;
    return (
      activeElement?.getAttribute('aria-label') ?? (activeElement as HTMLElement | null)?.innerText ?? ''
    );
  });
}

/** The red channel where the stroke is full. */
function brightestInk(canvas: Element): number {
  const { width, height } = canvas as HTMLCanvasElement;
  const { data } = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
  for (let i = 0; i < data.length; i += 4) if (data[i + 3]! > 250) return data[i]!;
  return -1;
}
