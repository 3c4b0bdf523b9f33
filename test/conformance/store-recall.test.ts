import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConversationId } from '../../src/protocol/ids.ts';
import type { User } from '../../src/server/chat/store-ports.ts';
import { engines } from '../support/databases.ts';
import { conversationId, createWorld, expectRefusal, openStage, privateId } from './store-world.ts';
import type { Stage, World } from './store-world.ts';

describe.each(engines())('recalls on $name', (engine) => {
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

  const recall = (id: ConversationId, seq: number, by: User | 'operator' = alice) =>
    stage.store.conversations.recall({ conversationId: id, seq, by: by === 'operator' ? undefined : by.id });

  const contentsOf = async (viewer: User, id: ConversationId) => {
    const window = { page: 1, count: 300 };
    const { messages } = await stage.store.conversations.history({
      viewer: viewer.id,
      conversationId: id,
      window,
    });
    return messages.map((message) => (message.recalled === true ? undefined : message.content));
  };

  const summaryOf = async (viewer: User, id: ConversationId) => {
    const { list } = await stage.store.conversations.listFor(viewer.id, { page: 1, count: 100 });
    return list.find((one) => one.id === id);
  };

  it('leave a message in its place, without its content, and count up', async () => {
    const id = privateId(alice.id, bob.id);
    const said = [];
    for (const text of ['one', 'two', 'three']) said.push(await stage.say(alice, bob, text));
    expect(await recall(id, 2)).toEqual({
      message: { ...said[1], content: '', recalled: true },
      rev: 1,
      membersVersion: 0,
      rejoined: [],
      by: alice.id,
      again: false,
    });
    expect(await recall(id, 3, bob)).toMatchObject({ rev: 2, by: bob.id, again: false });
    expect(await contentsOf(bob, id)).toEqual(['one', undefined, undefined]);
    expect(await summaryOf(bob, id)).toMatchObject({
      lastSeq: 3,
      rev: 2,
      unreadCount: 1,
      lastMessage: { seq: 3, content: '', recalled: true },
    });
    const records = await stage.store.messageRecords.list({ of: { conversationId: id }, limit: 3 });
    expect(records.map(({ content, recalled }) => [content, recalled])).toEqual([
      ['', true],
      ['', true],
      ['one', undefined],
    ]);
    expect(await stage.store.messageRecords.unreadOf(bob.id)).toBe(1);
  });

  it('happen once, whoever asks again', async () => {
    await stage.group('again', alice, bob);
    const id = conversationId('again');
    for (const text of ['one', 'two']) await stage.say(alice, 'again', text);
    const first = await recall(id, 1, 'operator');
    expect(first).toMatchObject({ rev: 1, by: undefined, again: false, membersVersion: 1 });
    await recall(id, 2);
    expect(await recall(id, 1)).toEqual({ ...first, again: true });
    expect(await summaryOf(bob, id)).toMatchObject({ rev: 2 });
  });

  it('number themselves without gaps when many come at once, among new messages', async () => {
    await stage.group('rush', alice, bob);
    const id = conversationId('rush');
    for (let n = 1; n <= 6; n += 1) await stage.say(alice, 'rush', `${n}`);
    const [recalls, more] = await Promise.all([
      Promise.all([1, 2, 3, 4, 5, 1, 2, 3].map((seq) => recall(id, seq))),
      Promise.all(Array.from({ length: 20 }, (_, n) => stage.say(bob, 'rush', `more ${n}`))),
    ]);
    const done = recalls.filter(({ again }) => !again);
    expect(done.map(({ message }) => message.seq).toSorted()).toEqual([1, 2, 3, 4, 5]);
    expect(done.map(({ rev }) => rev).toSorted()).toEqual([1, 2, 3, 4, 5]);
    for (const one of recalls) {
      expect(done.find(({ message }) => message.seq === one.message.seq)?.rev).toBe(one.rev);
    }
    const seqs = more.map(({ seq }) => seq).toSorted((one, other) => one - other);
    expect(seqs).toEqual(Array.from({ length: 20 }, (_, n) => n + 7));
    expect((await contentsOf(alice, id)).slice(0, 6)).toEqual([...Array(5).fill(undefined), '6']);
  });

  it('do not change what a resend is answered with', async () => {
    await stage.group('resent', alice, bob);
    const id = conversationId('resent');
    const draft = {
      target: { chatType: 1, conversationId: id, membersVersion: 1 },
      senderId: alice.id,
      content: 'regretted',
      contentType: 1,
      clientMsgId: 'k1',
      movesReadPosition: true,
    } as const;
    const { message } = await stage.store.log.append(draft);
    await recall(id, 1);
    const { id: messageId, seq, sentAt } = message;
    expect(await stage.store.log.append(draft)).toMatchObject({
      duplicate: true,
      message: { id: messageId, seq, sentAt },
    });
    await expectRefusal(stage.store.log.append({ ...draft, content: 'other' }), 'id_reused');
    expect(await contentsOf(bob, id)).toEqual([undefined]);
  });

  it('are not unread, however many there are', async () => {
    const carol = await stage.user('carol');
    const id = privateId(alice.id, carol.id);
    await Promise.all(Array.from({ length: 1010 }, (_, n) => stage.say(alice, carol, `${n}`)));
    expect(await summaryOf(carol, id)).toMatchObject({ unreadCount: 999 });
    for (const seq of [1, 2, 500, 998, 999, 1000, 1001, 1010]) await recall(id, seq);
    expect(await summaryOf(carol, id)).toMatchObject({ unreadCount: 999 });
    for (const seq of [3, 4, 5, 6]) await recall(id, seq);
    expect(await summaryOf(carol, id)).toMatchObject({ unreadCount: 998 });
    expect(await summaryOf(alice, id)).toMatchObject({ unreadCount: 0 });
  });

  it('are of messages there are', async () => {
    await stage.group('small', alice);
    await stage.say(alice, 'small', 'only one');
    await expectRefusal(recall(conversationId('small'), 2), 'not_found');
    await expectRefusal(recall(conversationId('nowhere'), 1), 'not_found');
    await expectRefusal(recall(privateId(alice.id, mallory.id), 1), 'not_found');
    expect(await summaryOf(alice, conversationId('small'))).toMatchObject({ rev: 0 });
  });

  it('are of what one may read: a message is found by who may, and by operators', async () => {
    const carl = await stage.user('carl');
    const { messageAt } = stage.store.conversations;
    const [own, club] = [privateId(alice.id, carl.id), conversationId('club')];
    const toCarl = await stage.say(alice, carl, 'to carl');
    expect(await messageAt(carl.id, own, 1)).toEqual(toCarl);
    expect(await messageAt(undefined, own, 1)).toEqual(toCarl);
    for (const seq of [0, 2, -1, Number.MAX_SAFE_INTEGER]) {
      await expectRefusal(messageAt(carl.id, own, seq), 'not_found');
      await expectRefusal(messageAt(undefined, own, seq), 'not_found');
    }
    await expectRefusal(messageAt(mallory.id, own, 1), 'not_found');
    await expectRefusal(messageAt(undefined, conversationId('nowhere'), 1), 'not_found');

    // carl is in the club for 2, and from 4 on.
    await stage.group('club', alice);
    for (let seq = 1; seq <= 5; seq += 1) {
      if (seq === 2 || seq === 4) await stage.join('club', carl);
      await stage.say(alice, 'club', `${seq}`);
      if (seq === 2) await stage.leave('club', carl);
    }
    for (const seq of [1, 3]) await expectRefusal(messageAt(carl.id, club, seq), 'not_found');
    for (const seq of [2, 4, 5]) expect(await messageAt(carl.id, club, seq)).toMatchObject({ seq });
    await stage.leave('club', carl);
    await expectRefusal(messageAt(carl.id, club, 4), 'not_member');
    await expectRefusal(messageAt(mallory.id, club, 4), 'not_member');
    await expectRefusal(messageAt(carl.id, conversationId('nowhere'), 1), 'not_member');
    expect(await messageAt(undefined, club, 3)).toMatchObject({ content: '3' });
  });
});
