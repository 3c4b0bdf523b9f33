import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { NOTHING_WRONG, auditOf } from '../support/audit.ts';
import { startChatd, type Chatd } from '../support/chatd.ts';
import { startPrivateMariadb, type PrivateMariadb } from '../support/mariadb.ts';
import { describeWithMariadb } from '../support/needs.ts';
import { everybodyToEverybody } from '../support/people.ts';
import { Traffic, type Line } from '../support/traffic.ts';

/** The database stops answering while batches are in flight: a MariaDB of this file's own is stopped, continued, killed. */
describeWithMariadb('a MariaDB that stops answering', () => {
  let mariadb: PrivateMariadb;
  let chatd: Chatd;
  let lines: readonly Line[];
  let databases = 0;

  beforeAll(async () => {
    mariadb = await startPrivateMariadb();
  });

  beforeEach(async () => {
    databases += 1;
    // The database is not there yet: chatd creates it.
    chatd = await startChatd({
      dsn: mariadb.dsn(`chatd_${databases}`),
      config: { Drain: { Timeout: '1s' } },
    });
    lines = await everybodyToEverybody(chatd);
  });

  afterEach(async () => {
    mariadb.signal('SIGCONT');
    await chatd.dispose();
  });

  afterAll(() => mariadb?.stop());

  test('SIGSTOP, then SIGCONT: every send ends acked and stored once, or refused and never stored', async () => {
    const traffic = new Traffic(chatd, lines, { perSecond: 300, resends: false });
    await traffic.start();
    await traffic.until(({ acked }) => acked.size >= 150, 10_000);
    mariadb.signal('SIGSTOP');
    const stoppedAt = traffic.sent;
    await traffic.until(({ sent }) => sent >= stoppedAt + 1_200, 10_000);
    mariadb.signal('SIGCONT');
    const continuedAt = traffic.acked.size;
    await traffic.until(({ acked }) => acked.size >= continuedAt + 150, 15_000);
    await settle(traffic);
    expect(traffic.reconnects).toBe(0);
  });

  test('killed and started again: chatd finds it by itself, and no outcome is told wrong', async () => {
    const traffic = new Traffic(chatd, lines, { perSecond: 200, resends: false });
    await traffic.start();
    await traffic.until(({ acked }) => acked.size >= 100, 10_000);
    await mariadb.crash();
    const crashedAt = traffic.sent;
    await traffic.until(({ sent }) => sent >= crashedAt + 200, 10_000);
    await mariadb.startAgain();
    const continuedAt = traffic.acked.size;
    await traffic.until(({ acked }) => acked.size >= continuedAt + 100, 15_000);
    await settle(traffic);
  });

  test('SIGTERM meanwhile: chatd still ends with 0, within Drain.Timeout + 5 s', async () => {
    const traffic = new Traffic(chatd, lines, { perSecond: 100, resends: false });
    await traffic.start();
    await traffic.until(({ acked }) => acked.size >= 20, 10_000);
    mariadb.signal('SIGSTOP');
    await traffic.until(({ unanswered }) => unanswered > 10, 10_000);
    const askedAt = performance.now();
    expect(await chatd.stop('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(performance.now() - askedAt).toBeLessThan(6_000);
    await traffic.stop();
  });

  async function settle(traffic: Traffic): Promise<void> {
    traffic.pause();
    await traffic.until(({ unanswered }) => unanswered === 0, 15_000);
    const audit = await auditOf(traffic, lines);
    await traffic.stop();
    expect(audit).toMatchObject(NOTHING_WRONG);
    expect(audit.acked + audit.refused).toBe(audit.sent);
    expect(audit.stored).toBe(audit.acked);
    const codes = new Set(traffic.refused.values());
    expect([...codes].filter((code) => code !== 'storage_unavailable')).toEqual([]);
    expect(chatd.isAlive()).toBe(true);
  }
});
