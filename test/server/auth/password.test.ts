import { hash as bcrypt } from '@node-rs/bcrypt';
import { describe, expect, it } from 'vitest';
import { createGate } from '../../../src/server/auth/gate.ts';
import { createPasswords, parseNewPassword } from '../../../src/server/auth/password.ts';
import { randomPassword } from '../../../src/server/auth/random-password.ts';

const passwords = createPasswords();

describe('a password', () => {
  it('is kept as argon2id of 19 MiB and two passes', async () => {
    expect(await passwords.hash('correct horse')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it('is right or wrong', async () => {
    const stored = await passwords.hash('correct horse');
    expect(await passwords.verify(stored, 'correct horse')).toBe('right');
    expect(await passwords.verify(stored, 'Correct horse')).toBe('wrong');
  });

  it.each(['2a', '2b', '2y'] as const)(
    "of the seed's bcrypt (%s) is right, and outdated",
    async (version) => {
      const stored = await bcrypt('123456', { cost: 4, version });
      expect(await passwords.verify(stored, '123456')).toBe('outdated');
      expect(await passwords.verify(stored, '123457')).toBe('wrong');
    },
  );

  it('is wrong where nobody is, where nothing is stored, and where rubbish is', async () => {
    for (const stored of [undefined, '', 'x', '$argon2i$v=19$m=8,t=1,p=1$YWFhYWFhYWE$YWFh', '123456']) {
      expect(await passwords.verify(stored, '123456')).toBe('wrong');
    }
  });

  it('costs as much to check for somebody who does not exist', async () => {
    const stored = await passwords.hash('correct horse');
    const cpu = async (hash: string | undefined) => {
      const before = process.cpuUsage();
      for (let round = 0; round < 8; round += 1) await passwords.verify(hash, 'wrong');
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    await cpu(stored);
    const [known, unknown] = [await cpu(stored), await cpu(undefined)];
    expect(unknown / known).toBeGreaterThan(0.6);
    expect(unknown / known).toBeLessThan(1.7);
  });

  it.each(['', '12345', '🚀🚀🚀🚀🚀', 'x'.repeat(1025), undefined, 123_456, ['123456']])(
    'may not be chosen as %j',
    (text) => {
      expect(() => parseNewPassword(text, 'newPwd')).toThrow(
        expect.objectContaining({
          code: 'invalid_field',
          detail: expect.objectContaining({ field: 'newPwd' }),
        }),
      );
    },
  );

  it.each(['123456', '密码密码密码', ' spaces ', 'x'.repeat(1024)])('may be chosen as %j', (text) => {
    expect(parseNewPassword(text)).toBe(text);
  });

  it('that nobody chose can be read aloud, and is another every time', () => {
    const some = Array.from({ length: 100 }, randomPassword);
    for (const one of some) expect(one).toMatch(/^[a-hjkmnp-z2-9]{16}$/);
    expect(new Set(some).size).toBe(100);
  });
});

describe('the gate', () => {
  it('lets in two at once, a few wait in order, the others come back later', async () => {
    const gate = createGate({ atOnce: 2, waiting: 2 });
    const finished: number[] = [];
    const tasks = [0, 1, 2, 3, 4].map((number) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const done = gate(() => promise.then(() => finished.push(number)));
      return { done, finish: resolve };
    });
    await expect(tasks[4]!.done).rejects.toMatchObject({
      code: 'rate_limited',
      detail: { retryAfterMs: 1000 },
    });

    for (const task of tasks.slice(0, 4)) task.finish();
    await Promise.all(tasks.slice(0, 4).map(({ done }) => done));
    expect(finished).toEqual([0, 1, 2, 3]);
  });

  it('goes on after a task that failed', async () => {
    const gate = createGate({ atOnce: 1, waiting: 1 });
    await expect(gate(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(gate(async () => 'yes')).resolves.toBe('yes');
  });
});
