import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { eventually, expectAddress, expectDrawn, inkOf, query, STAGE, visit } from './pages.ts';
import type { Suite } from './suite.ts';

const ENDS = 'a.digit=3&a.c1=-1&a.c2=0.5&a.seed=8&b.digit=9&b.c1=1&b.c2=-0.5&b.seed=9';

export const morphSuite: Suite = (open) => {
  it('goes from A to B and saves the way as GIF and as strip', async () => {
    const { site, browser } = open();
    const { page, complaints, close } = await visit(browser, site, `#/mnist/morph?digit=7&${ENDS}&mix.t=0`);
    await expectDrawn(page, site.model, { chosen: { digit: 3, c1: -1, c2: 0.5 }, seed: 8 });
    await page.getByTestId('mix').fill('1');
    await expectDrawn(page, site.model, { chosen: { digit: 9, c1: 1, c2: -0.5 }, seed: 9 });
    await page.getByTestId('mix').fill('0.5');
    await expectAddress(page, { 'mix.t': '0.50', 'a.digit': '3', 'b.seed': '9' });

    const gif = await download(page, 'Save GIF');
    expect(gif.subarray(0, 6).toString('latin1')).toBe('GIF89a');
    expect(gif.readUInt16LE(6)).toBe(336);
    const strip = await download(page, 'Save strip');
    // PNG: width and height of the header chunk; eight pictures of 6 x 28 pixels
    expect([strip.readUInt32BE(16), strip.readUInt32BE(20)]).toEqual([8 * 168, 168]);
    expect(complaints).toEqual([]);
    await close();
  });

  it('changes one end, down to single numbers of its noise, the strongest first', async () => {
    const { site, browser } = open();
    const { page, complaints, close } = await visit(browser, site, `#/mnist/morph?digit=7&${ENDS}&mix.t=0`);
    await page.getByTestId('end-b').click();
    await page.getByRole('radio', { name: '6' }).check();
    await expectAddress(page, { 'b.digit': '6', 'a.digit': '3' });
    await page.getByText('The 62 numbers of its handwriting').click();
    const sliders = page.locator('[data-testid^=noise-z-]');
    await eventually(() => sliders.count()).toBe(62);
    const shares = await sliders.evaluateAll((labels) =>
      labels.map((label) => Number((label as HTMLElement).style.getPropertyValue('--share'))),
    );
    expect(shares[0]).toBe(1);
    expect(shares).toEqual([...shares].sort((a, b) => b - a));

    const before = await inkOf(page, STAGE);
    await sliders.first().locator('input').fill('3');
    await eventually(() => inkOf(page, STAGE)).not.toEqual(before);
    await eventually(async () => Object.keys(await query(page)).some((key) => /^b\.z\.\d+$/.test(key))).toBe(
      true,
    );
    // the address alone brings the hand-set noise back
    const changed = await inkOf(page, STAGE);
    const again = await visit(
      browser,
      site,
      (await page.evaluate(() => location.hash)).replace(/mix\.t=[\d.]+/, 'mix.t=1'),
    );
    await eventually(() => inkOf(again.page, STAGE)).toEqual(changed);
    await again.close();
    expect(complaints).toEqual([]);
    await close();
  });
};

async function download(page: Page, button: string): Promise<Buffer> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button }).click(),
  ]);
  return readFile(await file.path());
}
