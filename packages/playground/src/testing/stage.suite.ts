import { expect, it } from 'vitest';
import {
  boxOf,
  eventually,
  expectAddress,
  expectDrawn,
  inkOf,
  largestDifference,
  query,
  STAGE,
  visit,
} from './pages.ts';
import type { Suite } from './suite.ts';

const PAD = '[data-testid=pad]';

export const stageSuite: Suite = (open) => {
  it('draws what onnxruntime-node draws: click a digit, drag a slider, compare pixels', async () => {
    const { site, browser } = open();
    const { page, complaints, close } = await visit(browser, site, '');
    const before = await inkOf(page, STAGE);
    await page.getByRole('radio', { name: '3' }).check();
    const slider = await boxOf(page, '#code-c2');
    await page.mouse.move(...slider.at(0.5, 0.5));
    await page.mouse.down();
    await page.mouse.move(...slider.at(0.8, 0.5), { steps: 8 });
    await page.mouse.up();
    await eventually(async () => Number((await query(page))['c2'])).toBeGreaterThan(0.9);
    await expectAddress(page, { digit: '3', c1: '0', seed: '1' });
    const c2 = Number((await query(page))['c2']);
    await expectDrawn(page, site.model, { chosen: { digit: 3, c1: 0, c2 }, seed: 1 });
    expect(largestDifference(await inkOf(page, STAGE), before)).toBeGreaterThan(64);
    expect(complaints).toEqual([]);
    await close();
  });

  it('follows pointer, wheel and keys on pad and picture, to ±2 and no further', async () => {
    const { site, browser } = open();
    const { page, close } = await visit(browser, site, '#/mnist/stage?digit=7&seed=4');
    const pad = await boxOf(page, PAD);
    await page.mouse.move(...pad.at(0.5, 0.5));
    await page.mouse.down();
    await page.mouse.move(...pad.at(0.75, 0.125), { steps: 5 });
    await expectAddress(page, { digit: '7', c1: '1', c2: '1.5', seed: '4' });
    await expectDrawn(page, site.model, { chosen: { digit: 7, c1: 1, c2: 1.5 }, seed: 4 });
    await page.mouse.move(...pad.at(3, -3));
    await page.mouse.up();
    await expectAddress(page, { c1: '2', c2: '2' });

    const handle = page.getByRole('slider', { name: 'slant and thickness' });
    await handle.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Shift+ArrowUp');
    await expectAddress(page, { c1: '-0.1', c2: '0.5' });
    expect(await handle.getAttribute('aria-valuetext')).toBe('slant −0.10, thickness +0.50');

    await page.mouse.move(...(await boxOf(page, STAGE)).at(0.5, 0.5));
    await page.mouse.wheel(0, 400);
    await eventually(async () => Number((await query(page))['c2'])).toBeLessThan(0);
    await page.getByRole('heading', { level: 1 }).click();
    await page.keyboard.press('2');
    await expectAddress(page, { digit: '2' });
    await close();
  });

  it('follows a finger on the pad', async () => {
    const { site, browser } = open();
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
    const { page, close } = await visit(browser, site, '#/mnist/stage?digit=7&seed=4', phone);
    const pad = await boxOf(page, PAD);
    const devtools = await page.context().newCDPSession(page);
    const touch = async (type: 'touchStart' | 'touchMove' | 'touchEnd', place?: [number, number]) => {
      const touchPoints = place === undefined ? [] : [{ x: place[0], y: place[1] }];
      await devtools.send('Input.dispatchTouchEvent', { type, touchPoints });
    };
    await touch('touchStart', pad.at(0.5, 0.5));
    await touch('touchMove', pad.at(0.4, 0.6));
    await touch('touchMove', pad.at(0.25, 0.75));
    await touch('touchEnd');
    await expectAddress(page, { c1: '-1', c2: '-1' });
    await expectDrawn(page, site.model, { chosen: { digit: 7, c1: -1, c2: -1 }, seed: 4 });
    expect(await page.evaluate(() => scrollY)).toBe(0);
    await close();
  });

  it.each([
    { reducedMotion: 'no-preference', least: 4, most: 99 },
    { reducedMotion: 'reduce', least: 2, most: 3 },
  ] as const)(
    'comes to a new handwriting through latent space, by a jump where motion is unwanted ($reducedMotion)',
    async ({ reducedMotion, least, most }) => {
      const { site, browser } = open();
      const { page, close } = await visit(browser, site, '#/mnist/stage?digit=7&seed=4', { reducedMotion });
      const seen = await page.evaluate(countPictures, STAGE);
      expect(seen).toBeGreaterThanOrEqual(least);
      expect(seen).toBeLessThanOrEqual(most);
      await eventually(async () => (await query(page))['seed']).not.toBe('4');
      const seed = Number((await query(page))['seed']);
      await expectDrawn(page, site.model, { chosen: { digit: 7, c1: 0, c2: 0 }, seed });
      await close();
    },
  );

  it('shows a first visitor around once, and gives way to the first touch', async () => {
    const { site, browser } = open();
    const { page, close } = await visit(browser, site, '', { reducedMotion: 'no-preference' });
    const handle = page.getByRole('slider', { name: 'slant and thickness' });
    await eventually(async () =>
      Math.abs(Number.parseFloat(await handle.evaluate(({ style }) => style.top)) - 50),
    ).toBeGreaterThan(5);
    expect((await query(page))['c2'] ?? '0').toBe('0');
    await page.keyboard.press('ArrowRight');
    await expectAddress(page, { c1: '0.1', c2: '0' });
    await eventually(() => handle.getAttribute('aria-valuetext')).toBe('slant +0.10, thickness 0.00');
    await close();
  });
};

/** Clicks "New handwriting" and counts the different pictures on a canvas during 700 ms. */
async function countPictures(selector: string): Promise<number> {
  const canvas = document.querySelector<HTMLCanvasElement>(selector)!;
  const seen = new Set<string>();
  const look = () => seen.add(canvas.toDataURL());
  look();
  [...document.querySelectorAll('button')]
    .find(({ textContent }) => textContent === 'New handwriting')!
    .click();
  const end = performance.now() + 700;
  while (performance.now() < end) {
    await new Promise(requestAnimationFrame);
    look();
  }
  return seen.size;
}
