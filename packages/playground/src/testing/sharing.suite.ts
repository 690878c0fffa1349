import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { drawnInNode, eventually, expectDrawn, largestDifference, visit } from './pages.ts';
import type { Suite } from './suite.ts';

export const sharingSuite: Suite = (open) => {
  it('copies the address, a curl command and a fetch snippet, and saves the picture as the server sends it', async () => {
    const { site, browser } = open();
    const permissions = ['clipboard-read', 'clipboard-write'];
    const hash = '#/mnist/stage?digit=7&c1=0.8&c2=-0.3&seed=12';
    const { page, complaints, close } = await visit(browser, site, hash, { permissions });
    const copied = async (button: string) => {
      await page.getByRole('button', { name: button, exact: true }).click();
      await eventually(() => page.locator('.remark').innerText()).toContain('copied');
      return page.evaluate(() => navigator.clipboard.readText());
    };
    expect(await copied('curl')).toBe(
      `curl -s '${site.url}digit/7?c1=0.8&c2=-0.3&seed=12' -o digit-7-seed-12.png`,
    );
    expect(await copied('fetch')).toContain(`await fetch('${site.url}digit/7?c1=0.8&c2=-0.3&seed=12')`);
    const link = await copied('Copy link');
    const choice = { chosen: { digit: 7, c1: 0.8, c2: -0.3 }, seed: 12 };
    const shared = await visit(browser, { url: '' }, link);
    await expectDrawn(shared.page, site.model, choice);
    await shared.close();

    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'PNG', exact: true }).click(),
    ]);
    expect(file.suggestedFilename()).toBe('digit-7-seed-12.png');
    const png = (await readFile(await file.path())).toString('base64');
    const grey = await page.evaluate(decodeGrey, png);
    expect(largestDifference(grey, await drawnInNode(site.model, [choice]))).toBeLessThanOrEqual(1);
    expect(complaints).toEqual([]);
    await close();
  });

  it('shows something sensible for an address that is partly wrong, and says what it ignored', async () => {
    const { site, browser } = open();
    const { page, close } = await visit(browser, site, '#/mnist/stage?digit=x&c1=9&c2=0.5&seed=4');
    await eventually(() => page.locator('.remark').innerText()).toBe(
      'The address says digit=x is none of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9; c1=9 is not a number in ±2; ignored.',
    );
    await expectDrawn(page, site.model, { chosen: { digit: 5, c1: 0, c2: 0.5 }, seed: 4 });
    await close();
  });
};

async function decodeGrey(base64: string): Promise<number[]> {
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext('2d')!;
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
  return Array.from({ length: data.length / 4 }, (_, i) => data[4 * i]!);
}
