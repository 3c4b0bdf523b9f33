import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { groupConversation } from '../../src/protocol/ids.ts';
import type { Appended, Draft } from '../../src/server/chat/store-ports.ts';
import {
  between,
  createGroup,
  group,
  kinds,
  openLog,
  storedIn,
  toGroup,
  toUser,
  upTo,
  type World,
} from './message-log-world.ts';

describe.each(kinds())('message log on $name', ({ open }) => {
  let world: World;
  let pair = 1000;

  beforeAll(async () => {
    world = await open();
  });
  afterAll(() => world.close());

  /** Two users nobody has written to yet. */
  function strangers(): readonly [number, number] {
    pair += 2;
    return [pair, pair + 1];
  }

  test('begins a fresh database with id 1 and seq 1, and a started-again log with a fresh block', async () => {
    const fresh = await open();
    const first = await openLog(fresh).append(toUser(1, 2, 'first'));
    expect(first).toMatchObject({ duplicate: false, membersVersion: 0, message: { id: 1, seq: 1 } });
    const next = await openLog(fresh).append(toUser(2, 1, 'second'));
    expect(next.message.seq).toBe(2);
    expect(next.message.id).toBeGreaterThan(1000);
    expect(
      await fresh.sql('SELECT no, kind, user_lo, user_hi, last_seq FROM conversations WHERE no > 1'),
    ).toEqual([{ no: 2, kind: 2, user_lo: 1, user_hi: 2, last_seq: 2 }]);
    await fresh.close();
  });

  test('keeps the order of the calls in each of 40 conversations with 2,000 messages in flight, without gaps', async () => {
    const log = openLog(world);
    const [sender] = strangers();
    pair += 50;
    const settled: Appended[] = [];
    const sends = upTo(2000).map(async (n) => {
      const appended = await log.append(
        toUser(sender, sender + 1 + (n % 40), `${n}`, n % 3 ? `k-${n}` : undefined),
      );
      settled.push(appended);
      return appended;
    });
    await Promise.all(sends);
    expect(new Set(settled.map(({ message }) => message.id)).size).toBe(2000);
    for (const other of upTo(40)) {
      const id = between(sender, sender + other);
      const mine = settled
        .filter(({ message }) => message.conversationId === id)
        .map(({ message }) => message);
      expect(mine.map((message) => message.seq)).toEqual(upTo(50));
      expect(mine.map((message) => Number(message.content))).toEqual(
        mine.map((message) => Number(message.content)).toSorted((a, b) => a - b),
      );
      expect(await storedIn(world, id)).toEqual(
        mine.map(({ id: messageId, seq, senderId, content, sentAt }) => ({
          id: messageId,
          seq,
          senderId,
          content,
          sentAt,
        })),
      );
    }
    expect(log.pending).toBe(0);
  });

  test('stores 50 copies of one send once, over two servers at the same moment', async () => {
    const logs = [openLog(world), openLog(world)];
    const [alice, bob] = strangers();
    const copies = await Promise.all(
      upTo(50).map((n) => logs[n % 2]!.append(toUser(alice, bob, 'once', 'key'))),
    );
    expect(copies.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(new Set(copies.map(({ message }) => `${message.id} ${message.seq} ${message.sentAt}`)).size).toBe(
      1,
    );
    expect(await storedIn(world, between(alice, bob))).toHaveLength(1);
    const next = await logs[0]!.append(toUser(bob, alice, 'and on'));
    expect(next.message.seq).toBe(2);
  });

  test('takes one key for two conversations at the same moment, and keys that cross between two servers', async () => {
    const [here, there] = [openLog(world), openLog(world)];
    const [alice, bob] = strangers();
    const [carol] = strangers();
    const toBob = (key: string) => toUser(alice, bob, `bob ${key}`, key);
    const toCarol = (key: string) => toUser(alice, carol, `carol ${key}`, key);
    const appended = await Promise.all([
      here.append(toBob('k1')),
      here.append(toCarol('k1')),
      here.append(toCarol('k2')),
      there.append(toCarol('k2')),
      there.append(toBob('k1')),
      there.append(toBob('k2')),
    ]);
    expect(appended.filter(({ duplicate }) => duplicate)).toHaveLength(2);
    expect((await storedIn(world, between(alice, bob))).map(({ content }) => content).sort()).toEqual([
      'bob k1',
      'bob k2',
    ]);
    expect(await storedIn(world, between(alice, carol))).toHaveLength(2);
  });

  test('makes a conversation once when its first two messages come at once from both sides', async () => {
    const [here, there] = [openLog(world), openLog(world)];
    for (const _ of upTo(10)) {
      const [alice, bob] = strangers();
      const both = await Promise.all([
        here.append(toUser(alice, bob, 'me first')),
        there.append(toUser(bob, alice, 'no, me')),
      ]);
      expect(both.map(({ message }) => message.seq).sort()).toEqual([1, 2]);
      expect(await storedIn(world, between(alice, bob))).toHaveLength(2);
    }
  });

  test('refuses a key that was used for other content or another kind, before and within a batch', async () => {
    const log = openLog(world);
    const [alice, bob] = strangers();
    const draft = toUser(alice, bob, 'mine', 'key');
    const image: Draft = { ...draft, contentType: 2 };
    const together = await Promise.allSettled([
      log.append(draft),
      log.append({ ...draft, content: 'other' }),
      log.append(image),
      log.append(draft),
      log.append(toUser(bob, alice, 'theirs', 'key')),
    ]);
    expect(
      together.map((one) => (one.status === 'fulfilled' ? one.value.message.seq : one.reason.code)),
    ).toEqual([1, 'id_reused', 'id_reused', 1, 2]);
    await expect(log.append(image)).rejects.toMatchObject({ code: 'id_reused' });
    expect(await log.append(draft)).toMatchObject({ duplicate: true, message: { seq: 1, content: 'mine' } });
    expect(await log.append(toUser(alice, bob, 'next'))).toMatchObject({ message: { seq: 3 } });
  });

  test('never takes the message of somebody else for a resend, even if one id were given twice', async () => {
    const ids = { take: (count: number) => upTo(count).map((n) => 900_000_000 + n) };
    const log = openLog(world, { ids });
    const [alice, bob] = strangers();
    await log.append(toUser(alice, bob, 'hers', 'her key'));
    await expect(log.append(toUser(bob, alice, 'his', 'his key'))).rejects.toMatchObject({
      code: 'internal',
    });
    expect((await storedIn(world, between(alice, bob))).map(({ content }) => content)).toEqual(['hers']);
    expect(await openLog(world).append(toUser(bob, alice, 'his', 'his key'))).toMatchObject({
      duplicate: false,
      message: { seq: 2 },
    });
  });

  test('compares keys byte for byte', async () => {
    const log = openLog(world);
    const [alice, bob] = strangers();
    const keys = ['k', 'K', 'k ', ' k', '007', '7', "k'--", 'k\\', '%', '?'];
    const appended = await Promise.all(keys.map((key) => log.append(toUser(alice, bob, key, key))));
    expect(appended.map(({ message }) => message.seq)).toEqual(upTo(keys.length));
    const again = await Promise.all(keys.map((key) => log.append(toUser(alice, bob, key, key))));
    expect(again.map(({ message, duplicate }) => (duplicate ? message.seq : 0))).toEqual(upTo(keys.length));
  });

  test('gives text back byte for byte; lone surrogates become U+FFFD, stored as delivered', async () => {
    const log = openLog(world);
    const [alice, bob] = strangers();
    const texts = [
      '',
      '你好 😀👨‍👩‍👧',
      'NUL \0 in \0 between\0',
      'trailing spaces  ',
      `quotes ' " \` ; -- /* */ \\ \\' \\0 \\u0000 % _ ? ?? :name $1 @a {}`,
      '\r\n\t\b\x1a\x7f\u2028\ufeff\uffff',
      'e\u0301 é Å Å',
      'x'.repeat(16 * 1024),
      "'".repeat(16 * 1024),
    ];
    const appended = await Promise.all(texts.map((text, n) => log.append(toUser(alice, bob, text, `k${n}`))));
    expect(appended.map(({ message }) => message.content)).toEqual(texts);
    expect((await storedIn(world, between(alice, bob))).map(({ content }) => content)).toEqual(texts);

    const lone = await log.append(toUser(alice, bob, 'a\ud800b\udc00', 'lone'));
    expect(lone.message.content).toBe('a\ufffdb\ufffd');
    expect((await storedIn(world, between(alice, bob))).at(-1)?.content).toBe('a\ufffdb\ufffd');
    expect(await log.append(toUser(alice, bob, 'a\ud800b\udc00', 'lone'))).toMatchObject({ duplicate: true });
  });

  test('never lets time run backwards in a conversation', async () => {
    const [alice, bob] = strangers();
    const times = [5_000_000_000_000, 4_000_000_000_000, 6_000_000_000_000];
    const now = { now: () => times.shift() ?? 0 };
    let late = 0;
    for (const _ of upTo(3)) {
      const { message } = await openLog(world, { clock: now }).append(toUser(alice, bob, 'tick'));
      expect(message.sentAt).toBeGreaterThanOrEqual(late);
      late = message.sentAt;
    }
    expect((await storedIn(world, between(alice, bob))).at(-1)?.sentAt).toBe(late);
  });

  test("moves the sender's read position with each send, but not an operator's, and never back", async () => {
    const log = openLog(world);
    const [alice, bob] = strangers();
    await log.append(toUser(alice, bob, 'one'));
    await log.append(toUser(bob, alice, 'two'));
    await log.append({ ...toUser(alice, bob, 'three'), movesReadPosition: false });
    const reads = await world.sql(
      `SELECT user_id, read_seq FROM \`reads\` WHERE user_id IN (${alice}, ${bob}) ORDER BY user_id`,
    );
    expect(reads).toEqual([
      { user_id: alice, read_seq: 1 },
      { user_id: bob, read_seq: 2 },
    ]);
  });

  test('answers a group that does not exist and one the sender is not in alike, and leaves no gap for either', async () => {
    const log = openLog(world);
    await createGroup(world, 'team', [1, 2]);
    const outcomes = await Promise.allSettled([
      log.append(toGroup(1, 'nothing', 'hello?')),
      log.append(toGroup(1, 'team', 'one', { membersVersion: 1 })),
      log.append(toGroup(3, 'team', 'let me in', { membersVersion: 0 })),
      log.append(toGroup(2, 'team', 'two', { membersVersion: 7 })),
      log.append(toGroup(1, 'all', 'lobby')),
    ]);
    const answers = outcomes.map((one) =>
      one.status === 'fulfilled' ? [one.value.message.seq, one.value.membersVersion] : one.reason.code,
    );
    expect(answers.slice(0, 4)).toEqual(['not_member', [1, 1], 'not_member', [2, 1]]);
    expect(outcomes[4]).toMatchObject({ value: { membersVersion: 0, message: { conversationId: 'all' } } });
    expect(await storedIn(world, groupConversation(group('team')))).toHaveLength(2);
    expect(await world.sql("SELECT last_seq FROM conversations WHERE id = 'team'")).toEqual([
      { last_seq: 2 },
    ]);
    expect(await world.sql("SELECT no FROM conversations WHERE id = 'nothing'")).toEqual([]);
  });

  test('keeps the time of a group that nothing was stored in', async () => {
    const log = openLog(world);
    await createGroup(world, 'quiet', [1]);
    await expect(log.append(toGroup(9, 'quiet', 'psst'))).rejects.toMatchObject({ code: 'not_member' });
    expect(await world.sql("SELECT last_seq, last_at FROM conversations WHERE id = 'quiet'")).toEqual([
      { last_seq: 0, last_at: 1 },
    ]);
    const { message } = await log.append(toGroup(1, 'quiet', 'hello', { membersVersion: 1 }));
    await expect(log.append(toGroup(9, 'quiet', 'psst'))).rejects.toMatchObject({ code: 'not_member' });
    expect(await world.sql("SELECT last_seq, last_at FROM conversations WHERE id = 'quiet'")).toEqual([
      { last_seq: 1, last_at: message.sentAt },
    ]);
    const [next] = await Promise.allSettled([
      log.append(toGroup(1, 'quiet', 'again', { membersVersion: 1 })),
      log.append(toGroup(9, 'quiet', 'psst')),
    ]);
    expect(next).toMatchObject({ value: { message: { seq: 2 } } });
    const lastAt = next.status === 'fulfilled' ? next.value.message.sentAt : 0;
    expect(await world.sql("SELECT last_seq, last_at FROM conversations WHERE id = 'quiet'")).toEqual([
      { last_seq: 2, last_at: lastAt },
    ]);
  });

  test('refuses a dismissed group, but still acks what was stored in it', async () => {
    const log = openLog(world);
    await createGroup(world, 'gone', [1]);
    const draft = toGroup(1, 'gone', 'last words', { clientMsgId: 'k', membersVersion: 1 });
    await log.append(draft);
    await world.sql("UPDATE conversations SET dismissed_at = 1 WHERE id = 'gone'");
    await expect(log.append(toGroup(1, 'gone', 'echo', { membersVersion: 1 }))).rejects.toMatchObject({
      code: 'not_member',
    });
    expect(await log.append(draft)).toMatchObject({ duplicate: true, message: { seq: 1 } });
  });

  test('refuses the one row the database will not have, and stores its neighbours in order', async () => {
    const [alice, bob] = strangers();
    const taken = (await openLog(world).append(toUser(alice, bob, 'first'))).message.id;
    const first = await world.driver.reserve('messages', 1000);
    // The 37th id is one that is stored already: a bad row if there ever was one.
    const ids = { take: (count: number) => upTo(count).map((n) => (n === 37 ? taken : first + n)) };
    const log = openLog(world, { ids });
    const outcomes = await Promise.allSettled(upTo(100).map((n) => log.append(toUser(alice, bob, `${n}`))));
    const refused = outcomes.flatMap((one, index) =>
      one.status === 'rejected' ? [[index + 1, one.reason.code]] : [],
    );
    expect(refused).toEqual([[37, 'internal']]);
    const contents = (await storedIn(world, between(alice, bob))).map(({ seq, content }) => [seq, content]);
    const others = [
      'first',
      ...upTo(100)
        .filter((n) => n !== 37)
        .map(String),
    ];
    expect(contents).toEqual(others.map((content, index) => [index + 1, content]));
  });

  test('forgets client ids step by step, the oldest first', async () => {
    const fresh = await open();
    const log = openLog(fresh, { clock: { now: () => 2_000_000_000_000 } });
    await Promise.all(upTo(25).map((n) => log.append(toUser(1, 2, `${n}`, `k-${n}`))));
    expect(await fresh.driver.pruneSends(2_000_000_000_000, 10)).toBe(0);
    expect(await fresh.driver.pruneSends(2_000_000_000_001, 10)).toBe(10);
    expect(await fresh.driver.pruneSends(2_000_000_000_001, 100)).toBe(15);
    expect(await fresh.sql('SELECT COUNT(*) AS n FROM sends')).toEqual([{ n: 0 }]);
    expect(await fresh.sql('SELECT COUNT(*) AS n FROM messages')).toEqual([{ n: 25 }]);
    await fresh.close();
  });
});
