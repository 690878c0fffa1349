import { findChromium, launchChromium, NO_CHROMIUM } from '@infogan/test/chromium.ts';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { openTestSite, type TestSite } from './testing/site.ts';
import { stageSuite } from './testing/stage.suite.ts';

const found = findChromium() !== null;
const why = found ? '' : ` (${NO_CHROMIUM})`;

describe.skipIf(!found)(`the page in Chromium${why}`, () => {
  let site: TestSite;
  let browser: Browser;
  const open = () => ({ site, browser });

  beforeAll(async () => {
    [site, browser] = await Promise.all([openTestSite(), launchChromium()]);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  describe('stage', () => {
    stageSuite(open);
  });
});
