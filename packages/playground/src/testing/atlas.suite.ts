import { expect, it } from 'vitest';
import {
  boxOf,
  drawnInNode,
  eventually,
  expectAddress,
  expectDrawn,
  inkOf,
  largestDifference,
  visit,
} from './pages.ts';
import type { Suite } from './suite.ts';

const ATLAS = '[data-testid=atlas]';

export const atlasSuite: Suite = (open) => {
  it('shows a hundred pictures, live, enlarges one and brings it to the stage', async () => {
    const { site, browser } = open();
    const { page, complaints, close } = await visit(browser, site, '#/mnist/atlas?digit=7&seed=4');
    await page.getByLabel('Rows').selectOption('digit');
    await page.getByLabel('Columns').selectOption('c1');
    const first = await inkOf(page, ATLAS);
    expect(first.length).toBe(280 * 280);
    // row 3, column 9: digit 3 leaning as far right as it goes
    const [expected] = [await drawnInNode(site.model, [{ chosen: { digit: 3, c1: 2, c2: 0 }, seed: 4 }])];
    expect(largestDifference(tileOf(first, 9, 3), expected)).toBeLessThanOrEqual(1);

    const slider = page.getByRole('slider', { name: /^thickness/ });
    await slider.focus();
    await slider.fill('1.5');
    const thick = await drawnInNode(site.model, [{ chosen: { digit: 3, c1: 2, c2: 1.5 }, seed: 4 }]);
    await eventually(async () =>
      largestDifference(tileOf(await inkOf(page, ATLAS), 9, 3), thick),
    ).toBeLessThanOrEqual(1);

    await page.mouse.move(...(await boxOf(page, ATLAS)).at(0.95, 0.35));
    await eventually(() => page.getByTestId('loupe').innerText()).toBe('digit 3, slant +2.00');
    await page.mouse.down();
    await page.mouse.up();
    await expectAddress(page, { digit: '3', c1: '2', c2: '1.5', seed: '4' });
    await expectDrawn(page, site.model, { chosen: { digit: 3, c1: 2, c2: 1.5 }, seed: 4 });
    expect(complaints).toEqual([]);
    await close();
  });

  it('takes any two axes, keeps them in the address, and is walked with arrow keys', async () => {
    const { site, browser } = open();
    const hash = '#/mnist/atlas?digit=7&seed=4&atlas.rows=c2&atlas.columns=handwriting';
    const { page, close } = await visit(browser, site, hash);
    const ink = await inkOf(page, ATLAS);
    // rows go from thin to thick, columns through handwritings 4, 5, 6 …
    const expected = await drawnInNode(site.model, [{ chosen: { digit: 7, c1: 0, c2: 2 }, seed: 6 }]);
    expect(largestDifference(tileOf(ink, 2, 9), expected)).toBeLessThanOrEqual(1);
    // another axis shows at once, though nothing else changed
    await page.getByLabel('Columns').selectOption('c1');
    const leaning = await drawnInNode(site.model, [{ chosen: { digit: 7, c1: -2, c2: 2 }, seed: 4 }]);
    await eventually(async () =>
      largestDifference(tileOf(await inkOf(page, ATLAS), 0, 9), leaning),
    ).toBeLessThanOrEqual(1);
    await page.getByLabel('Columns').selectOption('handwriting');

    await page.getByRole('button', { name: 'thickness −2.00, handwriting 1', exact: true }).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await expectAddress(page, { digit: '7', c2: '-1.56', seed: '5' });
    await close();
  });
};

/** One picture of a sheet of ten by ten. */
function tileOf(sheet: number[], column: number, row: number): number[] {
  return Array.from({ length: 784 }, (_, i) => {
    const [x, y] = [column * 28 + (i % 28), row * 28 + Math.floor(i / 28)];
    return sheet[y * 280 + x]!;
  });
}
