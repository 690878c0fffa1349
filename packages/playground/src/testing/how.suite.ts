import { expect, it } from 'vitest';
import { eventually, visit } from './pages.ts';
import type { Suite } from './suite.ts';

export const howSuite: Suite = (open) => {
  it('explains the three networks with the numbers of this very model', async () => {
    const { site, browser } = open();
    const { page, complaints, close } = await visit(browser, site, '#/mnist/how?digit=4&seed=4');
    const text = page.getByRole('main');
    for (const sentence of [
      '74 numbers go in, 28 × 28 cells of ink come out',
      '60,000 of mnist',
      'c1 is the slant: one step changes it by 11°, from leans left to leans right.',
      'c2 is the thickness: one step changes it by 0.6 px, from thin to thick.',
      '98.7 %',
      '95 % interval 98.4 % to 98.9 %',
    ]) {
      await eventually(() => text.innerText()).toContain(sentence);
    }
    // what Q reads in the picture that G drew for the asked digit
    await eventually(() => page.getByRole('row', { name: /^digit/ }).innerText()).toMatch(/digit\s+4\s+\d/);

    const film = page.getByTestId('film');
    await eventually(() => film.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(2);
    await page.getByRole('slider', { name: /steps/ }).fill('0');
    await eventually(() => text.innerText()).toContain('after 100 steps');
    await eventually(() => film.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1);
    expect(complaints).toEqual([]);
    await close();
  });
};
