import { expect, it } from 'vitest';
import { eventually, expectDrawn, inkOf, STAGE, visit } from './pages.ts';
import type { Suite } from './suite.ts';

export const offlineSuite: Suite = (open) => {
  it('is installable, and works without a network after the first visit', async () => {
    const { site, browser } = open();
    const { page, close } = await visit(browser, site, '#/mnist/stage?digit=7&seed=4');
    await page.waitForSelector('html[data-offline=ready]', { state: 'attached', timeout: 20_000 });
    const devtools = await page.context().newCDPSession(page);
    const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
    // a private window, as tests use, can never install; nothing else may be in the way
    expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')).toEqual(
      [],
    );

    await page.context().setOffline(true);
    await page.reload();
    await inkOf(page, STAGE);
    await expectDrawn(page, site.model, { chosen: { digit: 7, c1: 0, c2: 0 }, seed: 4 });
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    // a view and a network that the first visit did not use are there as well
    await page.getByRole('link', { name: 'How it works' }).click();
    await eventually(() => page.getByRole('row', { name: /^digit/ }).innerText()).toMatch(/digit\s+7\s+\d/);
    await eventually(() =>
      page.getByTestId('film').evaluate((image: HTMLImageElement) => image.naturalWidth),
    ).toBe(2);
    await close();
  });
};
