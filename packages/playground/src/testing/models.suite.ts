import { join } from 'node:path';
import { expect, it } from 'vitest';
import { drawnInNode, eventually, expectAddress, expectDrawn, inkOf, STAGE, visit } from './pages.ts';
import type { Suite } from './suite.ts';

export const modelsSuite: Suite = (open) => {
  it('builds its controls from whatever latent code the manifest states', async () => {
    const { site, browser } = open();
    const { page, complaints, close } = await visit(
      browser,
      site,
      '#/shapes/stage?form=star&style=b&bend=0.5&seed=3',
    );
    expect(await page.getByRole('radio').count()).toBe(4 + 3);
    expect(await page.getByRole('slider').count()).toBe(1 + 3);
    await page.getByRole('radio', { name: 'ring' }).check();
    await page.getByRole('slider', { name: /^twist/ }).fill('-1');
    await expectAddress(page, { form: 'ring', style: 'b', bend: '0.5', twist: '-1', seed: '3' });
    // three channels, 24 wide and 20 high
    const size = await page
      .locator(STAGE)
      .evaluate((canvas: HTMLCanvasElement) => [canvas.width, canvas.height]);
    expect(size).toEqual([24, 20]);
    expect(complaints).toEqual([]);
    await close();
  });

  it('draws with a model that has nothing but noise', async () => {
    const { site, browser } = open();
    const { page, complaints, close } = await visit(browser, site, '#/plain/stage?seed=3');
    await expectDrawn(page, join(site.directory, 'models', 'plain'), { chosen: {}, seed: 3 });
    expect(await page.getByRole('slider').count()).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });

  it('opens every view of a model with classes alone, which nobody reads back', async () => {
    const { site, browser } = open();
    const { page, complaints, close } = await visit(browser, site, '#/classes/stage?digit=6&seed=3');
    await expectDrawn(page, join(site.directory, 'models', 'classes'), { chosen: { digit: 6 }, seed: 3 });
    expect(await page.getByRole('slider').count()).toBe(0);
    expect(await page.getByRole('main').innerText()).not.toContain('arrows');
    const titles: string[] = [];
    for (const view of ['Atlas', 'Draw', 'Morph', 'How it works']) {
      await page.getByRole('link', { name: view }).click();
      const before = titles.at(-1) ?? '';
      await eventually(() => page.getByRole('heading', { level: 1 }).innerText()).not.toBe(
        before || 'Pick a digit.',
      );
      titles.push(await page.getByRole('heading', { level: 1 }).innerText());
    }
    expect(titles).toEqual([
      'All at once.',
      'It writes, but it cannot read.',
      'From A to B.',
      'A forger and a doubter.',
    ]);
    expect(complaints).toEqual([]);
    await close();
  });

  it('refuses a model whose pictures are not those of its probe, by address and by file drop', async () => {
    const { site, browser } = open();
    const { page, close } = await visit(browser, site, '#/mnist/stage?digit=7&seed=4');
    await page.getByTestId('model').click();
    const refusal = page.locator('.refusal');
    await page.getByLabel('Or the address of a model directory').fill('models/wrong/');
    await page.getByRole('button', { name: 'Open' }).click();
    const sentence =
      /gives images that differ from the trainer's by 0\.05\d*, allowed is 0\.0001; this runtime or device/;
    await eventually(() => refusal.innerText()).toMatch(sentence);
    expect(await refusal.innerText()).toContain('models/wrong/ on wasm');
    await page.evaluate(dropModel, { folder: 'models/wrong/', spoil: false });
    await eventually(() => refusal.innerText()).toContain('dropped files on wasm');
    expect(await refusal.innerText()).toMatch(sentence);
    // the model before is still the one that draws
    await expectDrawn(page, site.model, { chosen: { digit: 7, c1: 0, c2: 0 }, seed: 4 });
    await close();

    // a shared address of such a model has nothing to fall back to
    const context = await browser.newContext();
    const shared = await context.newPage();
    await shared.goto(`${site.url}#/${encodeURIComponent('models/wrong/')}/stage`);
    await eventually(() => shared.getByRole('alert').first().innerText()).toMatch(sentence);
    await context.close();
  });

  it('takes a model by address and by file drop, and says what is wrong with a wrong one', async () => {
    const { site, browser } = open();
    const { page, close } = await visit(browser, site, '#/mnist/stage?digit=7&seed=4');
    await page.getByTestId('model').click();
    const refusal = page.locator('.refusal');

    await page.getByLabel('Or the address of a model directory').fill('models/broken/');
    await page.getByRole('button', { name: 'Open' }).click();
    await eventually(() => refusal.innerText()).toMatch(
      /generator\.onnx has \d+ bytes, its manifest says \d+/,
    );
    // the model before is still the one that draws
    await expectDrawn(page, site.model, { chosen: { digit: 7, c1: 0, c2: 0 }, seed: 4 });

    await page.getByLabel('Choose files').setInputFiles(join(site.model, 'generator.onnx'));
    await eventually(() => refusal.innerText()).toContain(
      'has one manifest.json, these files have 0 (generator.onnx)',
    );

    // dropped on the page: first with one byte of the network changed, then as it is
    await page.evaluate(dropModel, { folder: 'models/other/', spoil: true });
    await eventually(() => refusal.innerText()).toMatch(
      /dropped files\/generator\.onnx has sha256 \w+…, its manifest says \w+…; the file was changed/,
    );
    await page.evaluate(dropModel, { folder: 'models/other/', spoil: false });
    await eventually(() => page.getByTestId('model').innerText()).toContain('other');
    const other = join(site.directory, 'models', 'other');
    const expected = await drawnInNode(other, [{ chosen: { digit: 5, c1: 0, c2: 0 }, seed: 1 }]);
    await eventually(async () =>
      (await inkOf(page, STAGE)).every((v, i) => Math.abs(v - expected[i]!) <= 1),
    ).toBe(true);
    await close();
  });

  it('says what is wrong when there is no model at all', async () => {
    const { site, browser } = open();
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.route('**/models.json', (route) => route.fulfill({ status: 404 }));
    await page.goto(site.url);
    await eventually(() => page.getByRole('alert').innerText()).toContain(
      'models.json could not be read (HTTP 404)',
    );
    await context.close();
  });
};

/** Drops the files of a model on the page as a file manager would. */
async function dropModel({ folder, spoil }: { folder: string; spoil: boolean }): Promise<void> {
  const transfer = new DataTransfer();
  for (const name of ['manifest.json', 'generator.onnx', 'recognizer.onnx']) {
    const bytes = new Uint8Array(await (await fetch(folder + name)).arrayBuffer());
    if (spoil && name === 'generator.onnx') bytes[bytes.length - 1]! ^= 1;
    transfer.items.add(new File([bytes], name));
  }
  const target = document.querySelector('.drop')!;
  target.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
}
