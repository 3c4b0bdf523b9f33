import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import {
  type AdminSession,
  type AdminSessionOptions,
  type AdminStatus,
  createAdminSession,
} from '../../src/client/admin-session.ts';
import type { StatsNow } from '../../src/protocol/admin-stats.ts';
import { type Actor, register, request } from '../support/api.ts';
import { operator } from '../support/channel.ts';
import { type Chatd, startChatd } from '../support/chatd.ts';
import { freePort } from '../support/free-port.ts';

/** The session of operators' tools, at a real server. Its waits are the test's to end. */

let chatd: Chatd;
let eve: Actor;

beforeAll(async () => {
  chatd = await startChatd();
  eve = await register(chatd, 'eve');
});

afterAll(() => chatd.dispose());

/** A session that remembers what it said of itself, and whose timers the test rings. */
class Watched {
  readonly session: AdminSession;
  readonly statuses: AdminStatus[] = [];
  readonly #timers = new Set<{ readonly ms: number; readonly ring: () => void }>();
  #onStatus: () => void = () => {};

  constructor(options: Partial<AdminSessionOptions> = {}) {
    this.session = createAdminSession({
      url: `${chatd.ws}/admin`,
      token: () => operator(chatd),
      language: 'en',
      openSocket: (url, protocols) =>
        new WebSocket(url, [...protocols], { headers: { 'accept-language': 'en' } }),
      onStatus: (status) => {
        this.statuses.push(status);
        this.#onStatus();
      },
      timers: {
        after: (ms, ring) => {
          const timer = { ms, ring };
          this.#timers.add(timer);
          return () => this.#timers.delete(timer);
        },
      },
      random: () => 0,
      ...options,
    });
  }

  /** Lets the longest, or shortest, of all waits be over that are this long. */
  ring(isIt: (ms: number) => boolean): boolean {
    const timer = [...this.#timers].find(({ ms }) => isIt(ms));
    if (timer === undefined) return false;
    this.#timers.delete(timer);
    timer.ring();
    return true;
  }

  get waits(): readonly number[] {
    return [...this.#timers].map(({ ms }) => ms);
  }

  /** The next status of this kind, from now on or as it is. */
  async until<S extends AdminStatus['state']>(state: S): Promise<Extract<AdminStatus, { state: S }>> {
    while (this.session.status.state !== state) {
      await new Promise<void>((resolve) => {
        this.#onStatus = resolve;
      });
    }
    return this.session.status as Extract<AdminStatus, { state: S }>;
  }
}

const promote = (what: 'promote' | 'demote') =>
  request(chatd, `POST /v1/admin/users/${what}`, { token: operator(chatd), body: { user: '@eve' } });

describe('the first time', () => {
  test('it says who one is, and answers calls', async () => {
    const { session, statuses } = new Watched();
    await expect(session.call('user.list', {})).rejects.toMatchObject({ code: 'no_server' });
    const ready = await session.connect();
    expect(ready).toMatchObject({ actor: 'deploy@srv', name: 'chatd-test' });
    expect(statuses).toEqual([{ state: 'connecting' }, { state: 'live', ready }]);
    expect(await session.call('user.list', {})).toMatchObject({ total: 2 });
    await expect(session.call('user.get', { user: '77' })).rejects.toMatchObject({
      code: 'not_found',
      field: 'user',
      message: 'no user 77. Add one first: chatd user add NAME',
    });
    session.close();
    expect(session.status).toEqual({ state: 'closed' });
    await expect(session.call('user.list', {})).rejects.toMatchObject({ code: 'no_server' });
  });

  test.each<[string, () => Partial<AdminSessionOptions> | Promise<Partial<AdminSessionOptions>>, string]>([
    ['nobody listens', async () => ({ url: `ws://127.0.0.1:${await freePort()}/admin` }), 'no_server'],
    ['there is nothing at the path', () => ({ url: `${chatd.ws}/nothing` }), 'permission_denied'],
    ['the address is none', () => ({ url: 'rubbish' }), 'no_server'],
    ['one is no administrator', () => ({ token: () => eve.token }), 'permission_denied'],
    ['the token is wrong', () => ({ token: () => 'a.b.c' }), 'unauthorized'],
    ['the token is no header', () => ({ token: () => 'a b\n' }), 'no_server'],
    ['the token cannot be had', () => ({ token: () => Promise.reject(new Error('no file')) }), 'no_server'],
  ])('it fails for good if %s', async (_why, toOptions, code) => {
    const watched = new Watched(await toOptions());
    const failed = watched.session.connect();
    // What is told later is told by a timer.
    watched.ring((ms) => ms === 0);
    await Promise.resolve().then(() => watched.ring((ms) => ms === 0));
    await expect(failed).rejects.toMatchObject({ name: 'AdminError', code });
    expect(watched.session.status).toEqual({ state: 'closed' });
    expect(watched.waits).toEqual([]);
  });

  test('it gives up on who takes the connection and says nothing', async () => {
    const silent = await listenSilently();
    const watched = new Watched({ url: silent.url });
    const failed = watched.session.connect();
    await silent.connected;
    watched.ring((ms) => ms === 10_000);
    await expect(failed).rejects.toMatchObject({ code: 'timed_out' });
    silent.close();
  });
});

describe('later', () => {
  test('it comes back by itself, and watches again', async () => {
    const watched = new Watched();
    const { session } = watched;
    await session.connect();
    const told: StatsNow[] = [];
    let onTold = (): void => {};
    session.watch('stats.watch', {}, (now) => {
      told.push(now);
      onTold();
    });
    const next = () =>
      new Promise<void>((resolve) => {
        onTold = resolve;
      });
    await next();
    const pending = session.call('message.send', { to: '@eve', content: 'x' });
    await pending;

    await chatd.stop();
    expect(await watched.until('gone')).toMatchObject({ why: 'the server is shutting down' });
    await expect(session.call('user.list', {})).rejects.toMatchObject({ code: 'no_server' });
    const tries: number[] = [];
    for (let count = 0; count < 6; count += 1) {
      tries.push(...watched.waits);
      watched.ring(() => true);
      await watched.until('connecting');
      await watched.until('gone');
    }
    // From one second, doubling, to half of fifteen: a random part is added to each.
    expect(tries).toEqual([1000, 1000, 2000, 4000, 7500, 7500]);
    chatd = await chatd.restart();
    watched.ring(() => true);
    await watched.until('live');
    await next();
    expect(new Set(told.map(({ startedAt }) => startedAt)).size).toBe(2);
    session.close();
  });

  test('it comes back at once if it is told to', async () => {
    const watched = new Watched();
    await watched.session.connect();
    watched.session.reconnect();
    await watched.until('live');
    expect(watched.statuses.map(({ state }) => state)).toEqual(['connecting', 'live', 'connecting', 'live']);
    watched.session.close();
  });

  test('it does not come back once it is told not to, until its user says so', async () => {
    await promote('promote');
    eve = await eve.signIn();
    const watched = new Watched({ token: () => eve.token });
    await watched.session.connect();
    await promote('demote');
    const { error } = await watched.until('refused');
    expect(error).toMatchObject({ code: 'unauthorized', message: 'not signed in' });
    expect(watched.waits).toEqual([]);
    await promote('promote');
    eve = await eve.signIn();
    watched.session.reconnect();
    await watched.until('live');
    watched.session.close();
  });

  test('it renews its token every half a minute, with what it is given then', async () => {
    let now = Date.now();
    // What the last is answered shows that it, and no earlier one, was sent.
    const actors = ['deploy@srv', 'deploy@srv', 'other@srv'];
    let onAnswer: (text: string) => void = () => {};
    const watched = new Watched({
      now: () => now,
      token: () => operator(chatd, Date.now(), actors.shift()),
      openSocket: (url, protocols) => {
        const socket = new WebSocket(url, [...protocols]);
        socket.on('message', (text) => onAnswer(String(text)));
        return socket;
      },
    });
    await watched.session.connect();
    const renewal = async () => {
      while (!watched.waits.includes(5000)) await Promise.resolve();
      now += 31_000;
      watched.ring((ms) => ms === 5000);
      const text = await new Promise<string>((resolve) => {
        onAnswer = resolve;
      });
      return JSON.parse(text);
    };
    expect(await renewal()).toMatchObject({ result: null });
    expect(await renewal()).toMatchObject({ error: { data: { code: 'permission_denied' } } });
    expect(actors).toEqual([]);
    expect(watched.session.status.state).toBe('live');
    watched.session.close();
  });

  test('it notices a server that has stopped', async () => {
    const watched = new Watched();
    await watched.session.connect();
    chatd.signal('SIGSTOP');
    // Nothing was heard: it asks. Nothing is answered: it is lost.
    watched.ring((ms) => ms === 5000);
    await Promise.resolve();
    while (!watched.waits.includes(5000)) await Promise.resolve();
    watched.ring((ms) => ms === 5000);
    expect(await watched.until('gone')).toMatchObject({ why: 'the server did not answer in time' });
    chatd.signal('SIGCONT');
    watched.ring((ms) => ms === 1000);
    await watched.until('live');
    watched.session.close();
  });
});

describe('a watch', () => {
  test('of settings that are refused leaves the one before as it was', async () => {
    const { session } = new Watched();
    await session.connect();
    const client = await eve.connect();
    const totals: number[] = [];
    let onTold = (): void => {};
    session.watch('connection.watch', { filter: 'eve' }, ({ total }) => {
      totals.push(total);
      onTold();
    });
    const tick = () =>
      new Promise<void>((resolve) => {
        onTold = resolve;
      });
    await tick();
    const refused = await new Promise<{ code: string; field: string | undefined }>((resolve) => {
      session.watch('connection.watch', { filter: 'queue>x' }, () => totals.push(-1), resolve);
    });
    expect(refused).toMatchObject({ code: 'invalid_field', field: 'filter' });
    await tick();
    // A tick more where the refusal took its time; none of the refused settings.
    expect(new Set(totals)).toEqual(new Set([1]));
    session.close();
    await client.close();
  });

  test.each<[string, (watched: Watched, socket: WebSocket) => Promise<unknown>]>([
    [
      'is lost',
      async (watched, socket) => {
        socket.terminate();
        await watched.until('gone');
        watched.ring((ms) => ms === 1000);
      },
    ],
    ['is left for another', async ({ session }) => session.reconnect()],
  ])('whose connection %s before it is answered is asked for again on the next one', async (_, leave) => {
    const sockets: WebSocket[] = [];
    const watched = new Watched({
      openSocket: (url, protocols) => {
        sockets.push(new WebSocket(url, [...protocols]));
        return sockets.at(-1) as WebSocket;
      },
    });
    const { session } = watched;
    await session.connect();
    const refusals: unknown[] = [];
    const told = new Promise((resolve) => {
      session.watch('stats.watch', {}, resolve, (error) => refusals.push(error));
    });
    await leave(watched, sockets[0] as WebSocket);
    expect(await told).toHaveProperty('startedAt');
    expect([refusals, sockets.length]).toEqual([[], 2]);
    session.close();
  });

  test('tells nobody any more once it is stopped, nor what was meant for other settings', async () => {
    const { session } = new Watched();
    await session.connect();
    const told: string[] = [];
    session.watch('connection.watch', { filter: 'first' }, () => told.push('first'));
    const stop = await new Promise<() => void>((resolve) => {
      const stopThis = session.watch('connection.watch', { filter: 'second' }, () => {
        told.push('second');
        resolve(stopThis);
      });
    });
    stop();
    await new Promise<void>((resolve) => {
      let count = 0;
      session.watch('stats.watch', {}, () => (count += 1) === 2 && resolve());
    });
    expect(told).toEqual(['second']);
    session.close();
  });
});

interface Silent {
  readonly url: string;
  readonly connected: Promise<unknown>;
  close(): void;
}

/** Somebody who listens and never answers. */
async function listenSilently(): Promise<Silent> {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => sockets.push(socket));
  const connected = once(server, 'connection');
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return {
    url: `ws://127.0.0.1:${port}/admin`,
    connected,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
