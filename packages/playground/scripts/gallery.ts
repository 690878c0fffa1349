import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchChromium } from '@infogan/test/chromium.ts';
import type { Page } from 'playwright-core';
// sharp: quantises the screenshots to palettes, a third of their size
import sharp from 'sharp';
import { build } from 'vite';
import { serveStatic } from '../src/testing/static-server.ts';
import { playgroundConfig } from '../vite/config.ts';

// Photographs every view at three widths, on paper and on the blackboard, with the shipped model:
//   pnpm exec tsx packages/playground/scripts/gallery.ts

const ROOT = join(import.meta.dirname, '..', '..', '..');
const GALLERY = join(ROOT, 'docs', 'gallery');
const SIZES = [
  { width: 390, height: 844 },
  { width: 820, height: 1180 },
  { width: 1440, height: 900 },
] as const;
const THEMES = ['light', 'dark'] as const;
const COLOURS = 64;
/** The film on the last view is long; its beginning is enough. */
const TALLEST = 1500;

interface Shot {
  readonly view: string;
  readonly query: string;
  readonly prepare?: (page: Page) => Promise<void>;
}

const SHOTS: readonly Shot[] = [
  { view: 'stage', query: 'digit=3&c1=0.6&c2=0.5&seed=7' },
  { view: 'atlas', query: 'digit=3&c1=0&c2=0.3&seed=7&atlas.rows=digit&atlas.columns=c1' },
  { view: 'draw', query: 'digit=3&seed=7', prepare: drawTwo },
  {
    view: 'morph',
    query:
      'digit=3&seed=7&a.digit=3&a.c1=-0.8&a.c2=0.4&a.seed=7&b.digit=8&b.c1=0.8&b.c2=0.2&b.seed=11&mix.t=0.45',
  },
  { view: 'how', query: 'digit=3&c1=0.6&c2=0.5&seed=7' },
];

const directory = await mkdtemp(join(tmpdir(), 'infogan-gallery-'));
const config = playgroundConfig({ compress: false });
await build({
  ...config,
  configFile: false,
  logLevel: 'error',
  build: { ...config.build, outDir: directory },
});
if (!existsSync(join(directory, 'models', 'mnist'))) {
  console.log('gallery: models/mnist is missing, the pictures show the test fixture');
}
const site = await serveStatic({ root: directory });
const browser = await launchChromium();
let total = 0;
try {
  await mkdir(GALLERY, { recursive: true });
  for (const viewport of SIZES) {
    for (const colorScheme of THEMES) {
      const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' });
      for (const shot of SHOTS) {
        const name = `${shot.view}-${viewport.width}-${colorScheme}.png`;
        const bytes = await photograph(await context.newPage(), shot, join(GALLERY, name));
        total += bytes;
        console.log(`${name.padEnd(24)} ${(bytes / 1000).toFixed(0).padStart(4)} kB`);
      }
      await context.close();
    }
  }
} finally {
  await browser.close();
  await site.close();
  await rm(directory, { recursive: true });
}
await writeFile(join(GALLERY, 'README.md'), index());
console.log(`${SHOTS.length * SIZES.length * THEMES.length} pictures, ${(total / 1e6).toFixed(2)} MB`);

async function photograph(page: Page, { view, query, prepare }: Shot, path: string): Promise<number> {
  await page.goto(`${site.url}#/mnist/${view}?${query}`);
  await page.waitForSelector('main[aria-busy=false] h1');
  await page.waitForTimeout(700);
  await prepare?.(page);
  if (view === 'how') await page.setViewportSize({ width: page.viewportSize()!.width, height: TALLEST });
  const png = await page.screenshot();
  await sharp(png).png({ palette: true, colours: COLOURS, effort: 10, dither: 0 }).toFile(path);
  await page.close();
  return (await stat(path)).size;
}

/** A 2 in one stroke, by a hand that is not too steady. */
async function drawTwo(page: Page): Promise<void> {
  const sheet = page.getByTestId('drawing');
  await sheet.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await sheet.boundingBox())!;
  const curve = [
    ...arc(0.5, 0.34, 0.18, 0.16, Math.PI, 2.35 * Math.PI),
    [0.52, 0.58],
    [0.4, 0.7],
    [0.31, 0.8],
    [0.45, 0.78],
    [0.6, 0.79],
    [0.72, 0.77],
  ] as const;
  for (const [k, [u, v]] of curve.entries()) {
    await page.mouse.move(x + width * u, y + height * v, { steps: k === 0 ? 1 : 3 });
    if (k === 0) await page.mouse.down();
  }
  await page.mouse.up();
  await page.waitForTimeout(900);
  await page.evaluate(() => scrollTo(0, 0));
}

function* arc(
  cx: number,
  cy: number,
  rx: number,
  ry: number,
  from: number,
  to: number,
): Generator<[number, number]> {
  for (let k = 0; k <= 12; k++) {
    const angle = from + ((to - from) * k) / 12;
    yield [cx + rx * Math.cos(angle), cy + ry * Math.sin(angle)];
  }
}

function index(): string {
  const rows = SHOTS.flatMap(({ view }) => [
    `\n## ${view}\n`,
    ...SIZES.map(({ width }) =>
      THEMES.map((theme) => `![${view}, ${width} px, ${theme}](${view}-${width}-${theme}.png)`).join(' '),
    ),
  ]);
  return `# The playground in pictures\n\nWritten by \`pnpm exec tsx packages/playground/scripts/gallery.ts\`.\n${rows.join('\n')}\n`;
}
