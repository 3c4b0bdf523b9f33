import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KeepOut, User } from '../../../src/server/chat/store-ports.ts';
import { codeOf, openStage, type Stage, to } from './chat-stage.ts';

/** What a user who is kept out had sent before his connections ended, and what he sends by HTTP. */
describe('a user who is kept out', () => {
  let stage: Stage;
  let alice: User;
  let bob: User;

  beforeAll(async () => {
    stage = await openStage();
    alice = await stage.addUser('alice');
    bob = await stage.addUser('bob');
  });

  afterAll(() => stage.close());

  const keepOut = (until: number | undefined): void => {
    const kept: KeepOut = { until, reason: '维护', by: 'root', since: stage.clock.ms };
    stage.users.put({ ...alice, keepOut: kept });
  };

  test('is refused with what he was told and when to try again', async () => {
    keepOut(stage.clock.ms + 60_000);
    const [from, peer] = [stage.connect(alice), stage.connect(bob)];
    await from.say(to(bob, 'too late', 'k1'));
    expect(from.received).toEqual([
      {
        type: 'error',
        code: 'permission_denied',
        error: '您已被管理员断开: 维护',
        clientMsgId: 'k1',
        retryAfterMs: 60_000,
      },
    ]);
    expect(peer.received).toEqual([]);
  });

  test('is refused without a time when he is banned', async () => {
    keepOut(undefined);
    const from = stage.connect(alice);
    await from.say(to(bob, 'too late', 'k2'));
    expect(from.received).toEqual([
      { type: 'error', code: 'permission_denied', error: '您已被管理员封禁: 维护', clientMsgId: 'k2' },
    ]);
  });

  test('is refused too when he has to be looked up first', async () => {
    await stage.store.users.update(alice.id, {
      keepOut: { until: stage.clock.ms + 60_000, reason: '', by: 'root', since: stage.clock.ms },
    });
    stage.users.drop(alice.id);
    const from = stage.connect(alice);
    await from.say(to(bob, 'too late', 'k3'));
    expect(from.received).toMatchObject([{ type: 'error', code: 'permission_denied', clientMsgId: 'k3' }]);
  });

  test('can be spoken for by an operator, and speaks again himself when it is over', async () => {
    keepOut(stage.clock.ms + 60_000);
    const request = {
      chatType: 2,
      conversationId: '',
      recvId: String(bob.id),
      content: 'hi',
      contentType: 1,
    } as const;
    expect(await codeOf(stage.chat.send(request, { userId: alice.id }))).toBe('permission_denied');
    expect(await codeOf(stage.chat.send(request, { userId: alice.id, byOperator: true }))).toBe('ok');
    stage.clock.ms += 60_000;
    expect(await codeOf(stage.chat.send(request, { userId: alice.id }))).toBe('ok');
  });
});
