import { expect, it } from 'vitest';
import { boxOf, eventually, expectAddress, inkOf, query, STAGE, visit } from './pages.ts';
import type { Suite } from './suite.ts';

export const drawSuite: Suite = (open) => {
  it('reads a drawing, writes it again, and restyles it', async () => {
    const { site, browser } = open();
    const { page, complaints, close } = await visit(browser, site, '#/mnist/draw?digit=7&seed=4');
    const sheet = await boxOf(page, '[data-testid=drawing]');
    await page.mouse.move(...sheet.at(0.72, 0.2));
    await page.mouse.down();
    await page.mouse.move(...sheet.at(0.7, 0.8), { steps: 12 });
    await page.mouse.up();

    // framed as MNIST: 20 cells high, the centre of mass in the middle, though it was drawn at the right
    const framed = await inkOf(page, '[data-testid=framed]');
    const { height, x } = extent(framed);
    expect(height).toBe(20);
    expect(x).toBeCloseTo(13.5, 0);

    await expectAddress(page, { digit: '1' });
    const best = page.locator('[data-testid=bars-digit] [data-best=true] [role=meter]');
    expect(await best.getAttribute('aria-label')).toBe('digit 1');
    expect(Number(await best.getAttribute('aria-valuenow'))).toBeGreaterThan(20);
    await eventually(() => page.getByTestId('pad-mark').isVisible()).toBe(true);

    // of many hands the closest was found
    await eventually(async () => (await query(page))['seed']).not.toBe('4');
    // the codes that were read are on the pad; dragging it restyles the same digit in the same hand
    const before = await inkOf(page, STAGE);
    const { seed } = await query(page);
    const pad = await boxOf(page, '[data-testid=pad]');
    await page.mouse.move(...pad.at(0.5, 0.5));
    await page.mouse.down();
    await page.mouse.move(...pad.at(0.75, 0.05), { steps: 4 });
    await page.mouse.up();
    await expectAddress(page, { digit: '1', c1: '1', seed: seed! });
    await eventually(async () => inkOf(page, STAGE)).not.toEqual(before);
    await page.getByRole('button', { name: 'Clear' }).click();
    await eventually(() => page.getByTestId('pad-mark').count()).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });
};

/** Rows with ink, and the horizontal centre of mass, of a 28x28 picture. */
function extent(picture: number[]): { height: number; x: number } {
  const rows = new Set<number>();
  let [mass, x] = [0, 0];
  picture.forEach((ink, i) => {
    if (ink > 8) rows.add(Math.floor(i / 28));
    mass += ink;
    x += ink * (i % 28);
  });
  return { height: rows.size, x: x / mass };
}
