import { describe, expect, onTestFinished, test } from 'vitest';
import { register } from '../support/api.ts';
import { auditOf, NOTHING_WRONG } from '../support/audit.ts';
import { startChatd } from '../support/chatd.ts';
import { openCrashScene } from '../support/crash-rounds.ts';
import { engines } from '../support/databases.ts';
import { startPrivateMariadb } from '../support/mariadb.ts';
import { everybodyToEverybody } from '../support/people.ts';
import { createSeedFrontEnd } from '../support/seed-front-end.ts';
import { Traffic } from '../support/traffic.ts';
import { tell } from './table.ts';

/** What needs more time than the suite has: `npm run test:long`. */

describe.each(engines())('crashes, on $name', (engine) => {
  test.each([
    { rounds: 25, perSecond: 500 },
    { rounds: 10, perSecond: 2_000 },
  ])('SIGKILL, $rounds rounds under $perSecond messages a second', async ({ rounds, perSecond }) => {
    const scene = await openCrashScene(engine, { perSecond, random: Math.random });
    onTestFinished(() => scene.close());
    for (let round = 0; round < rounds; round += 1) await scene.round();
    const audit = await scene.audit();
    tell(`${engine.name}: ${rounds} × SIGKILL at ${perSecond}/s`, audit);
    expect(audit).toMatchObject({ ...NOTHING_WRONG, refused: 0, acked: audit.sent, stored: audit.sent });
  });
});

describe.each(engines().filter(({ name }) => name === 'MariaDB'))('$name', () => {
  test('stopped for 2, 10 and 40 s, and killed three times, under 300 messages a second', async () => {
    const mariadb = await startPrivateMariadb();
    onTestFinished(() => mariadb.stop());
    const chatd = await startChatd({ dsn: mariadb.dsn('chatd') });
    onTestFinished(() => chatd.dispose());
    const lines = await everybodyToEverybody(chatd);
    const traffic = new Traffic(chatd, lines, { perSecond: 300, resends: false });
    await traffic.start();
    const goOn = async () => {
      const more = traffic.acked.size + 300;
      await traffic.until(({ acked }) => acked.size >= more, 90_000);
    };
    for (const seconds of [2, 10, 40]) {
      await goOn();
      mariadb.signal('SIGSTOP');
      const until = traffic.sent + seconds * 300;
      await traffic.until(({ sent }) => sent >= until, 90_000);
      mariadb.signal('SIGCONT');
    }
    for (let kill = 0; kill < 3; kill += 1) {
      await goOn();
      await mariadb.crash();
      const until = traffic.sent + 600;
      await traffic.until(({ sent }) => sent >= until, 90_000);
      await mariadb.startAgain();
    }
    await goOn();
    traffic.pause();
    await traffic.until(({ unanswered }) => unanswered === 0, 90_000);
    const audit = await auditOf(traffic, lines);
    await traffic.stop();
    tell('MariaDB stopped 2, 10, 40 s and killed 3 ×', audit);
    expect(audit).toMatchObject(NOTHING_WRONG);
    expect(audit.acked + audit.refused).toBe(audit.sent);
    expect(audit.stored).toBe(audit.acked);
  });
});

describe("the seed's front end in real time", () => {
  test.each([2, 5])(
    'leaves its page and returns after %i s: receiving everything 15 s later',
    async (away) => {
      const chatd = await startChatd();
      onTestFinished(() => chatd.dispose());
      const [alice, bob] = [await register(chatd, 'alice'), await register(chatd, 'bob')];
      const page = createSeedFrontEnd(chatd, 1);
      onTestFinished(() => page.shutDown());
      await page.signIn(bob.name, bob.password);
      await page.openPage();
      page.leavePage();
      await new Promise((resolve) => setTimeout(resolve, away * 1000));
      await page.openPage();
      await new Promise((resolve) => setTimeout(resolve, 15_000));
      const fromAlice = await alice.connect();
      fromAlice.send({ chatType: 2, recvId: bob.id, content: 'are you back?', contentType: 1 });
      await page.until(({ shown }) => shown.some((frame) => frame['content'] === 'are you back?'), 5);
    },
  );

  test('two on one account come to rest', async () => {
    const chatd = await startChatd();
    onTestFinished(() => chatd.dispose());
    await register(chatd, 'bob');
    const pages = [createSeedFrontEnd(chatd, 1), createSeedFrontEnd(chatd, 1)];
    for (const page of pages) {
      onTestFinished(() => page.shutDown());
      await page.signIn('bob', 'password of bob');
      await page.openPage();
    }
    for (const page of pages) await page.atRest(20);
    expect(pages.map(({ open }) => open)).toEqual([0, 1]);
  });
});
