import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Actor, register, signInRoot } from '../support/api.ts';
import { type Chatd, startChatd } from '../support/chatd.ts';
import type { AnyFrame, Client } from '../support/client.ts';

/** A message is taken back: by frame, by HTTP, by an operator; seen live, in history, in the list, by a seed client. */

let chatd: Chatd;
let alice: Actor;
let bob: Actor;
let mallory: Actor;
let atAlice: Client;
let atBob: Client;

beforeAll(async () => {
  chatd = await startChatd();
  await signInRoot(chatd);
  alice = await register(chatd, 'alice');
  bob = await register(chatd, 'bob');
  mallory = await register(chatd, 'mallory');
  [atAlice, atBob] = [await alice.connect({ v1: true }), await bob.connect({ v1: true })];
});

afterAll(() => chatd.dispose());

let count = 0;

/** Says it to bob, and gives the ack when he has it. */
async function sayToBob(content: string, more: object = {}): Promise<AnyFrame> {
  count += 1;
  const ack = await atAlice.ask({ chatType: 2, recvId: bob.id, content, clientMsgId: `m${count}`, ...more });
  await atBob.next((frame) => frame['id'] === ack['id']);
  return ack;
}

const isRecall = ({ type }: AnyFrame) => type === 'recall';
const placeOf = ({ conversationId, seq }: AnyFrame) => ({ conversationId, seq });

interface Page {
  readonly list: readonly Record<string, unknown>[];
}

const historyOf = async (reader: Actor, other: Actor) =>
  (await reader.request<Page>(`GET /v1/chat/messages?targetUserId=${other.id}&chatType=2`)).data.list;

test('both see at once that it is gone, and nobody finds it any more', async () => {
  const ack = await sayToBob('regretted', { contentType: 2 });
  atAlice.send({ type: 'recall', ...placeOf(ack) });
  const notice = { type: 'recall', ...placeOf(ack), by: alice.id, rev: 1 };
  expect(await atAlice.next(isRecall)).toEqual(notice);
  expect(await atBob.next(isRecall)).toEqual(notice);

  const shown = { content: '消息已撤回', contentType: 1, recalled: true, seq: ack['seq'] };
  const [conversation] = (await bob.request<Page>('GET /v1/chat/conversations')).data.list;
  expect(conversation).toMatchObject({
    lastMessage: '消息已撤回',
    lastMessageRecalled: true,
    unreadCount: 0,
  });
  expect(await historyOf(bob, alice)).toEqual([expect.objectContaining(shown)]);
  expect(JSON.stringify(await historyOf(alice, bob))).not.toContain('regretted');

  const resent = { chatType: 2, recvId: bob.id, content: 'regretted', contentType: 2 };
  const again = await atAlice.ask({ ...resent, clientMsgId: String(ack['clientMsgId']) });
  expect(again).toEqual({ ...ack, duplicate: true });
  await atBob.fence();
  expect(atBob.received.filter(({ content }) => content === 'regretted')).toHaveLength(1);
});

test('one that was recalled tells who asks again, and nobody else', async () => {
  const ack = await sayToBob('twice');
  for (let n = 0; n < 2; n += 1) {
    atAlice.send({ type: 'recall', ...placeOf(ack) });
    expect(await atAlice.next(isRecall)).toMatchObject(placeOf(ack));
  }
  await atBob.next(isRecall);
  await atBob.fence();
  expect(atBob.received.filter((frame) => isRecall(frame) && frame['seq'] === ack['seq'])).toHaveLength(1);
});

test('what may not be done answers with why, and about what', async () => {
  const ack = await sayToBob('mine');
  const refused = async (by: Client, frame: object) => {
    by.send({ type: 'recall', ...frame });
    return by.next(({ type }) => type === 'error');
  };
  const place = placeOf(ack);
  expect(await refused(atBob, place)).toMatchObject({
    code: 'permission_denied',
    about: { type: 'recall', ...place },
  });
  expect(await refused(atAlice, { ...place, seq: 99 })).toMatchObject({ code: 'not_found' });
  expect(await refused(atAlice, { conversationId: 'nowhere', seq: 1 })).toMatchObject({ code: 'not_member' });
  expect(await refused(atAlice, { ...place, seq: '1' })).toMatchObject({
    code: 'invalid_field',
    field: 'seq',
  });
  expect(await refused(atAlice, { seq: 1 })).toMatchObject({ field: 'conversationId' });
});

test('over HTTP by the same rules', async () => {
  const ack = await sayToBob('by http');
  const route = 'POST /v1/chat/recall';
  expect(await bob.request(route, placeOf(ack))).toMatchObject({ status: 403, error: 'permission_denied' });
  expect(await mallory.request(route, placeOf(ack))).toMatchObject({ status: 404, error: 'not_found' });
  for (const wrong of [{}, { conversationId: 'all' }, { conversationId: '\0', seq: 1 }, { seq: 1.5 }]) {
    expect(await alice.request(route, wrong)).toMatchObject({ status: 400, error: 'invalid_field' });
  }
  expect(await alice.request(route, placeOf(ack))).toMatchObject({ code: 200, data: { rev: 3 } });
  expect(await atBob.next((frame) => isRecall(frame) && frame['rev'] === 3)).toMatchObject(placeOf(ack));
});

test('a seed client is told nothing live, and shown that it is gone', async () => {
  const seed = await mallory.connect();
  const said = { chatType: 2, recvId: mallory.id, content: 'for the seed', clientMsgId: 's1' };
  const ack = await atAlice.ask(said);
  await seed.nextMessage();
  atAlice.send({ type: 'recall', ...placeOf(ack) });
  await atAlice.next((frame) => isRecall(frame) && frame['conversationId'] === ack['conversationId']);
  await seed.fence();
  expect(seed.received.filter(({ type }) => type !== 'pong')).toHaveLength(1);
  expect(await historyOf(mallory, alice)).toMatchObject([{ content: '消息已撤回', contentType: 1 }]);
  seed.send({ type: 'recall', ...placeOf(ack) });
  expect(await seed.next(({ type }) => type === 'error')).toMatchObject({ code: 'permission_denied' });
  await seed.close();
});

test('an operator takes back anything by its command, which is audited', async () => {
  const ack = await sayToBob('against the law');
  const [conversationId, seq] = [String(ack['conversationId']), String(ack['seq'])];
  const unsure = await chatd.cli('message', 'recall', conversationId, seq);
  expect(unsure).toMatchObject({ code: 2, stdout: '' });
  expect(unsure.stderr).toContain('--yes');

  const done = await chatd.cli('message', 'recall', '--yes', conversationId, seq);
  expect(done).toMatchObject({ code: 0, stdout: `recalled  ${conversationId} ${seq}\n`, stderr: '' });
  expect(await atBob.next((frame) => isRecall(frame) && frame['by'] === '0')).toMatchObject(placeOf(ack));

  const [json, none, list] = await Promise.all([
    chatd.cli('message', 'recall', '--yes', '--json', conversationId, seq),
    chatd.cli('message', 'recall', '--yes', 'all', '77'),
    chatd.cli('message', 'list', '--user', '@bob', '--content', '--limit', '1'),
  ]);
  expect(JSON.parse(json.stdout)).toMatchObject({ conversationId, seq: Number(seq), again: true });
  expect(json.stderr).toBe('it had been recalled before\n');
  expect(none).toMatchObject({ code: 1, stdout: '', stderr: 'no message 77 in conversation all\n' });
  expect(list.stdout).toMatch(/\trecalled\t0\t\n$/);
  const audit = await chatd.cli('audit', 'list', '--action', 'message.recall', '--json');
  const entries = audit.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { target: string; result: string });
  expect(entries.map(({ target, result }) => `${target} ${result}`).toSorted()).toEqual([
    'message:all/77 not_found',
    `message:${conversationId}/${seq} ok`,
    `message:${conversationId}/${seq} ok`,
  ]);
});

test('a window of no time at all takes the right away from senders', async () => {
  const late = await startChatd({ config: { Message: { RecallWindow: '0s' } } });
  try {
    const author = await register(late, 'author');
    const client = await author.connect({ v1: true });
    const ack = await client.ask({ chatType: 1, conversationId: 'all', content: 'x', clientMsgId: 'a' });
    await client.fence();
    client.send({ type: 'recall', ...placeOf(ack) });
    expect(await client.next(({ type }) => type === 'error')).toMatchObject({ code: 'permission_denied' });
  } finally {
    await late.dispose();
  }
});
