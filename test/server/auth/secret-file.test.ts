import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeDataFolder } from '../../../src/server/auth/first-start.ts';
import { openSecret, readSecret, secretFile } from '../../../src/server/auth/secret-file.ts';
import type { Log } from '../../../src/server/chat/ports.ts';

let data = '';
let events: string[] = [];
const log: Log = {
  debug: (event) => events.push(event),
  info: (event) => events.push(event),
  warn: (event) => events.push(event),
  error: (event) => events.push(event),
};

beforeEach(async () => {
  events = [];
  data = join(await mkdtemp(join(tmpdir(), 'chatd-secret-')), 'data');
  await makeDataFolder(data);
});

afterEach(async () => {
  await rm(join(data, '..'), { recursive: true });
});

describe('the secret', () => {
  it('is the configured one, and then no file is made', async () => {
    expect(await openSecret({ secret: 'x'.repeat(32), data }, log)).toBe('x'.repeat(32));
    expect(await readdir(data)).toEqual([]);
  });

  it('is made once, for this account alone, in a folder for this account alone', async () => {
    expect(await readSecret({ secret: '', data })).toBeUndefined();
    const secret = await openSecret({ secret: '', data }, log);
    expect(Buffer.byteLength(secret)).toBeGreaterThanOrEqual(32);
    expect(await openSecret({ secret: '', data }, log)).toBe(secret);
    expect(await readSecret({ secret: '', data })).toBe(secret);
    expect((await stat(secretFile({ data }))).mode & 0o777).toBe(0o600);
    expect((await stat(data)).mode & 0o777).toBe(0o700);
    expect(await readdir(data)).toEqual(['auth.secret']);
  });

  it('is the same for all who start at once', async () => {
    const secrets = await Promise.all(Array.from({ length: 8 }, () => openSecret({ secret: '', data }, log)));
    expect(new Set(secrets).size).toBe(1);
    expect(await readdir(data)).toEqual(['auth.secret']);
  });

  it('is closed to others if it was open to them', async () => {
    await openSecret({ secret: '', data }, log);
    await chmod(secretFile({ data }), 0o644);
    await openSecret({ secret: '', data }, log);
    expect((await stat(secretFile({ data }))).mode & 0o777).toBe(0o600);
    expect(events).toEqual(['secret_file_was_open_to_others']);
  });

  it.each(['', '\n', 'short\n'])('is not %j, which is left as it is', async (content) => {
    const file = secretFile({ data });
    await writeFile(file, content, { mode: 0o600 });
    await expect(openSecret({ secret: '', data }, log)).rejects.toThrow(
      expect.objectContaining({
        detail: { text: expect.objectContaining({ en: expect.stringContaining(file) }) },
      }),
    );
    expect(await readFile(file, 'utf8')).toBe(content);
  });
});
