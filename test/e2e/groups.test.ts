import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Actor } from '../support/api.ts';
import { startChatd, type Chatd } from '../support/chatd.ts';
import type { AnyFrame, Client } from '../support/client.ts';
import { engines, type TestDatabase } from '../support/databases.ts';
import { registerAll } from '../support/people.ts';

/** Groups: who may what, at once on open connections, and the notices. Mallory is in none of them. */
describe.each(engines())('groups, on $name', (engine) => {
  let database: TestDatabase;
  let chatd: Chatd;
  let alice: Actor;
  let bob: Actor;
  let carol: Actor;
  let mallory: Actor;

  beforeAll(async () => {
    database = await engine.createDatabase();
    chatd = await startChatd({ dsn: database.dsn });
    const people = await registerAll(chatd, ['alice', 'bob', 'carol', 'mallory']);
    [alice, bob, carol, mallory] = people as [Actor, Actor, Actor, Actor];
  });

  afterAll(async () => {
    await chatd?.dispose();
    await database?.drop();
  });

  test('from its creation to its last member: notices, rights, and effect on open connections', async () => {
    const groupId = 'story';
    const [atAlice, atBob, atCarol] = [await alice.connect(), await bob.connect(), await carol.connect()];
    const create = { groupId, groupName: '故事', memberIds: [bob.id] };
    expect(await alice.request('POST /v1/group/create', create)).toMatchObject({ code: 200 });
    for (const client of [atAlice, atBob]) {
      expect(await notice(client)).toMatchObject({
        systemType: 'group_create',
        content: expect.any(String),
        groupInfo: { groupId, groupName: '故事', creatorId: alice.id, memberIds: [alice.id, bob.id] },
      });
    }
    // Its id is taken, for everybody and for good.
    expect(await bob.request('POST /v1/group/create', create)).toMatchObject({ status: 200, code: 409 });

    // A member may not change who is in it, its owner may; whoever joins is connected to it at once.
    const add = { groupId, memberIds: [carol.id] };
    expect(await bob.request('POST /v1/group/members/add', add)).toMatchObject({
      code: 403,
      error: 'permission_denied',
    });
    expect(await alice.request('POST /v1/group/members/add', add)).toMatchObject({ code: 200 });
    for (const client of [atAlice, atBob, atCarol]) {
      expect(await notice(client)).toMatchObject({ systemType: 'group_join', groupInfo: { groupId } });
    }
    await say(atCarol, groupId, 'I am in');
    for (const client of [atAlice, atBob, atCarol]) {
      expect(await client.nextMessage()).toMatchObject({
        content: 'I am in',
        conversationId: groupId,
        recvId: '',
      });
    }
    expect(await bob.request(`DELETE /v1/group/${groupId}/members/${carol.id}`)).toMatchObject({ code: 403 });
    expect(await bob.request(`DELETE /v1/group/${groupId}/members/${alice.id}`)).toMatchObject({ code: 403 });

    // Removed: no message more, in or out, on the connection that is open.
    expect(await alice.request(`DELETE /v1/group/${groupId}/members/${carol.id}`)).toMatchObject({
      code: 200,
    });
    expect(await notice(atCarol)).toMatchObject({ systemType: 'group_leave', groupInfo: { groupId } });
    expect(await say(atCarol, groupId, 'still here?')).toMatchObject({ type: 'error', code: 'not_member' });
    await say(atAlice, groupId, 'carol is gone');
    await atCarol.fence();
    expect(atCarol.received.map((frame) => frame['content'])).not.toContain('carol is gone');

    // Back again: what was said meanwhile is not for her, before and after is.
    await alice.request('POST /v1/group/members/add', add);
    await say(atAlice, groupId, 'carol is back');
    expect(await atCarol.nextMessage()).toMatchObject({ content: 'carol is back', seq: 3 });
    const { data } = await carol.request<{ list: { content: string; seq: number }[]; total: number }>(
      `GET /v1/chat/messages?conversationId=${groupId}&chatType=1&page=1&count=20`,
    );
    expect(data.list.map(({ seq, content }) => [seq, content])).toEqual([
      [1, 'I am in'],
      [3, 'carol is back'],
    ]);
    expect(data.total).toBe(2);

    // Everybody may leave by himself.
    expect(await bob.request(`DELETE /v1/group/${groupId}/members/${bob.id}`)).toMatchObject({ code: 200 });
    const members = await alice.request<string[]>(`GET /v1/group/${groupId}/members`);
    expect(members.data).toEqual([alice.id, carol.id]);
    await Promise.all([atAlice.close(), atBob.close(), atCarol.close()]);
  });

  test('a group one is not in and a group that does not exist are the same to mallory, everywhere', async () => {
    const groupId = 'secret';
    await alice.request('POST /v1/group/create', { groupId, groupName: 'secret', memberIds: [bob.id] });
    const routes = (id: string): [string, unknown?][] => [
      [`GET /v1/group/${id}/members`],
      [`GET /v1/group/${id}/count`],
      [`GET /v1/group/${id}/members/${alice.id}/exists`],
      [`GET /v1/group/${id}/members/${mallory.id}/exists`],
      [`DELETE /v1/group/${id}/members/${bob.id}`],
      [`DELETE /v1/group/${id}/members/${mallory.id}`],
      ['POST /v1/group/members/add', { groupId: id, memberIds: [mallory.id] }],
      [`GET /v1/chat/messages?conversationId=${id}&chatType=1&page=1&count=20`],
      ['POST /v1/chat/messages', { chatType: 1, conversationId: id, content: 'x' }],
    ];
    const [real, imagined] = [routes(groupId), routes('imagined')];
    for (const [at, [route, body]] of real.entries()) {
      const there = await mallory.request(route, body);
      const [otherRoute = '', otherBody] = imagined[at] ?? [];
      const notThere = await mallory.request(otherRoute, otherBody);
      expect(there, route).toMatchObject({ code: 403, error: 'not_member' });
      expect({ ...there, headers: undefined }, route).toEqual({ ...notThere, headers: undefined });
    }
    const client = await mallory.connect();
    const errors = [await say(client, groupId, 'in?'), await say(client, 'imagined', 'in?')];
    expect(errors.map(({ code, error }) => [code, error])).toEqual(
      Array.from({ length: 2 }, () => ['not_member', '群组不存在或您不在该群组中']),
    );
    await client.close();
  });

  test('the lobby: everybody is in it, the next user from his first moment on, nobody is asked', async () => {
    const atAlice = await alice.connect();
    await say(atAlice, '', 'before dave');
    const [dave] = await registerAll(chatd, ['dave']);
    if (dave === undefined) throw new Error('no dave');
    const atDave = await dave.connect();
    await say(atAlice, 'all', 'hello dave');
    expect(await atDave.nextMessage()).toMatchObject({ content: 'hello dave', conversationId: 'all' });
    const history = await dave.request<{ list: { content: string }[] }>(
      'GET /v1/chat/messages?conversationId=all&chatType=1&page=1&count=20',
    );
    expect(history.data.list.map(({ content }) => content)).toEqual(['hello dave']);
    const count = await dave.request<number | { count: number }>('GET /v1/group/all/count');
    expect(JSON.stringify(count.data)).toContain('6');
    expect(await dave.request(`DELETE /v1/group/all/members/${alice.id}`)).toMatchObject({ status: 200 });
    const exists = await dave.request(`GET /v1/group/all/members/${alice.id}/exists`);
    expect(JSON.stringify(exists.data)).toContain('true');
    await Promise.all([atAlice.close(), atDave.close()]);
  });

  test('joining and leaving while others write: exactly the seqs in between are received', async () => {
    const groupId = 'busy';
    await alice.request('POST /v1/group/create', { groupId, groupName: 'busy', memberIds: [bob.id] });
    const [atAlice, atBob, atCarol] = [await alice.connect(), await bob.connect(), await carol.connect()];
    const count = 200;
    const writing = (async () => {
      for (let n = 1; n <= count; n += 1) await say(atBob, groupId, `${n}`);
    })();
    const add = { groupId, memberIds: [carol.id] };
    for (let round = 0; round < 5; round += 1) {
      await alice.request('POST /v1/group/members/add', add);
      await alice.request(`DELETE /v1/group/${groupId}/members/${carol.id}`);
    }
    await writing;
    await atCarol.fence();
    const live = atCarol.received
      .filter((frame) => frame.chatType === 1 && frame['conversationId'] === groupId)
      .map((frame) => frame['seq']);
    // Her history, once she is in again, has just what she was shown live: the intervals agree.
    await alice.request('POST /v1/group/members/add', add);
    const { data } = await carol.request<{ list: { seq: number }[] }>(
      `GET /v1/chat/messages?conversationId=${groupId}&chatType=1&afterSeq=0&limit=300`,
    );
    expect(data.list.map(({ seq }) => seq)).toEqual(live);
    await Promise.all([atAlice.close(), atBob.close(), atCarol.close()]);
  });
});

let keys = 0;

/** Says something in a group and waits for what becomes of it. */
function say(client: Client, conversationId: string, content: string): Promise<AnyFrame> {
  keys += 1;
  return client.ask({ chatType: 1, conversationId, content, contentType: 1, clientMsgId: `say-${keys}` });
}

function notice(client: Client): Promise<AnyFrame> {
  return client.next((frame) => frame.chatType === 99);
}
