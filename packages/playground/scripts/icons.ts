import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { launchChromium } from '@infogan/test/chromium.ts';

/** Draws `public/icon.svg` as the PNG icons that installing a page asks for. */
const PUBLIC = join(import.meta.dirname, '..', 'public');
const svg = await readFile(join(PUBLIC, 'icon.svg'), 'utf8');
const browser = await launchChromium();
try {
  for (const size of [192, 512]) {
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    await page.setContent(`<style>body{margin:0}svg{display:block;width:${size}px}</style>${svg}`);
    await page.screenshot({ path: join(PUBLIC, `icon-${size}.png`), omitBackground: true });
  }
} finally {
  await browser.close();
}
