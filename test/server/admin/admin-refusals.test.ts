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

  test('of an operator whose token has run out answers nothing, and ends with 4005', async () => {
    const channel = await openChannel(chatd, { token: operator(chatd, Date.now() - 58_000) });
    while ('result' in (await channel.ask('user.list'))) {
      // Until the second has come in which it runs out.
    }
    await expectAllRefused(channel, 'token_expired');
    expect((await channel.closed).code).toBe(4005);
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
    await expectAllRefused(channel, 'unauthorized');
    expect((await channel.closed).code).toBe(4500);
  });
});

async function expectAllRefused(channel: Channel, code: string): Promise<void> {
  const calls = EVERY_METHOD.map(([method, params], index) => ({
    jsonrpc: '2.0',
    id: `m${index}`,
    method,
    params,
  }));
  const batches = [calls.slice(0, 20), calls.slice(20)];
  for (const batch of batches) channel.send(batch);
  for (const batch of batches) {
    const answers = await channel.next<RpcAnswer[]>(Array.isArray);
    expect(answers).toMatchObject(batch.map(({ id }) => ({ id, error: { code: -32000, data: { code } } })));
  }
}
