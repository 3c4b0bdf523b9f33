import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rmSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { register, request } from '../support/api.ts';
import { auditOf, NOTHING_WRONG } from '../support/audit.ts';
import { startChatd, type Chatd } from '../support/chatd.ts';
import { connect } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { describeWithTool } from '../support/needs.ts';
import { everybodyToEverybody, registerAll } from '../support/people.ts';
import { Traffic } from '../support/traffic.ts';

/** SIGTERM: nobody new, what is in flight is finished, 1012, exit 0. */
describe('drain', () => {
  let chatd: Chatd | undefined;

  afterEach(() => chatd?.dispose());

  test.each(engines())(
    'finishes what is in flight: acked is stored, stored is acked, on $name',
    async (engine) => {
      const database = await engine.createDatabase();
      chatd = await startChatd({ dsn: database.dsn });
      const lines = await everybodyToEverybody(chatd);
      const traffic = new Traffic(chatd, lines, { perSecond: 1_000, resends: false });
      await traffic.start();
      await traffic.until(({ acked }) => acked.size >= 500, 10_000);
      const exit = chatd.stop('SIGTERM');
      await traffic.until(({ connected }) => connected === 0, 10_000);
      await traffic.stop();
      expect(await exit).toEqual({ code: 0, signal: null });
      chatd = await chatd.restart();
      const audit = await auditOf(traffic, lines);
      expect(audit).toMatchObject(NOTHING_WRONG);
      expect(audit.stored).toBe(audit.acked);
      const codes = new Set(traffic.refused.values());
      expect([...codes].filter((code) => code !== 'draining')).toEqual([]);
      await chatd.dispose();
      chatd = undefined;
      await database.drop();
    },
  );

  test('tells every client to come back, each after another while', async () => {
    chatd = await startChatd();
    const people = await registerAll(chatd, ['ann', 'ben', 'cat', 'dan']);
    const clients = await Promise.all(people.map((actor) => actor.connect({ v1: true })));
    const exit = chatd.stop('SIGTERM');
    const closings = await Promise.all(clients.map(({ closed }) => closed));
    for (const closing of closings) {
      expect(closing).toMatchObject({ code: 1012, reason: expect.stringMatching(/^restart retry=\d+/) });
    }
    expect(new Set(closings.map(({ reason }) => reason)).size).toBeGreaterThan(1);
    expect(await exit).toEqual({ code: 0, signal: null });
  });
});

describeWithTool('strace', 'strace', {
  title: 'drain on a slow disk',
  tests: (strace) => {
    let chatd: Chatd | undefined;
    afterEach(() => chatd?.dispose());

    test('lets nobody new in meanwhile, and a second SIGTERM ends it at once', async () => {
      const trace = join(tmpdir(), `chatd-drain-${process.pid}.txt`);
      // A disk so slow that the drain has something to wait for.
      chatd = await startChatd({
        under: [strace, '-f', '--seccomp-bpf', '-o', trace, '-e', 'trace=fsync,fdatasync', '-e', INJECT],
        config: { Drain: { Timeout: '60s' } },
      });
      const alice = await register(chatd, 'alice');
      const client = await alice.connect();
      const other = await register(chatd, 'bob');
      for (let n = 0; n < 50; n += 1)
        client.send({ chatType: 1, content: `${n}`, contentType: 1, clientMsgId: `${n}` });
      await client.fence();
      chatd.signal('SIGTERM');
      await chatd.output.until((text) => text.includes('stopping'));
      await expect(connect(chatd, { token: other.token })).rejects.toThrow(/refused|ECONN|hang up/);
      const ready = await request(chatd, 'GET /readyz').then(
        ({ status }) => status,
        () => 'closed',
      );
      expect([503, 'closed']).toContain(ready);
      expect(chatd.isAlive()).toBe(true);
      const askedAt = performance.now();
      await chatd.stop('SIGTERM');
      expect(performance.now() - askedAt).toBeLessThan(3_000);
      rmSync(trace, { force: true });
    });
  },
});

const INJECT = 'inject=fsync,fdatasync:delay_exit=400000';
