import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { noChromium, openChromium } from '../support/chromium.ts';

/** The demo page in a tab of its own. */
export interface DemoTab {
  page: Page;
  /** What the page and its console complained of; a test that leaves something here fails. */
  problems: string[];
}

/** Opens the page for each test of the suite, in one Chromium. Without a Chromium the tests are skipped. */
export function demoTab(url: () => string): DemoTab {
  const tab: Partial<DemoTab> = {};
  let browser: Browser | undefined;
  let context: BrowserContext;

  beforeAll(async () => {
    browser = await openChromium();
    if (browser === undefined) return;
    context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
    context.setDefaultTimeout(5_000);
  });
  afterAll(() => browser?.close());
  beforeEach(async (ctx) => {
    if (browser === undefined) return ctx.skip(noChromium);
    const page = await context.newPage();
    tab.page = page;
    tab.problems = [];
    page.on('pageerror', (error) => tab.problems?.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') tab.problems?.push(message.text());
    });
    await page.goto(url());
  });
  afterEach(async () => {
    if (browser === undefined) return;
    await tab.page?.close();
    expect(tab.problems).toEqual([]);
  });
  return tab as DemoTab;
}
