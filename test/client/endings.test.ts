import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type ChatClient, createWebSocket } from '../../src/client/index.ts';

/** What a client makes of the end of its connection, and of what its listeners do then: over a server on paper. */
describe('when a connection ends', () => {
  afterEach(() => void vi.unstubAllGlobals());

  test.each([
    [4510, 'replaced'],
    [4511, 'logged_out'],
    [4512, 'account_disabled'],
    [4503, 'kicked;维护中'],
  ])('for good (%i): what is under way is settled, and says why', async (code, reason) => {
    const { client, socket } = await connected();
    const [send, recall] = [client.send({ chatType: 1, content: 'x' }), client.recall('all', 1)];
    socket().end(code, reason);
    const [closeName] = reason.split(';');
    await expect(send).rejects.toMatchObject({ code: 'closed', closeName });
    await expect(recall).rejects.toMatchObject({ code: 'not_connected' });
    expect(client.status).toMatchObject({ state: 'ended', why: { code } });
  });

  test('with a time to come back: sends wait, until close()', async () => {
    const { client, socket } = await connected();
    const send = client.send({ chatType: 1, content: 'x' });
    socket().end(4503, 'kicked retry=60000;维护中');
    expect(client.status).toMatchObject({ state: 'waiting', why: { retryMs: 60_000 } });
    const isSettled = vi.fn();
    void send.catch(() => {}).then(isSettled);
    await new Promise((resolve) => setImmediate(resolve));
    expect(isSettled).not.toHaveBeenCalled();
    client.close();
    await expect(send).rejects.toMatchObject({ code: 'closed' });
  });

  test('a listener that closes when a send is refused has the last word', async () => {
    const { client, socket } = await connected();
    client.onMessage((frame) => 'error' in frame && client.close());
    const send = client.send({ chatType: 1, content: 'x'.repeat(100) });
    socket().end(1009, 'too_big');
    await expect(send).rejects.toMatchObject({ code: 'content_too_large' });
    expect(client.status).toEqual({ state: 'closed' });
  });

  test('a listener may end and begin to listen while it is told', async () => {
    const { client, socket } = await connected();
    const states: string[] = [];
    const listen = (): void => {
      const stop = client.onStatusChange(({ state }) => {
        states.push(state);
        stop();
        listen();
      });
    };
    listen();
    socket().end(4510, 'replaced');
    expect(states).toEqual(['ended']);
  });

  test('the network is back: an open connection is asked at once whether it lives', async () => {
    const online = new EventTarget();
    vi.stubGlobal('addEventListener', online.addEventListener.bind(online));
    vi.stubGlobal('removeEventListener', online.removeEventListener.bind(online));
    const { client, socket } = await connected();
    const before = socket().sent.length;
    online.dispatchEvent(new Event('online'));
    expect(socket().sent.slice(before)).toEqual(['{"type":"ping","id":0}']);
    client.close();
    online.dispatchEvent(new Event('online'));
    expect(socket().sent.length).toBe(before + 1);
  });

  test('what is no message is refused, whatever it is', async () => {
    const { client, socket } = await connected();
    const before = socket().sent.length;
    for (const wrong of ['{"chatType":1,"content":"x"}', undefined, null, { type: 'ping' }, { content: 1 }])
      await expect(client.send(wrong as never)).rejects.toMatchObject({ code: 'invalid_field' });
    expect(socket().sent.length).toBe(before);
  });

  test('positions that no server would take are left out', async () => {
    const kept = { ok: { seq: 1, id: '5', rev: null }, old: { seq: 0, id: '' }, number: { seq: 1, id: 5 } };
    const more = { huge: { seq: 1, id: '9'.repeat(16) }, zero: { seq: 1, id: '0' }, text: 'x', none: null };
    const { socket } = await connected({ since: { ...kept, ...more } as never, history: Infinity });
    const sync = JSON.parse(socket().sent[0] ?? '') as object;
    expect(sync).toEqual({ type: 'sync', since: { ok: kept.ok, old: kept.old }, limit: 300, only: false });
  });
});

async function connected(options: object = {}): Promise<{ client: ChatClient; socket: () => PaperSocket }> {
  const sockets: PaperSocket[] = [];
  class WebSocket extends PaperSocket {
    constructor() {
      super();
      sockets.push(this);
    }
  }
  const client = createWebSocket('token', { WebSocket, random: () => 0, ...options });
  onTestFinished(() => client.close());
  await client.connect();
  return { client, socket: () => sockets.at(-1) as PaperSocket };
}

/** Opens, answers a sync with nothing, and keeps what it is sent. */
class PaperSocket extends EventTarget {
  readyState = 0;
  readonly sent: string[] = [];

  constructor() {
    super();
    queueMicrotask(() => {
      this.readyState = 1;
      this.dispatchEvent(new Event('open'));
    });
  }

  send(text: string): void {
    this.sent.push(text);
    if (!text.includes('"sync"')) return;
    const data = '{"type":"sync","conversations":[],"done":true}';
    queueMicrotask(() => this.dispatchEvent(new MessageEvent('message', { data })));
  }

  close(): void {
    this.readyState = 3;
  }

  end(code: number, reason: string): void {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event('close'), { code, reason }));
  }
}
