import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

/**
 * Chromium, driven by playwright-core. What `page.evaluate` runs in the page is given as text: vitest rewrites functions
 * (`import()`), and tests know no DOM types.
 */

/** A desktop, light, English, unless said otherwise: `{ viewport: PHONE, colorScheme: 'dark', locale: 'zh-CN' }`. */
export type WindowOptions = BrowserContextOptions;

export interface Window {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What no page may ever do, as it happens: break its policy, throw, open a dialog. */
  readonly troubles: readonly string[];
}

export const DESKTOP = { width: 1280, height: 800 } as const;
export const PHONE = { width: 390, height: 844 } as const;

/** One headless Chromium, also as root and without a terminal; `close()` ends all of its processes. */
export function launchBrowser(chromiumPath: string): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    headless: true,
    chromiumSandbox: false,
    args: ['--disable-gpu', '--disable-background-networking', '--disable-dev-shm-usage', '--no-first-run'],
  });
}

export async function openWindow(browser: Browser, options: WindowOptions = {}): Promise<Window> {
  const context = await browser.newContext({ viewport: DESKTOP, locale: 'en-US', ...options });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const troubles: string[] = [];
  context.on('page', (more) => watch(more, troubles));
  watch(page, troubles);
  return { page, context, troubles };
}

function watch(page: Page, troubles: string[]): void {
  page.on('pageerror', (error) => troubles.push(`threw: ${error.message}`));
  page.on('console', (message) => {
    const text = message.text();
    // Lost connections are errors to Chromium too: what they become is for the story to look at.
    if (/Content Security Policy|Trusted ?(?:Type|HTML|Script)/i.test(text))
      troubles.push(`broke its policy: ${text}`);
  });
  page.on('dialog', (dialog) => {
    troubles.push(`opened a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
}

/**
 * Resolves when `expression`, text that may name `wanted`, holds in the page. A real function is made of it: of a text
 * `waitForFunction` takes a function's for true at once, and evaluating an expression's the page's policy forbids.
 */
export async function untilHolds(page: Page, expression: string, wanted?: unknown): Promise<void> {
  await page.waitForFunction(new Function('wanted', `return ${expression}`) as () => unknown, wanted);
}
