import { findChromium, launchChromium } from '@infogan/test/chromium.ts';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, expectDrawn, visit } from './pages.ts';
import type { Suite } from './suite.ts';

const HASH = '#/mnist/stage?digit=7&seed=4';
/** Milliseconds for the 27 MB of the WebGPU runtime, on a machine that does much else. */
const LOADING = 30_000;
const CHOICE = { chosen: { digit: 7, c1: 0, c2: 0 }, seed: 4 };

export const engineSuite: Suite = (open) => {
  it('works on a bare static host too: one thread, and the menu says so', async () => {
    const { site, browser } = open();
    const bare = await site.bare();
    const { page, complaints, close } = await visit(browser, bare, HASH);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
    await expectDrawn(page, site.model, CHOICE);
    await page.getByTestId('device').click();
    await eventually(() => page.locator('#device-menu').innerText()).toContain('WebAssembly uses one thread');
    expect(complaints).toEqual([]);
    await close();
    await bare.close();
  });

  it('shows device and milliseconds, and offers no WebGPU where there is no adapter', async () => {
    const { site, browser } = open();
    const { page, close } = await visit(browser, site, HASH);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    expect(await page.getByTestId('device').innerText()).toMatch(/WebAssembly\s+\d+(\.\d)? ms/);
    await page.getByTestId('device').click();
    expect(await page.getByRole('radio', { name: 'WebGPU' }).isDisabled()).toBe(true);
    await close();
  });

  it('says so in a sentence when WebAssembly cannot be loaded', async () => {
    const { site, browser } = open();
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.route('**/*.wasm', (route) => route.abort());
    await page.goto(`${site.url}${HASH}`);
    await eventually(() => page.getByRole('alert').innerText()).toMatch(/engine: .*wasm/i);
    await context.close();
  });

  describe('WebGPU', () => {
    let gpu: Browser;
    beforeAll(async () => {
      if (findChromium() !== null) gpu = await launchChromium({ webgpu: true });
    });
    afterAll(() => gpu?.close());

    it('draws the same pictures after its probe agreed, and falls back with a sentence when the device is lost', async () => {
      const { site } = open();
      const { page, close } = await visit(gpu, site, HASH);
      await page.getByTestId('device').click();
      await page.getByRole('radio', { name: 'WebGPU' }).click();
      await eventually(() => page.getByTestId('device').innerText(), LOADING).toMatch(
        /WebGPU\s+\d+(\.\d)? ms/,
      );
      await page.keyboard.press('Escape');
      await page.getByRole('radio', { name: '3' }).check();
      await expectDrawn(page, site.model, { ...CHOICE, chosen: { digit: 3, c1: 0, c2: 0 } });

      // the choice is remembered: wasm draws first, then WebGPU takes over
      await page.reload();
      await eventually(() => page.getByTestId('device').innerText(), LOADING).toContain('WebGPU');

      const devtools = await gpu.newBrowserCDPSession();
      // the answer never comes: what should send it has just been killed
      void devtools.send('Browser.crashGpuProcess').catch(() => undefined);
      await eventually(() => page.getByRole('main').innerText()).toMatch(
        /WebGPU is not used \(engine: webgpu stopped: .+\); WebAssembly draws instead\./,
      );
      await page.getByRole('radio', { name: '8' }).check();
      await expectDrawn(page, site.model, { ...CHOICE, chosen: { digit: 8, c1: 0, c2: 0 } });
      await close();
    });

    it('is tried without being asked where there is a graphics card, and only there', async () => {
      const { site } = open();
      const plain = await visit(gpu, site, HASH);
      await plain.page.waitForSelector('html[data-gpu]', { state: 'attached', timeout: 20_000 });
      expect(await plain.page.evaluate(() => document.documentElement.dataset['gpu'])).toBe('not tried');
      await plain.close();

      const context = await gpu.newContext({ reducedMotion: 'reduce' });
      const page = await context.newPage();
      // SwiftShader computes on the CPU; let it pass for a card
      await page.addInitScript(() => {
        Object.defineProperty(GPUAdapterInfo.prototype, 'isFallbackAdapter', { get: () => false });
        Object.defineProperty(GPUAdapterInfo.prototype, 'architecture', { get: () => 'card' });
      });
      await page.goto(`${site.url}${HASH}`);
      await page.waitForSelector('html[data-gpu]', { state: 'attached', timeout: 30_000 });
      const winner = await page.evaluate(() => document.documentElement.dataset['gpu']!);
      await page.getByTestId('device').click();
      await eventually(() => page.locator('#device-menu').innerText()).toMatch(
        /Compared on this machine: a picture takes [\d.]+ ms there and back with WebGPU, [\d.]+ ms with WebAssembly/,
      );
      const name = winner === 'webgpu' ? 'WebGPU' : 'WebAssembly';
      expect(await page.getByRole('radio', { name }).isChecked()).toBe(true);
      await expectDrawn(page, site.model, CHOICE);
      await context.close();
    });

    it('stays with WebAssembly, with a sentence, when the WebGPU runtime cannot be loaded', async () => {
      const { site } = open();
      const { page, close } = await visit(gpu, site, HASH);
      await page.route('**/*asyncify*.wasm', (route) => route.abort());
      await page.getByTestId('device').click();
      await page.getByRole('radio', { name: 'WebGPU' }).click();
      await eventually(() => page.getByRole('main').innerText()).toMatch(
        /WebGPU is not used \(.+\); WebAssembly draws instead\./,
      );
      await expectDrawn(page, site.model, CHOICE);
      await close();
    });
  });
};
