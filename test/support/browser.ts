import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { launchBrowser, openWindow } from './chromium.ts';
import type { Window, WindowOptions } from './chromium.ts';

export { DESKTOP, PHONE } from './chromium.ts';
export type { Window, WindowOptions } from './chromium.ts';

/** A browser a suite, a window of its own (cookies, storage) a person. */
export interface Windows {
  /** A new window that knows nothing of the others; ends with the suite. Nothing is loaded yet. */
  open(options?: WindowOptions): Promise<Window>;
  readonly browser: Browser;
}

/** The browser of a suite (`describeWithBrowser`): there before its first test, gone after its last. */
export function useWindows(chromiumPath: string): Windows {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launchBrowser(chromiumPath);
  });
  afterAll(() => browser?.close());
  return {
    get browser() {
      if (browser === undefined) throw new Error('no browser before the first test');
      return browser;
    },
    open(options = {}) {
      return openWindow(this.browser, options);
    },
  };
}
