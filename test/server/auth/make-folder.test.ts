import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeFolder } from '../../../src/server/auth/make-folder.ts';

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'chatd-folder-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('makes it and what is missing above it, for this account alone', async () => {
  const path = join(temporary(), 'a/b/c');
  await makeFolder(path);
  await makeFolder(path);
  expect(statSync(path).mode & 0o777).toBe(0o700);
});

test('a file in its place or above it is an error', async () => {
  const file = join(temporary(), 'file');
  writeFileSync(file, '');
  await expect(makeFolder(file)).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeFolder(join(file, 'a'))).rejects.toMatchObject({ code: 'ENOTDIR' });
});

// Node's recursive mkdir never ends there (Linux): a server with `Data: /proc/…` used a processor for ever.
test('where the system has no folders to give it is an error, and soon', async () => {
  await expect(makeFolder('/proc/chatd/data')).rejects.toMatchObject({ code: 'ENOENT' });
});
