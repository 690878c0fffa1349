import { findChromium, launchChromium, NO_CHROMIUM } from '@infogan/test/chromium.ts';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { atlasSuite } from './testing/atlas.suite.ts';
import { devSuite } from './testing/dev.suite.ts';
import { drawSuite } from './testing/draw.suite.ts';
import { engineSuite } from './testing/engine.suite.ts';
import { howSuite } from './testing/how.suite.ts';
import { modelsSuite } from './testing/models.suite.ts';
import { morphSuite } from './testing/morph.suite.ts';
import { offlineSuite } from './testing/offline.suite.ts';
import { pageSuite } from './testing/page.suite.ts';
import { sharingSuite } from './testing/sharing.suite.ts';
import { stageSuite } from './testing/stage.suite.ts';
import { openTestSite, type TestSite } from './testing/site.ts';

const found = findChromium() !== null;
const why = found ? '' : ` (${NO_CHROMIUM})`;

describe.skipIf(!found)(`the page in Chromium${why}`, () => {
  let site: TestSite;
  let browser: Browser;
  const open = () => ({ site, browser });

  beforeAll(async () => {
    [site, browser] = await Promise.all([openTestSite(), launchChromium()]);
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  describe('stage', () => {
    stageSuite(open);
  });
  describe('atlas', () => {
    atlasSuite(open);
  });
  describe('draw', () => {
    drawSuite(open);
  });
  describe('morph', () => {
    morphSuite(open);
  });
  describe('how it works', () => {
    howSuite(open);
  });
  describe('choice of model', () => {
    modelsSuite(open);
  });
  describe('address and sharing', () => {
    sharingSuite(open);
  });
  describe('the page around it', () => {
    pageSuite(open);
  });
  describe('engine', () => {
    engineSuite(open);
  });
  describe('development', () => {
    devSuite(open);
  });
  describe('offline', () => {
    offlineSuite(open);
  });
});
