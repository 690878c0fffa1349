import { expect, it } from 'vitest';
import { drawnInNode, inkOf, largestByteDifference, visit } from './pages.ts';
import type { Suite } from './suite.ts';

export const stageSuite: Suite = (open) => {
  it('draws what onnxruntime-node draws: click a digit, drag a slider, compare pixels', async () => {
    const { site, browser } = open();
    const { page, complaints, close } = await visit(browser, site, '');
    const before = await inkOf(page, '[data-testid=stage]');
    await page.getByRole('radio', { name: '3' }).check();
    const slider = page.getByRole('slider', { name: /^thickness/ });
    const box = (await slider.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.8, box.y + box.height / 2, { steps: 8 });
    await page.mouse.up();
    await expect.poll(() => page.evaluate(() => location.hash)).toMatch(/digit=3&c1=0&c2=1\.\d+&seed=1/);
    const c2 = Number(
      new URLSearchParams((await page.evaluate(() => location.hash)).split('?')[1]).get('c2'),
    );
    const ink = await inkOf(page, '[data-testid=stage]');
    expect(largestByteDifference(ink, before)).toBeGreaterThan(64);
    const expected = await drawnInNode(site.model, { digit: 3, c1: 0, c2 }, 1);
    expect(largestByteDifference(ink, expected)).toBeLessThanOrEqual(1);
    expect(complaints).toEqual([]);
    await close();
  });
};
