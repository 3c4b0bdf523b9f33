import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AdminMethod, ADMIN_ROUTES, toAdminRequest } from '../../../src/protocol/admin.ts';
import type { RpcAnswer } from '../../../src/protocol/admin-channel.ts';
import { type Actor, register, request } from '../../support/api.ts';
import { EVERY_METHOD, type Channel, openChannel, operator } from '../../support/channel.ts';
import { type Chatd, startChatd } from '../../support/chatd.ts';

/** Who may not give commands may give none: every method of the table, over both doors. */

let chatd: Chatd;
let mallory: Actor;

beforeAll(async () => {
  chatd = await startChatd({ config: { Admin: { AllowFrom: ['127.0.0.1'] } } });
  mallory = await register(chatd, 'mallory');
});

afterAll(() => chatd.dispose());

const HTTP_METHODS = EVERY_METHOD.filter(([method]) => method in ADMIN_ROUTES) as [AdminMethod, never][];

describe.each(HTTP_METHODS)('%s over HTTP', (name, input) => {
  const { method, path, body } = toAdminRequest(name, input);
  const ask = (token: string, headers: Record<string, string> = {}) =>
    request(chatd, `${method} ${path}`, { token, headers, ...(body === undefined ? {} : { body }) });

  test('is refused to a user, to an expired operator, and hidden from other addresses', async () => {
    expect(await ask(mallory.token)).toMatchObject({ status: 403, error: 'permission_denied' });
    expect(await ask(operator(chatd, Date.now() - 61_000))).toMatchObject({
      status: 401,
      error: 'token_expired',
    });
    for (const token of [operator(chatd), mallory.token]) {
      expect(await ask(token, { 'x-forwarded-for': '10.0.0.1' })).toMatchObject({
        status: 404,
        error: 'not_found',
      });
      expect(await statusFrom('127.0.0.2', { method, path, token, body })).toBe(404);
    }
  });
});

/** The same from another address of this machine. */
function statusFrom(
  localAddress: string,
  { method, path, token, body }: { method: string; path: string; token: string; body: string | undefined },
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const sent = httpRequest(
      `${chatd.http}${path}`,
      { method, headers, localAddress, agent: false },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

describe('a channel', () => {
  test('is not opened to a user, to an expired operator, or from another address', async () => {
    await expect(openChannel(chatd, { token: mallory.token })).rejects.toMatchObject({ code: 4507 });
    const old = operator(chatd, Date.now() - 61_000);
    await expect(openChannel(chatd, { token: old })).rejects.toMatchObject({ code: 4500 });
    await expect(openChannel(chatd, { localAddress: '127.0.0.2' })).rejects.toMatchObject({ status: 404 });
    const headers = { 'x-forwarded-for': '10.0.0.1' };
    await expect(openChannel(chatd, { headers })).rejects.toMatchObject({ status: 404 });
  });

  test('of an operator whose token runs out answers nothing more, and ends with 4005', async () => {
    // At the next whole second, or the one after it.
    const channel = await openChannel(chatd, { token: operator(chatd, Date.now() - 58_500) });
    await channel.ask('stats.watch');
    const answers = await askUntilClosed(channel);
    expect((await channel.closed).code).toBe(4005);
    const outcomes = answers.map((answer) => ('result' in answer ? 'answered' : answer.error.data?.code));
    expect(['answered', 'answered,token_expired']).toContain([...new Set(outcomes)].join());
  });

  test('of an administrator who is none any more answers nothing, and ends with 4500', async () => {
    const eve = await register(chatd, 'eve');
    const token = operator(chatd);
    const change = (what: string) =>
      request(chatd, `POST /v1/admin/users/${what}`, { token, body: { user: '@eve' } });
    await change('promote');
    const channel = await openChannel(chatd, { token: (await eve.signIn()).token });
    expect(channel.ready.actor).toBe(`user:${eve.id}`);
    await channel.ask('stats.watch');
    await change('demote');
    for (const answer of await askUntilClosed(channel)) {
      expect(answer).toMatchObject({ error: { code: -32000, data: { code: 'unauthorized' } } });
    }
    expect((await channel.closed).code).toBe(4500);
  });
});

/** What it is answered until the server ends the channel, which is at any moment from when it may. */
async function askUntilClosed(channel: Channel): Promise<readonly RpcAnswer[]> {
  const answers: RpcAnswer[] = [];
  for (;;) {
    const answer = await channel.ask('user.list', { count: 1 }).catch(() => undefined);
    if (answer === undefined) return answers;
    answers.push(answer);
  }
}
