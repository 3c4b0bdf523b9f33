import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createDuty } from '../../../../src/server/admin/channel/duty.ts';
import type { ChannelEnding } from '../../../../src/server/admin/channel/channel.ts';
import { createChannels } from '../../../../src/server/admin/channel/create-channels.ts';
import type { WatchSources } from '../../../../src/server/admin/channel/watch-ports.ts';
import { createOperatorGate } from '../../../../src/server/auth/operator-gate.ts';
import { signOperatorToken } from '../../../../src/server/auth/operator-token.ts';
import { signToken } from '../../../../src/server/auth/token.ts';
import type { User } from '../../../../src/server/chat/store-ports.ts';
import { toUserId, type UserId } from '../../../../src/protocol/ids.ts';
import { EVERY_METHOD } from '../../../support/channel.ts';

/**
 * A channel that was let in, at the moment its operator may not any more: between that and its end, a second later at
 * most, no method does anything. On a clock of our own, so that this moment lasts as long as it has to.
 */

const SECRET = 'a secret of this test, of 32 bytes';
const START = Date.UTC(2026, 10, 22);
let now: number;
let user: User;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  now = START;
  user = {
    id: toUserId('7') as UserId,
    name: 'eve',
    role: 'admin',
    enabled: true,
    createdAt: START,
    lobbyJoinedAfter: 0,
    tokensValidFrom: 0,
    keepOut: undefined,
  };
});

afterEach(() => {
  vi.useRealTimers();
});

const userToken = () => signToken(SECRET, { userId: user.id, issuedAt: START, expireSeconds: 3600 });

interface Loss {
  readonly who: string;
  readonly token: () => string;
  readonly happens: () => void;
  readonly code: string;
  readonly ending: ChannelEnding;
}

const demoted = () => (user = { ...user, role: 'user' });
const signedOut = () => (user = { ...user, tokensValidFrom: START + 1 });
const disabled = () => (user = { ...user, enabled: false });
const banned = () =>
  (user = { ...user, keepOut: { until: undefined, reason: '', by: 'deploy@srv', since: START } });

test.each<Loss>([
  {
    who: 'an operator whose token has run out',
    token: () => signOperatorToken(SECRET, 'deploy@srv', START),
    happens: () => (now += 60_000),
    code: 'token_expired',
    ending: { why: 'token_expired' },
  },
  {
    who: 'somebody who is administrator no more',
    happens: demoted,
    code: 'permission_denied',
    ending: { why: 'forbidden' },
    token: userToken,
  },
  ...[signedOut, disabled, banned].map((happens) => ({
    who: `an administrator who was ${happens.name}`,
    token: userToken,
    happens,
    code: 'unauthorized',
    ending: { why: 'invalid_token' } as const,
  })),
])('$who is refused every method', async ({ token: tokenOf, happens, code, ending }) => {
  const token = tokenOf();
  const { channel, answers, endings } = await openChannel(token);
  happens();
  for (const [index, [method, params]] of EVERY_METHOD.entries()) {
    channel.receive(JSON.stringify({ jsonrpc: '2.0', id: index, method, params }));
  }
  await vi.waitFor(() => expect(answers).toHaveLength(EVERY_METHOD.length));
  EVERY_METHOD.forEach((_method, id) => {
    expect(answers[id]).toMatchObject({ id, error: { code: -32000, data: { code } } });
  });
  await vi.advanceTimersByTimeAsync(1000);
  expect(endings).toEqual([ending]);
  channel.ended();
});

/** With a table and watches whose every use is a failure. */
async function openChannel(token: string) {
  const neverAsked = () => {
    throw new Error('this was to be refused before');
  };
  const clock = { now: () => now };
  const log = { debug() {}, info() {}, warn() {}, error: neverAsked };
  const gate = createOperatorGate({
    secret: SECRET,
    users: { byId: async () => user },
    allowFrom: ['loopback'],
    clock,
  });
  const channels = createChannels({
    admin: { commands: [], perform: neverAsked, record: neverAsked },
    sources: new Proxy({} as WatchSources, { getOwnPropertyDescriptor: neverAsked }),
    duty: createDuty(),
    admit: gate.admit,
    ready: { name: 'chatd', version: '1', node: 'n', maxContent: 16_384 },
    clock,
    log,
    refusalLog: log,
  });
  const written: { readonly method?: string }[] = [];
  const endings: ChannelEnding[] = [];
  const channel = channels.open(
    { operator: await gate.admit(token), token, address: '127.0.0.1', language: 'en' },
    {
      unsent: 0,
      write: (text) => written.push(JSON.parse(text)),
      pause() {},
      resume() {},
      close: (ended) => endings.push(ended),
    },
  );
  expect(written.splice(0)).toMatchObject([{ method: 'channel.ready' }]);
  return { channel, answers: written, endings };
}
