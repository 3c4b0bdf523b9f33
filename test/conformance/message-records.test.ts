import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toMessageId } from '../../src/protocol/ids.ts';
import type { MessageId } from '../../src/protocol/ids.ts';
import type { MessageRecordsQuery } from '../../src/server/chat/record-ports.ts';
import type { StoredMessage, User } from '../../src/server/chat/store-ports.ts';
import { engines } from '../support/databases.ts';
import { conversationId, createWorld, openStage, privateId } from './store-world.ts';
import type { Stage, World } from './store-world.ts';

describe.each(engines())('messages for operators on $name', (engine) => {
  let world: World;
  let stage: Stage;
  let alice: User;
  let bob: User;
  let carol: User;

  beforeAll(async () => {
    world = await createWorld(engine);
    stage = await openStage(world.options);
    [alice, bob] = [await stage.user('alice'), await stage.user('bob')];
    await stage.say(alice, 'all', 'lobby before carol');
    carol = await stage.user('carol');
    await stage.group('team', alice, bob);
    await stage.say(alice, bob, 'a1');
    await stage.say(alice, 'team', 'team before carol');
    await stage.join('team', carol);
    await stage.say(bob, 'team', 'team with carol');
    await stage.leave('team', carol);
    await stage.say(bob, 'team', 'team after carol');
    await stage.say(carol, bob, 'c1');
    await stage.say(bob, carol, 'c2');
    await stage.say(bob, 'all', 'lobby with carol');
    await stage.say(alice, alice, 'note to herself');
  });
  afterAll(async () => {
    await stage.store.close();
    await world.remove();
  });

  const texts = async (query: Partial<MessageRecordsQuery> = {}) =>
    (await list(query)).map(({ content }) => content);
  const list = (query: Partial<MessageRecordsQuery>) =>
    stage.store.messageRecords.list({ limit: 100, ...query });

  const ALL = [
    'note to herself',
    'lobby with carol',
    'c2',
    'c1',
    'team after carol',
    'team with carol',
    'team before carol',
    'a1',
    'lobby before carol',
  ];
  const CAROLS = ['lobby with carol', 'c2', 'c1', 'team with carol'];

  it('are the latest of all, whole', async () => {
    expect(await texts()).toEqual(ALL);
    const [, , c2] = await list({ limit: 3 });
    expect(c2).toEqual({
      id: expect.any(Number),
      conversationId: privateId(carol.id, bob.id),
      chatType: 2,
      seq: 2,
      senderId: bob.id,
      recvId: carol.id,
      content: 'c2',
      contentType: 1,
      sentAt: expect.any(Number),
      clientMsgId: undefined,
    });
  });

  it('of a user are those he could read: groups for as long as he was in them', async () => {
    expect(await texts({ of: { userId: carol.id } })).toEqual(CAROLS);
    expect(await texts({ of: { userId: alice.id } })).toEqual(ALL.filter((text) => !/^c\d/.test(text)));
    expect(await texts({ of: { userId: 999 as User['id'] } })).toEqual([
      'lobby with carol',
      'lobby before carol',
    ]);
  });

  it('of a conversation are its own', async () => {
    expect(await texts({ of: { conversationId: conversationId('team') } })).toEqual([
      'team after carol',
      'team with carol',
      'team before carol',
    ]);
    expect(await texts({ of: { conversationId: privateId(bob.id, carol.id) } })).toEqual(['c2', 'c1']);
    expect(await texts({ of: { conversationId: conversationId('nowhere') } })).toEqual([]);
  });

  it.each([1, 2, 3])('page by id, %i at a time, without a gap', async (limit) => {
    const ways: readonly [Partial<MessageRecordsQuery>, readonly string[]][] = [
      [{}, ALL],
      [{ of: { userId: carol.id } }, CAROLS],
      [{ of: { conversationId: conversationId('team') } }, ALL.filter((text) => text.startsWith('team'))],
    ];
    for (const [query, expected] of ways) {
      const seen: StoredMessage[] = [];
      for (;;) {
        const last = seen.at(-1);
        const older = last === undefined ? {} : { before: last.id };
        const page = await list({ ...query, ...older, limit });
        expect(page.length).toBeLessThanOrEqual(limit);
        if (page.length === 0) break;
        seen.push(...page);
      }
      expect(seen.map(({ content }) => content)).toEqual(expected);
    }
  });

  it('before an id that is another conversation’s, or none’s, are the older ones', async () => {
    const [newest] = await list({ limit: 1 });
    const after = messageId((newest?.id ?? 0) + 500);
    expect(await texts({ of: { userId: carol.id }, before: after })).toEqual(CAROLS);
    expect(await texts({ before: after })).toEqual(ALL);
    const [c2] = await list({ of: { conversationId: privateId(bob.id, carol.id) }, limit: 1 });
    expect(
      await texts({ of: { conversationId: conversationId('team') }, before: messageId(c2?.id ?? 0) }),
    ).toHaveLength(3);
    expect(await texts({ before: messageId(1) })).toEqual([]);
    expect(await texts({ of: { userId: carol.id }, before: messageId(1) })).toEqual([]);
  });

  it('of who is in many conversations come in order from all of them', async () => {
    const hub = await stage.user('hub');
    const peers = await Promise.all(Array.from({ length: 45 }, (_, n) => stage.user(`peer ${n}`)));
    const said: StoredMessage[] = [];
    for (const peer of peers) said.push(await stage.say(peer, hub, `1 of ${peer.name}`));
    for (const peer of peers.slice(0, 25)) said.push(await stage.say(hub, peer, `2 to ${peer.name}`));
    const expected = said.map(({ id }) => id).toReversed();
    const seen: MessageId[] = [];
    for (let page = 0; page < 7; page += 1) {
      const last = seen.at(-1);
      const older = last === undefined ? {} : { before: last };
      const found = await list({ of: { userId: hub.id }, limit: 10, ...older });
      seen.push(...found.map(({ id }) => id));
    }
    expect(seen).toEqual(expected);
  });

  it('count what is not read over all conversations, up to 999', async () => {
    const { messageRecords } = stage.store;
    const reader = await stage.user('reader');
    expect(await messageRecords.unreadOf(reader.id)).toBe(0);
    for (const text of ['1', '2', '3']) await stage.say(bob, reader, text);
    await stage.say(alice, 'all', 'to everybody');
    await stage.group('reading', alice, reader);
    await stage.say(alice, 'reading', 'to the group');
    await stage.say(reader, 'reading', 'read');
    expect(await messageRecords.unreadOf(reader.id)).toBe(4);
    await Promise.all(Array.from({ length: 1200 }, (_, n) => stage.say(carol, reader, `${n}`)));
    expect(await messageRecords.unreadOf(reader.id)).toBe(999);
  });

  it('tell which groups a user is in now', async () => {
    const { messageRecords } = stage.store;
    const joiner = await stage.user('joiner');
    expect(await messageRecords.groupsOf(joiner.id, 10)).toEqual({ groups: [], total: 0 });
    for (const id of ['z', 'b', 'c']) await stage.group(id, alice, joiner);
    await stage.leave('c', joiner);
    expect(await messageRecords.groupsOf(joiner.id, 10)).toEqual({
      groups: [
        { id: 'b', name: 'group b' },
        { id: 'z', name: 'group z' },
      ],
      total: 2,
    });
    expect(await messageRecords.groupsOf(joiner.id, 1)).toMatchObject({ groups: [{ id: 'b' }], total: 2 });
  });
});

function messageId(value: number): MessageId {
  const id = toMessageId(value);
  if (id === undefined) throw new Error(`${value} is no message id`);
  return id;
}
