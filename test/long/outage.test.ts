import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { auditOf, NOTHING_WRONG } from '../support/audit.ts';
import type { ChatdOptions } from '../support/chatd.ts';
import { roundDance, startWithCrowd } from '../support/crowd.ts';
import { startPrivateMariadb } from '../support/mariadb.ts';
import { describeWithMariadb, describeWithTool } from '../support/needs.ts';
import { Onlooker } from '../support/onlooker.ts';
import { Traffic } from '../support/traffic.ts';
import { tell } from './table.ts';

/** A database that stops for 5 s, again and again, under 1,000 messages a second: from a few senders, from many, and large ones. */

const PER_SECOND = 1_000;
const STOP_MS = 5_000;
const STOPS = 3;
/** All that 5 s bring is more than may wait: senders are held back. */
const LARGE = 8 * 1024;
/** Memory the server may take above what it had: what waits (32 MiB, two copies of a batch) and what sockets had brought. */
const MOST_MIB = 250;

const LOADS = [
  { load: '8 fast senders', senders: 8, size: 0 },
  { load: '1,000 slow senders', senders: 1_000, size: 0 },
  { load: '1,000 senders of 8 KiB', senders: 1_000, size: LARGE },
  { load: '8 senders of 8 KiB', senders: 8, size: LARGE },
] as const;

type Load = (typeof LOADS)[number];

/** A database that can be stopped. */
interface Stopping {
  readonly options: ChatdOptions;
  /** Resolves when it has been stopped and goes on. */
  stopOnce(): Promise<void>;
}

describeWithMariadb('MariaDB', () => {
  test.each(LOADS)(`stopped for 5 s, ${STOPS} times, under 1,000/s from $load`, async (load) => {
    const mariadb = await startPrivateMariadb();
    onTestFinished(() => mariadb.stop());
    const stopOnce = async () => {
      mariadb.signal('SIGSTOP');
      await delay(STOP_MS);
      mariadb.signal('SIGCONT');
    };
    await runThrough(`MariaDB stopped ${STOPS} × 5 s: ${load.load}`, load, {
      options: { dsn: mariadb.dsn('chatd') },
      stopOnce,
    });
  });
});

describeWithTool('strace', 'strace', {
  title: 'SQLite',
  tests: (strace) => {
    test.each(LOADS)(`whose disk hangs for 5 s, ${STOPS} times, under 1,000/s from $load`, async (load) => {
      const trace = join(tmpdir(), `chatd-hang-${process.pid}.txt`);
      onTestFinished(() => rmSync(trace, { force: true }));
      // The writer syncs at each COMMIT: it is the one that hangs, at every so-manyeth time. (The thread that moves the log
      // into the file hangs now and then too, and nobody waits for it.)
      const inject = `inject=fsync,fdatasync:delay_exit=${STOP_MS * 1000}:when=400+400`;
      const watch = ['-o', trace, '-e', 'trace=fsync,fdatasync', '-e', inject];
      const hangs = () => readFileSync(trace, 'utf8').split('DELAYED').length - 1;
      const stopOnce = async () => {
        const before = hangs();
        while (hangs() === before) await delay(50);
      };
      await runThrough(`SQLite's disk hangs ${STOPS} × 5 s: ${load.load}`, load, {
        options: { under: [strace, '-f', '--seccomp-bpf', ...watch] },
        stopOnce,
      });
    });
  },
});

async function runThrough(
  name: string,
  { senders, size }: Load,
  { options, stopOnce }: Stopping,
): Promise<void> {
  const { chatd, crowd } = await startWithCrowd(options, senders + 1);
  onTestFinished(() => chatd.dispose());
  const [onlooking, ...people] = crowd;
  if (onlooking === undefined) throw new Error('nobody looks on');
  const lines = roundDance(people);
  const traffic = new Traffic(chatd, lines, { perSecond: PER_SECOND, resends: false, size });
  await traffic.start();
  const onlooker = await Onlooker.open(chatd, onlooking);
  const goOn = async () => {
    const more = traffic.acked.size + 3 * PER_SECOND;
    await traffic.until(({ acked }) => acked.size >= more, 120_000);
  };
  await goOn();
  const before = onlooker.look();
  for (let stop = 0; stop < STOPS; stop += 1) {
    await stopOnce();
    await goOn();
  }
  const during = onlooker.look();
  traffic.pause();
  await traffic.until(({ unanswered }) => unanswered === 0, 120_000);
  await onlooker.close();
  const audit = await auditOf(traffic, lines);
  await traffic.stop();
  const tenths = (ms: number) => Math.round(ms * 10) / 10;
  tell(name, {
    ...audit,
    'MiB before': before.memory,
    'MiB more': during.memory - before.memory,
    'held back': during.waiting,
    'pending MiB': during.pendingMiB,
    'ping p99 before': tenths(before.pingP99),
    'ping p99': tenths(during.pingP99),
    'ping max': tenths(during.pingMax),
  });
  expect(audit).toMatchObject(NOTHING_WRONG);
  expect(audit.acked + audit.refused).toBe(audit.sent);
  expect(audit.stored).toBe(audit.acked);
  expect([...traffic.refused.values()].filter((code) => code !== 'storage_unavailable')).toEqual([]);
  expect(traffic.reconnects).toBe(0);
  expect(during.memory - before.memory).toBeLessThan(MOST_MIB);
}
