import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { groupConversation, LOBBY, toConversationId } from '../../../src/protocol/ids.ts';
import type { ConversationId } from '../../../src/protocol/ids.ts';
import { privateConversation } from '../../../src/server/chat/conversation-id.ts';
import type { User } from '../../../src/server/chat/store-ports.ts';
import { codeOf, type Connection, openStage, type Stage, to, toGroup } from './chat-stage.ts';

/** Who may take what back, and who is told. */

const WINDOW_MS = 120_000;

let stage: Stage;
let owner: User;
let alice: User;
let bob: User;
let mallory: User;
let atAlice: Connection;
let atBob: Connection;
let atMallory: Connection;

beforeAll(async () => {
  stage = await openStage();
  owner = await stage.addUser('owner');
  alice = await stage.addUser('alice');
  bob = await stage.addUser('bob');
  mallory = await stage.addUser('mallory');
  [atAlice, atBob, atMallory] = [stage.connect(alice), stage.connect(bob), stage.connect(mallory)];
  await stage.chat.groups.create({
    groupId: 'team',
    groupName: 'team',
    creatorId: owner.id,
    memberIds: [alice.id, bob.id],
  });
});
beforeEach(() => {
  stage.clock.ms = Date.now();
  for (const connection of [atAlice, atBob, atMallory]) connection.clear();
});
afterAll(() => stage.close());

const team = () => conversation('team');
const withBob = () => privateConversation(alice.id, bob.id);

function conversation(text: string): ConversationId {
  const id = toConversationId(text);
  if (id === undefined) throw new Error(`${text} is no conversation`);
  return id;
}

/** What becomes of a recall: `ok`, or the code it was refused with. */
function recall(by: User, conversationId: ConversationId, seq: number): Promise<string> {
  return codeOf(stage.chat.recall({ conversationId, seq }, { userId: by.id }));
}

/** Says something and gives its seq. */
async function say(at: Connection, frame: ReturnType<typeof to>): Promise<number> {
  await at.say({ ...frame, clientMsgId: `say ${Math.random()}` });
  const ack = at.received.findLast(({ type }) => type === 'ack');
  for (const connection of [atAlice, atBob, atMallory]) connection.clear();
  return Number(ack?.['seq']);
}

const recallsAt = (connection: Connection) => connection.received.filter(({ type }) => type === 'recall');

describe('a private message', () => {
  test('is taken back by its sender for a while, by nobody else', async () => {
    const seq = await say(atAlice, to(bob, 'oops'));
    expect(await recall(bob, withBob(), seq)).toBe('permission_denied');
    expect(await recall(mallory, withBob(), seq)).toBe('not_found');
    expect(await recall(alice, withBob(), seq + 1)).toBe('not_found');
    expect(await recall(alice, privateConversation(alice.id, mallory.id), 1)).toBe('not_found');
    stage.clock.ms += WINDOW_MS + 5000;
    expect(await recall(alice, withBob(), seq)).toBe('permission_denied');
    stage.clock.ms -= 10_000;
    expect(await recall(alice, withBob(), seq)).toBe('ok');
    const notice = { type: 'recall', conversationId: withBob(), seq, by: String(alice.id), rev: 1 };
    expect(recallsAt(atAlice)).toEqual([notice]);
    expect(recallsAt(atBob)).toEqual([notice]);
    expect(recallsAt(atMallory)).toEqual([]);
  });

  test('taken back again, whenever, changes nothing and is told to who asks alone', async () => {
    const seq = await say(atAlice, to(bob, 'oops'));
    await recall(alice, withBob(), seq);
    for (const connection of [atAlice, atBob]) connection.clear();
    stage.clock.ms += 10 * WINDOW_MS;
    expect(await recall(alice, withBob(), seq)).toBe('ok');
    expect(recallsAt(atAlice)).toMatchObject([{ seq, by: String(alice.id), rev: 2 }]);
    expect(atBob.received).toEqual([]);
    expect(await recall(bob, withBob(), seq)).toBe('permission_denied');
  });

  test('is taken back by an operator at any time', async () => {
    const seq = await say(atAlice, to(bob, 'x'));
    stage.clock.ms += 10 * WINDOW_MS;
    const done = await stage.chat.recall({ conversationId: withBob(), seq }, { operator: true });
    expect(done).toMatchObject({ again: false, by: undefined, message: { content: '', recalled: true } });
    expect(recallsAt(atBob)).toMatchObject([{ seq, by: '0', rev: 3 }]);
  });
});

describe('a group message', () => {
  test('is taken back by the owner at any time; by other members only their own', async () => {
    const seq = await say(atAlice, toGroup('team', 'spam'));
    expect(await recall(bob, team(), seq)).toBe('permission_denied');
    expect(await recall(mallory, team(), seq)).toBe('not_member');
    stage.clock.ms += 10 * WINDOW_MS;
    expect(await recall(alice, team(), seq)).toBe('permission_denied');
    expect(await recall(owner, team(), seq)).toBe('ok');
    expect(recallsAt(atBob)).toMatchObject([{ conversationId: 'team', seq, by: String(owner.id), rev: 1 }]);
    expect(recallsAt(atMallory)).toEqual([]);
  });

  test('is told to those who could read it, not to who joined since', async () => {
    const seq = await say(atAlice, toGroup('team', 'before mallory'));
    await stage.chat.groups.addMembers('team', [mallory.id], { userId: owner.id });
    atMallory.clear();
    expect(await recall(mallory, team(), seq)).toBe('not_found');
    expect(await recall(alice, team(), seq)).toBe('ok');
    expect(recallsAt(atBob)).toHaveLength(1);
    expect(recallsAt(atMallory)).toEqual([]);
    await stage.chat.groups.removeMember('team', mallory.id, { userId: owner.id });
  });

  test('is told to who was out meanwhile, if he could read it before', async () => {
    const seq = await say(atAlice, toGroup('team', 'bob has read this'));
    const by = { userId: owner.id };
    await stage.chat.groups.removeMember('team', bob.id, by);
    const unseen = await say(atAlice, toGroup('team', 'bob has not'));
    await stage.chat.groups.addMembers('team', [bob.id], by);
    for (const one of [seq, unseen]) expect(await recall(alice, team(), one)).toBe('ok');
    expect(recallsAt(atBob)).toMatchObject([{ seq }]);
    expect(recallsAt(atAlice)).toMatchObject([{ seq }, { seq: unseen }]);
  });

  test('in the lobby is its sender’s alone', async () => {
    const lobby = groupConversation(LOBBY);
    const seq = await say(atAlice, toGroup('all', 'hello'));
    expect(await recall(owner, lobby, seq)).toBe('permission_denied');
    expect(await recall(alice, lobby, seq)).toBe('ok');
    expect(recallsAt(atMallory)).toMatchObject([{ conversationId: 'all', seq }]);
  });

  test('of a group that does not exist answers as one of a group one is not in', async () => {
    expect(await recall(alice, conversation('nowhere'), 1)).toBe('not_member');
  });
});

test('who is kept out takes nothing back', async () => {
  const seq = await say(atAlice, to(bob, 'wait'));
  const until = stage.clock.ms + 60_000;
  stage.users.put({ ...alice, keepOut: { until, reason: '', by: 'root', since: stage.clock.ms } });
  expect(await recall(alice, withBob(), seq)).toBe('permission_denied');
  stage.users.put(alice);
  expect(await recall(alice, withBob(), seq)).toBe('ok');
});
