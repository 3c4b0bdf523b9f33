import type { Options, Sequelize } from 'sequelize';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOBBY } from '../../src/protocol/ids.ts';
import type { ConversationId, UserId } from '../../src/protocol/ids.ts';
import type { ReadersQuery } from '../../src/server/chat/conversation-ports.ts';
import type { User } from '../../src/server/chat/store-ports.ts';
import { createMarkRead } from '../../src/server/store/mark-read.ts';
import { openDatabase } from '../../src/server/store/open-database.ts';
import { defineTables } from '../../src/server/store/tables.ts';
import { engines } from '../support/databases.ts';
import { conversationId, createWorld, expectRefusal, openStage, privateId } from './store-world.ts';
import type { Stage, World } from './store-world.ts';

describe.each(engines())('who has read what on $name', (engine) => {
  let world: World;
  let stage: Stage;
  let alice: User;
  let bob: User;
  let carol: User;
  let mallory: User;

  beforeAll(async () => {
    world = await createWorld(engine);
    stage = await openStage(world.options);
    alice = await stage.user('alice');
    bob = await stage.user('bob');
    carol = await stage.user('carol');
    mallory = await stage.user('mallory');
  });
  afterAll(async () => {
    await stage.store.close();
    await world.remove();
  });

  const mark = (who: User, id: ConversationId, seq: number) =>
    stage.store.conversations.markRead(who.id, id, seq);
  const readers = (viewer: User, id: ConversationId, seq: number, more: Partial<ReadersQuery> = {}) =>
    stage.store.conversations.readersOf({ viewer: viewer.id, conversationId: id, seq, limit: 100, ...more });

  it('counts members who may read it, not its author, not who left or came later', async () => {
    const id = conversationId('team');
    await stage.group('team', alice, bob, carol, mallory);
    await stage.say(alice, 'team', '1');
    await stage.say(alice, 'team', '2');
    expect(await readers(alice, id, 1)).toEqual({ count: 0, readers: [] });
    await mark(bob, id, 2);
    await mark(carol, id, 1);
    await mark(mallory, id, 2);
    expect(await readers(alice, id, 1)).toEqual({ count: 3, readers: [bob.id, carol.id, mallory.id] });
    expect(await readers(bob, id, 2)).toEqual({ count: 2, readers: [bob.id, mallory.id] });
    expect(await readers(alice, id, 1, { limit: 1 })).toEqual({ count: 3, readers: [bob.id] });

    await stage.leave('team', mallory);
    expect(await readers(alice, id, 2)).toEqual({ count: 1, readers: [bob.id] });
    await expectRefusal(readers(mallory, id, 2), 'not_member');
    // Back again, she has read what she had read; what was said without her is not hers to have read.
    await stage.say(alice, 'team', '3');
    await stage.join('team', mallory);
    await stage.say(mallory, 'team', '4');
    expect(await readers(alice, id, 2)).toEqual({ count: 2, readers: [bob.id, mallory.id] });
    expect(await readers(alice, id, 3)).toEqual({ count: 0, readers: [] });
    expect(await readers(mallory, id, 3)).toEqual({ count: 0, readers: [] });
    // Nothing there, or not yet.
    expect(await readers(alice, id, 99)).toEqual({ count: 0, readers: [] });
    await expectRefusal(readers(alice, conversationId('nowhere'), 1), 'not_member');
  });

  it('counts the other of two, and is nobody else’s business', async () => {
    const id = privateId(alice.id, bob.id);
    expect(await readers(alice, id, 1)).toEqual({ count: 0, readers: [] });
    await stage.say(alice, bob, 'hello');
    expect(await readers(alice, id, 1)).toEqual({ count: 0, readers: [] });
    await mark(bob, id, 1);
    expect(await readers(alice, id, 1)).toEqual({ count: 1, readers: [bob.id] });
    expect(await readers(mallory, id, 1)).toEqual({ count: 0, readers: [] });
  });

  it('counts in the lobby who is older than the message and still there', async () => {
    const id = conversationId(LOBBY);
    const { seq } = await stage.say(alice, LOBBY, 'to all');
    const late = await stage.user('late');
    const gone = await stage.user('gone');
    const next = await stage.say(alice, LOBBY, 'and to late');
    for (const who of [bob, late, gone]) await mark(who, id, next.seq);
    await stage.store.users.remove(gone.id);
    expect(await readers(carol, id, seq)).toEqual({ count: 1, readers: [bob.id] });
    expect(await readers(carol, id, next.seq)).toEqual({ count: 2, readers: [bob.id, late.id] });
  });

  it('never moves past what the reader may read', async () => {
    const id = conversationId('past');
    await stage.group('past', alice, bob);
    await stage.say(alice, 'past', '1');
    await stage.leave('past', bob);
    await stage.say(alice, 'past', '2');
    await expectRefusal(mark(bob, id, 1), 'not_member');
    await stage.join('past', bob);
    expect(await mark(bob, id, 2)).toEqual({
      readSeq: 1,
      movedFrom: 0,
      newly: [{ after: 0, upTo: 1 }],
      peerId: undefined,
    });
    await stage.say(alice, 'past', '3');
    expect(await mark(bob, id, 99)).toEqual({
      readSeq: 3,
      movedFrom: 1,
      newly: [{ after: 2, upTo: 3 }],
      peerId: undefined,
    });
  });

  it('moves together with own sends, whichever is first: no deadlock is anybody’s error', async () => {
    const everybody = [alice, bob, carol, mallory];
    const groups = ['x', 'y', 'z'];
    for (const id of groups) await stage.group(id, alice, bob, carol, mallory);
    const sends = Array.from({ length: 120 }, async (_, n) => {
      const [who, where] = [everybody[n % 4] ?? alice, groups[n % 3] ?? 'x'];
      const { seq } = await stage.say(who, where, `${n}`);
      const marks = everybody.map((reader) => mark(reader, conversationId(where), seq));
      for (const { readSeq } of await Promise.all(marks)) expect(readSeq).toBeGreaterThanOrEqual(seq);
    });
    await Promise.all(sends);
    for (const who of everybody) {
      const { list } = await stage.store.conversations.listFor(who.id, { page: 1, count: 100 });
      const open = list.filter(({ id }) => groups.includes(id));
      expect(open.map(({ readSeq }) => readSeq)).toEqual([40, 40, 40]);
    }
  });

  it('says who shares a conversation: a private one with messages, or a group both are in now', async () => {
    const [ann, ben, cat, dan, eve] = [
      await stage.user('ann'),
      await stage.user('ben'),
      await stage.user('cat'),
      await stage.user('dan'),
      await stage.user('eve'),
    ];
    const everybody = [ann, ben, cat, dan, eve].map(({ id }) => id);
    const sharing = (who: User) => stage.store.conversations.sharing(who.id, everybody);
    for (const who of [ann, eve]) await stage.say(who, LOBBY, 'hello');
    expect(await sharing(ann)).toEqual(new Set());

    await stage.say(ben, ann, 'hello');
    await stage.group('shared', cat, ann, dan);
    expect(await sharing(ann)).toEqual(new Set([ann.id, ben.id, cat.id, dan.id]));
    expect(await sharing(ben)).toEqual(new Set([ann.id]));
    expect(await sharing(eve)).toEqual(new Set());
    await stage.leave('shared', dan);
    expect(await sharing(ann)).toEqual(new Set([ann.id, ben.id, cat.id]));
    expect(await sharing(dan)).toEqual(new Set());
    expect(await stage.store.conversations.sharing(ann.id, [])).toEqual(new Set());
  });

  it('says when somebody was last connected, if it is known', async () => {
    const { connections } = stage.store;
    const [eve, fred] = [900 as UserId, 901 as UserId];
    const opened = { address: '::1', client: 'v1', userAgent: 'test' } as const;
    connections.opened({ ...opened, id: 'c-1', userId: eve, since: 1000 });
    connections.closed({ id: 'c-1', closedAt: 5000, code: 1000, cause: 'client_left' });
    connections.opened({ ...opened, id: 'c-2', userId: eve, since: 2000 });
    connections.closed({ id: 'c-2', closedAt: 3000, code: 1000, cause: 'client_left' });
    connections.opened({ ...opened, id: 'c-3', userId: fred, since: 4000 });
    await connections.flush();
    const seen = await connections.lastSeen([eve, fred, 902 as UserId]);
    expect(Object.fromEntries(seen)).toEqual({ 900: 3000, 901: 4000 });
    expect(await connections.lastSeen([])).toEqual(new Map());
  });
});

describe.each(engines())('a thousand readers at once on $name', (engine) => {
  it('cost a handful of statements, and nobody’s refusal is another’s', async () => {
    const world = await createWorld(engine);
    const stage = await openStage(world.options);
    const owner = await stage.user('owner');
    await stage.group('big', owner);
    for (let n = 1; n <= 3; n += 1) await stage.say(owner, 'big', `${n}`);
    await stage.store.close();

    const database = await openDatabase(world.options);
    const tables = defineTables(database.sequelize);
    const members = Array.from({ length: 1000 }, (_, n) => (1000 + n) as UserId);
    const { no } = (await tables.conversations.findOne({ where: { id: 'big' } }))?.get() ?? { no: 0 };
    const at = { conversationNo: no, role: 'member', joinedAfter: 0, leftAt: null, joinedAt: 1 };
    await tables.memberships.bulkCreate(members.map((userId) => ({ ...at, userId })));

    const sent: string[] = [];
    const { options } = database.sequelize as Sequelize & { options: Options };
    options.logging = (sql) => void sent.push(sql);
    const markRead = createMarkRead(tables);
    const id = conversationId('big');
    const stranger = markRead({ userId: 5 as UserId, conversationId: id, seq: 3 });
    const marks = members.map((userId) => markRead({ userId, conversationId: id, seq: 2 }));
    const again = markRead({ userId: members[999] ?? owner.id, conversationId: id, seq: 3 });
    await expectRefusal(stranger, 'not_member');
    const moved = { readSeq: 2, movedFrom: 0, newly: [{ after: 0, upTo: 2 }], peerId: undefined };
    expect(new Set((await Promise.all(marks)).map((mark) => JSON.stringify(mark)))).toEqual(
      new Set([JSON.stringify(moved)]),
    );
    expect(await again).toMatchObject({ readSeq: 3, movedFrom: 2 });
    options.logging = false;
    expect(sent.length).toBeLessThan(40);
    expect(await tables.reads.count({ where: { conversationNo: no, readSeq: 2 } })).toBe(999);
    await database.driver.close();
    await database.close();
    await world.remove();
  });
});
