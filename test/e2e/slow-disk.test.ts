import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NOTHING_WRONG, auditOf } from '../support/audit.ts';
import { startChatd, type Chatd } from '../support/chatd.ts';
import { describeWithTool } from '../support/needs.ts';
import { everybodyToEverybody } from '../support/people.ts';
import { Traffic, type Line } from '../support/traffic.ts';

const DELAY_MS = 200;
const LOOP_WATCH = fileURLToPath(new URL('../support/loop-watch.mjs', import.meta.url));

/** Every fsync takes 200 ms longer (strace injects it): acks wait for the disk, the event loop never does. */
describeWithTool('strace', 'strace', {
  title: 'SQLite on a slow disk',
  tests: (strace) => {
    const loopFile = join(tmpdir(), `chatd-loop-${process.pid}.json`);
    const traceFile = join(tmpdir(), `chatd-fsync-${process.pid}.txt`);
    let chatd: Chatd;
    let lines: readonly Line[];

    beforeAll(async () => {
      const inject = `inject=fsync,fdatasync:delay_exit=${DELAY_MS * 1000}`;
      chatd = await startChatd({
        under: [strace, '-f', '--seccomp-bpf', '-o', traceFile, '-e', 'trace=fsync,fdatasync', '-e', inject],
        nodeArgs: ['--import', LOOP_WATCH],
        env: { CHATD_TEST_LOOP_FILE: loopFile },
      });
      lines = await everybodyToEverybody(chatd);
    });

    afterAll(async () => {
      await chatd?.dispose();
      for (const file of [loopFile, traceFile]) rmSync(file, { force: true });
    });

    test(`with every fsync delayed ${DELAY_MS} ms the event loop is never held longer than 50 ms`, async () => {
      const traffic = new Traffic(chatd, lines, { perSecond: 300, resends: false });
      await loopSoFar();
      const syncsBefore = delayedSyncs();
      await traffic.start();
      const spans = [];
      for (const acks of [300, 600, 900]) {
        await traffic.until(({ acked }) => acked.size >= acks, 15_000);
        spans.push(await loopSoFar());
      }
      traffic.pause();
      await traffic.until(({ unanswered }) => unanswered === 0, 15_000);
      const audit = await auditOf(traffic, lines);
      await traffic.stop();

      // The disk really was slow while it was measured, and the loop turned all the while.
      expect(delayedSyncs() - syncsBefore).toBeGreaterThan(5);
      expect(spans.reduce((sum, { ticks }) => sum + ticks, 0)).toBeGreaterThan(100);
      // A disk that held the loop would do so in every span, for its whole delay; a busy machine may spoil one.
      const held = spans.map(({ maxHeldMs }) => maxHeldMs).sort((one, other) => one - other);
      expect(held[1]).toBeLessThan(50);
      expect(held[2]).toBeLessThan(DELAY_MS);
      expect(audit).toMatchObject(NOTHING_WRONG);
      expect(audit.acked).toBe(audit.sent);
    });

    test('an ack waits for the disk', async () => {
      const [line] = lines;
      if (line === undefined) throw new Error('no lines');
      const client = await line.sender.connect();
      const sentAt = performance.now();
      const ack = await client.ask({ ...line.target, content: 'slow', contentType: 1, clientMsgId: 'slow' });
      expect(ack.type).toBe('ack');
      expect(performance.now() - sentAt).toBeGreaterThan(DELAY_MS);
      await client.close();
    });

    /** What the loop was held at most since the last question. */
    async function loopSoFar(): Promise<{ maxHeldMs: number; ticks: number }> {
      rmSync(loopFile, { force: true });
      const watcher = watch(tmpdir());
      chatd.signal('SIGUSR2');
      while (!existsSync(loopFile) || readFileSync(loopFile, 'utf8') === '') await once(watcher, 'change');
      watcher.close();
      return JSON.parse(readFileSync(loopFile, 'utf8')) as { maxHeldMs: number; ticks: number };
    }

    function delayedSyncs(): number {
      return readFileSync(traceFile, 'utf8').split('DELAYED').length - 1;
    }
  },
});
