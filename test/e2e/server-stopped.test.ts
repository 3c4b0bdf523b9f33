import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startChatd, type Chatd } from '../support/chatd.ts';
import type { Client } from '../support/client.ts';
import { registerAll } from '../support/people.ts';

/** A server that was itself stopped must not blame its clients for the silence. */
describe('a server stopped for 4 s with a 2 s heartbeat', () => {
  let chatd: Chatd;

  beforeAll(async () => {
    chatd = await startChatd({ config: { WS: { PingInterval: '2s', PongTimeout: '2s' } } });
  });

  afterAll(() => chatd?.dispose());

  test('drops nobody, when clients answer pings after 300 ms', async () => {
    const people = await registerAll(chatd, ['ann', 'ben', 'cat', 'dan']);
    const clients = await Promise.all(people.map((actor) => actor.connect({ autoPong: false })));
    let pongs = 0;
    for (const { socket } of clients) {
      socket.on('ping', (payload) => {
        setTimeout(() => {
          pongs += 1;
          socket.pong(payload);
        }, 300);
      });
    }
    const ends: unknown[] = [];
    for (const client of clients) void client.closed.then((closing) => ends.push(closing));

    await pinged(clients);
    chatd.signal('SIGSTOP');
    // The stop itself: nothing can announce the end of a silence.
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    chatd.signal('SIGCONT');
    // Two whole heartbeats later everybody is still there.
    await pinged(clients);
    await pinged(clients);
    await Promise.all(clients.map((client) => client.fence()));
    expect(ends).toEqual([]);
    expect(pongs).toBeGreaterThan(clients.length);
    await Promise.all(clients.map((client) => client.close()));
  });
});

/** Resolves when each client has had another ping. */
async function pinged(clients: readonly Client[]): Promise<void> {
  await Promise.all(clients.map(({ socket }) => new Promise((resolve) => socket.once('ping', resolve))));
}
