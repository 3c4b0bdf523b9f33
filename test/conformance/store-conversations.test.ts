import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOBBY } from '../../src/protocol/ids.ts';
import type { ConversationId } from '../../src/protocol/ids.ts';
import type { ConversationSummary, HistoryQuery } from '../../src/server/chat/conversation-ports.ts';
import type { User } from '../../src/server/chat/store-ports.ts';
import { engines } from '../support/databases.ts';
import { conversationId, createWorld, expectRefusal, openStage, privateId } from './store-world.ts';
import type { Stage, World } from './store-world.ts';

type Window = HistoryQuery['window'];

describe.each(engines())('history on $name', (engine) => {
  let world: World;
  let stage: Stage;
  let alice: User;
  let bob: User;
  let mallory: User;

  beforeAll(async () => {
    world = await createWorld(engine);
    stage = await openStage(world.options);
    alice = await stage.user('alice');
    bob = await stage.user('bob');
    mallory = await stage.user('mallory');
  });
  afterAll(async () => {
    await stage.store.close();
    await world.remove();
  });

  const read = (
    viewer: User,
    id: ConversationId,
    window: Window,
    times: Pick<HistoryQuery, 'from' | 'to'> = {},
  ) => stage.store.conversations.history({ viewer: viewer.id, conversationId: id, window, ...times });

  it('gives a message back as it was stored, byte for byte', async () => {
    const texts = [
      'plain',
      ' spaces around \t\r\n ',
      'NUL \0 within',
      '😀👩‍👩‍👧‍👦 王小明 العربية ﷽',
      "'; DROP TABLE messages; -- \\' \\0 \" ` % _ ? $1 :name",
      '\u202e\u0007\u001b[31m',
      'e\u0301 is not é',
      '\ufeff bom',
      ' ',
      '7',
      '1e400',
      'x'.repeat(70_000),
      '字'.repeat(30_000),
    ];
    const said = [];
    for (const text of texts) said.push(await stage.say(alice, bob, text, { contentType: 3 }));
    const page = await read(bob, privateId(alice.id, bob.id), { page: 1, count: 100 });
    expect(page.messages).toEqual(said);
    expect(page.messages.map((message) => message.content)).toEqual(texts);
    expect(page.messages[0]).toMatchObject({
      chatType: 2,
      senderId: alice.id,
      recvId: bob.id,
      contentType: 3,
      seq: 1,
    });
  });

  it('is of the two alone, and looks empty to everybody else', async () => {
    const id = privateId(alice.id, bob.id);
    const empty = { messages: [], total: 0, lastSeq: 0 };
    expect(await read(mallory, id, { page: 1, count: 10 })).toEqual(empty);
    expect(await read(alice, privateId(alice.id, mallory.id), { page: 1, count: 10 })).toEqual(empty);
    expect(await stage.store.conversations.markRead(mallory.id, id, 1)).toMatchObject({ readSeq: 0 });
  });

  it('answers alike for a group one is not in, was in, and that does not exist', async () => {
    await stage.group('closed', alice, bob);
    await stage.say(alice, 'closed', 'before');
    await stage.leave('closed', bob);
    const { conversations } = stage.store;
    for (const [viewer, id] of [
      [mallory, 'closed'],
      [bob, 'closed'],
      [mallory, 'nowhere'],
    ] as const) {
      await expectRefusal(read(viewer, conversationId(id), { page: 1, count: 10 }), 'not_member');
      await expectRefusal(conversations.markRead(viewer.id, conversationId(id), 1), 'not_member');
    }
  });

  it('begins in the lobby where the user was made', async () => {
    await stage.say(alice, LOBBY, 'too early');
    const late = await stage.user('late');
    await stage.say(alice, LOBBY, 'for all');
    const page = await read(late, conversationId(LOBBY), { page: 1, count: 10 });
    expect(page.messages.map((message) => message.content)).toEqual(['for all']);
    expect(page.total).toBe(1);
    await stage.store.users.remove(late.id);
    await expectRefusal(read(late, conversationId(LOBBY), { page: 1, count: 10 }), 'not_member');
  });

  it('reads by time, both ends included', async () => {
    const id = privateId(bob.id, mallory.id);
    const sent = [];
    for (let n = 1; n <= 9; n += 1) sent.push((await stage.say(bob, mallory, `at ${n}`)).sentAt);
    const all = { page: 1, count: 100 };
    for (const from of [undefined, 0, ...sent, (sent[8] ?? 0) + 1]) {
      for (const to of [undefined, 0, ...sent, (sent[8] ?? 0) + 1]) {
        const expected = sent.filter((time) => time >= (from ?? 0) && time <= (to ?? Infinity));
        const page = await read(bob, id, all, {
          ...(from !== undefined && { from }),
          ...(to !== undefined && { to }),
        });
        expect(page.messages.map((message) => message.sentAt)).toEqual(expected);
        expect(page.total).toBe(expected.length);
      }
    }
  });
});

describe.each(engines())('membership intervals on $name', (engine) => {
  let world: World;
  let stage: Stage;

  beforeAll(async () => {
    world = await createWorld(engine);
    stage = await openStage(world.options);
  });
  afterAll(async () => {
    await stage.store.close();
    await world.remove();
  });

  it('cut history, pages and totals in every window', async () => {
    const owner = await stage.user('owner');
    const guest = await stage.user('guest');
    await stage.group('club', owner);
    // What the guest may read, kept beside the store: 4–6, 9, 13–20.
    const readable: number[] = [];
    let isIn = false;
    for (let seq = 1; seq <= 20; seq += 1) {
      if ([4, 9, 13].includes(seq)) await stage.join('club', guest);
      if ([7, 10].includes(seq)) await stage.leave('club', guest);
      isIn = [4, 9, 13].includes(seq) || (isIn && ![7, 10].includes(seq));
      await stage.say(owner, 'club', `${seq}`);
      if (isIn) readable.push(seq);
    }
    expect(readable).toEqual([4, 5, 6, 9, 13, 14, 15, 16, 17, 18, 19, 20]);

    const read = async (window: Window) => {
      const id = conversationId('club');
      const page = await stage.store.conversations.history({ viewer: guest.id, conversationId: id, window });
      expect(page).toMatchObject({ total: readable.length, lastSeq: 20 });
      return page.messages.map((message) => message.seq);
    };
    for (let count = 1; count <= 13; count += 1) {
      for (let page = 1; page <= 14; page += 1) {
        const end = readable.length - (page - 1) * count;
        expect(await read({ page, count })).toEqual(
          end <= 0 ? [] : readable.slice(Math.max(0, end - count), end),
        );
      }
    }
    for (let seq = 0; seq <= 22; seq += 1) {
      for (const limit of [1, 3, 300]) {
        const before = readable.filter((one) => one < seq).slice(-limit);
        const after = readable.filter((one) => one > seq).slice(0, limit);
        expect(await read({ beforeSeq: seq, limit })).toEqual(before);
        expect(await read({ afterSeq: seq, limit })).toEqual(after);
      }
    }
  });
});

describe.each(engines())('read positions on $name', (engine) => {
  let world: World;
  let stage: Stage;
  let alice: User;
  let bob: User;

  beforeAll(async () => {
    world = await createWorld(engine);
    stage = await openStage(world.options);
    alice = await stage.user('alice');
    bob = await stage.user('bob');
  });
  afterAll(async () => {
    await stage.store.close();
    await world.remove();
  });

  const summaryFor = async (viewer: User, id: string): Promise<ConversationSummary> => {
    const { list } = await stage.store.conversations.listFor(viewer.id, { page: 1, count: 100 });
    const summary = list.find((one) => one.id === id);
    if (summary === undefined) throw new Error(`${viewer.name} has no ${id}`);
    return summary;
  };

  it('move forward only, and never past the last message', async () => {
    const { conversations } = stage.store;
    const id = privateId(alice.id, bob.id);
    for (let n = 1; n <= 5; n += 1) await stage.say(alice, bob, `${n}`);
    const moves: [number, number | undefined][] = [];
    for (const seq of [0, -3, 2, 1, 4, 0, 99, 5, 3, Number.MAX_SAFE_INTEGER]) {
      const { readSeq, movedFrom, peerId } = await conversations.markRead(bob.id, id, seq);
      expect(peerId).toBe(alice.id);
      moves.push([readSeq, movedFrom]);
    }
    const stays = undefined;
    expect(moves).toEqual([
      [0, stays],
      [0, stays],
      [2, 0],
      [2, stays],
      [4, 2],
      [4, stays],
      [5, 4],
      [5, stays],
      [5, stays],
      [5, stays],
    ]);
    expect(await summaryFor(bob, id)).toMatchObject({ readSeq: 5, unreadCount: 0, lastSeq: 5 });
    await stage.say(alice, bob, '6');
    expect(await summaryFor(bob, id)).toMatchObject({ readSeq: 5, unreadCount: 1, lastSeq: 6 });
  });

  it('end at the latest of many at once', async () => {
    await stage.group('rush', alice, bob);
    for (let n = 1; n <= 30; n += 1) await stage.say(alice, 'rush', `${n}`);
    const seqs = Array.from({ length: 30 }, (_, n) => ((n * 7) % 30) + 1);
    await Promise.all(
      seqs.map((seq) => stage.store.conversations.markRead(bob.id, conversationId('rush'), seq)),
    );
    expect(await summaryFor(bob, 'rush')).toMatchObject({ readSeq: 30, unreadCount: 0 });
  });

  it('move with every own send, but not with an operator’s', async () => {
    await stage.group('unread', alice, bob);
    await stage.say(alice, 'unread', '1');
    await stage.say(alice, 'unread', '2');
    expect(await summaryFor(bob, 'unread')).toMatchObject({ readSeq: 0, unreadCount: 2 });
    expect(await summaryFor(alice, 'unread')).toMatchObject({ readSeq: 2, unreadCount: 0 });
    await stage.say(bob, 'unread', '3');
    expect(await summaryFor(bob, 'unread')).toMatchObject({ readSeq: 3, unreadCount: 0 });
    expect(await summaryFor(alice, 'unread')).toMatchObject({ readSeq: 2, unreadCount: 1 });
    // In alice's name, and not hers to count as unread.
    await stage.say(alice, 'unread', '4', { movesReadPosition: false });
    expect(await summaryFor(alice, 'unread')).toMatchObject({ readSeq: 2, unreadCount: 1 });
    expect(await summaryFor(bob, 'unread')).toMatchObject({ readSeq: 3, unreadCount: 1 });
  });

  it('count from the last joining on', async () => {
    await stage.group('rejoined', alice, bob);
    await stage.say(alice, 'rejoined', '1');
    await stage.leave('rejoined', bob);
    await stage.say(alice, 'rejoined', '2');
    await stage.join('rejoined', bob);
    expect(await summaryFor(bob, 'rejoined')).toMatchObject({
      unreadCount: 0,
      lastSeq: 2,
      lastMessage: { content: '1' },
    });
    await stage.say(alice, 'rejoined', '3');
    expect(await summaryFor(bob, 'rejoined')).toMatchObject({
      unreadCount: 1,
      lastMessage: { content: '3' },
    });
  });

  it('count to 999 and no further, whoever wrote between', async () => {
    await stage.group('flood', alice, bob);
    const flood = (count: number, from: User) =>
      Promise.all(
        Array.from({ length: count }, (_, n) =>
          stage.say(from, 'flood', `${n}`, { movesReadPosition: false }),
        ),
      );
    await flood(998, alice);
    await flood(500, bob);
    expect(await summaryFor(bob, 'flood')).toMatchObject({ readSeq: 0, unreadCount: 998 });
    await flood(1, alice);
    expect(await summaryFor(bob, 'flood')).toMatchObject({ unreadCount: 999 });
    await flood(50, alice);
    expect(await summaryFor(bob, 'flood')).toMatchObject({ unreadCount: 999, lastSeq: 1549 });
    await stage.store.conversations.markRead(bob.id, conversationId('flood'), 1540);
    expect(await summaryFor(bob, 'flood')).toMatchObject({ unreadCount: 9 });
  });
});

describe.each(engines())('lists of conversations on $name', (engine) => {
  let world: World;
  let stage: Stage;
  let alice: User;
  let bob: User;
  let carol: User;

  beforeAll(async () => {
    world = await createWorld(engine);
    stage = await openStage(world.options);
    alice = await stage.user('alice');
    bob = await stage.user('bob');
    carol = await stage.user('carol');
  });
  afterAll(async () => {
    await stage.store.close();
    await world.remove();
  });

  it('hold the lobby and groups without messages, the newest first', async () => {
    await stage.group('quiet', alice, bob);
    const said = await stage.say(bob, alice, 'hello');
    const { list, total } = await stage.store.conversations.listFor(alice.id, { page: 1, count: 10 });
    expect(total).toBe(3);
    expect(list[0]).toEqual({
      id: privateId(alice.id, bob.id),
      chatType: 2,
      groupName: undefined,
      peerId: bob.id,
      lastMessage: said,
      lastSeq: 1,
      readSeq: 0,
      peerReadSeq: 1,
      rev: 0,
      role: undefined,
      unreadCount: 1,
      memberIds: [alice.id, bob.id],
    });
    expect(list[1]).toEqual({
      id: 'quiet',
      chatType: 1,
      groupName: 'group quiet',
      peerId: undefined,
      lastMessage: undefined,
      lastSeq: 0,
      readSeq: 0,
      peerReadSeq: undefined,
      rev: 0,
      role: 'owner',
      unreadCount: 0,
      memberIds: [alice.id, bob.id],
    });
    expect(list[2]).toMatchObject({ id: LOBBY, chatType: 1, memberIds: [], unreadCount: 0 });
  });

  it('show each side of a private conversation its peer', async () => {
    const { list } = await stage.store.conversations.listFor(bob.id, { page: 1, count: 1 });
    expect(list[0]).toMatchObject({ peerId: alice.id, readSeq: 1, unreadCount: 0 });
  });

  it('are nobody else’s', async () => {
    const { list, total } = await stage.store.conversations.listFor(carol.id, { page: 1, count: 10 });
    expect(list.map((one) => one.id)).toEqual([LOBBY]);
    expect(total).toBe(1);
  });

  it('lose a group with the membership', async () => {
    await stage.leave('quiet', bob);
    const { list } = await stage.store.conversations.listFor(bob.id, { page: 1, count: 10 });
    expect(list.map((one) => one.id)).not.toContain('quiet');
  });

  it('page, and come to an end', async () => {
    for (let n = 0; n < 5; n += 1) {
      await stage.group(`page-${n}`, carol);
      await stage.say(carol, `page-${n}`, 'x');
    }
    const pages = await Promise.all(
      [1, 2, 3, 4].map((page) => stage.store.conversations.listFor(carol.id, { page, count: 2 })),
    );
    const ids = pages.map(({ list }) => list.map((one) => one.id));
    expect(ids.flat()).toHaveLength(6);
    expect(new Set(ids.flat()).size).toBe(6);
    expect(ids[3]).toEqual([]);
    expect(pages.every(({ total }) => total === 6)).toBe(true);
  });

  it('name at most two hundred members', async () => {
    const members = Array.from({ length: 300 }, (_, n) => (n + 5000) as User['id']);
    await stage.store.groups.create({
      id: 'crowd' as never,
      name: 'crowd',
      creatorId: alice.id,
      memberIds: members,
    });
    const { list } = await stage.store.conversations.listFor(alice.id, { page: 1, count: 10 });
    expect(list.find((one) => one.id === 'crowd')?.memberIds).toHaveLength(200);
  });
});
