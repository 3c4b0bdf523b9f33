import { globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { REPOSITORY } from '../support/chatd.ts';

/** What the build weighs, as it travels. */

const KB = 1024;

const weigh = (pattern: string) =>
  globSync(pattern, { cwd: join(REPOSITORY, 'dist') })
    .map((path) => readFileSync(join(REPOSITORY, 'dist', path)))
    .reduce((sum, content) => sum + gzipSync(content, { level: 9 }).length, 0);

describe('the build', () => {
  test('the page is under 100 KB, all of it', () => {
    expect(weigh('web/**/*.*')).toBeGreaterThan(KB);
    expect(weigh('web/**/*.*')).toBeLessThan(100 * KB);
  });

  test('the client is under 8 KB, and needs nothing of Node', () => {
    expect(weigh('sdk/chatd-client.js')).toBeLessThan(8 * KB);
    const text = readFileSync(join(REPOSITORY, 'dist/sdk/chatd-client.js'), 'utf8');
    const used = builtinModules.filter(
      (name) => text.includes(`'node:${name}'`) || text.includes(`"node:${name}"`),
    );
    expect([used, /\bBuffer\.|\brequire\(/.test(text)]).toEqual([[], false]);
  });
});
