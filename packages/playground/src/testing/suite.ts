import type { Browser } from 'playwright-core';
import type { TestSite } from './site.ts';

/** A group of browser tests; `open` gives the one built site and the one browser that all groups share. */
export type Suite = (open: () => { site: TestSite; browser: Browser }) => void;
