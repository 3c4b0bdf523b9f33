import { describe } from 'vitest';
import { findTool } from './debian-tool.ts';
import { ensureMariadbInstalled } from './mariadb.ts';

/**
 * Suites that need something of the machine. Where it cannot be had they are skipped, and a line says so; on CI
 * (`CI=true`) they fail instead, so that half a suite never passes for the whole. The only place where tests are skipped.
 */

/** A suite that stops and kills a MariaDB of its own. What only uses one takes `engines()`. */
export function describeWithMariadb(title: string, tests: () => void): void {
  describeIf(ensureMariadbInstalled(), { title, need: 'MariaDB' }, tests);
}

/** A suite that uses the program `name`: where it is installed, else (as root on Debian) installed now from `debianPackage`. */
export function describeWithTool(name: string, debianPackage: string, suite: ToolSuite): void {
  const path = findTool(name, debianPackage);
  describeIf(path !== undefined, { title: suite.title, need: name }, () => suite.tests(path ?? ''));
}

/** A suite in Chromium: `tests` gets its path, for `useWindows`. */
export function describeWithBrowser(title: string, tests: (chromiumPath: string) => void): void {
  describeWithTool('chromium', 'chromium', { title, tests });
}

export interface ToolSuite {
  readonly title: string;
  /** `path`: where the program is. */
  tests(path: string): void;
}

function describeIf(isThere: boolean, { title, need }: { title: string; need: string }, tests: () => void) {
  if (isThere) {
    describe(title, tests);
    return;
  }
  if (process.env['CI'] === 'true') throw new Error(`${need} is missing; CI never skips`);
  process.stderr.write(`\nNOT TESTED: ${title}. ${need} is not installed, and could not be.\n\n`);
  describe.skip(title, tests);
}
