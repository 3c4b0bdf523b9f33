import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import type { ClientFrame } from '../../../src/protocol/frames.ts';
import type { FrameSender, HandleFrame } from '../../../src/server/chat/ports.ts';
import type { Beating } from '../../../src/server/gateway/heartbeat.ts';
import type { LiveSession } from '../../../src/server/gateway/sessions.ts';
import { toWire } from '../../../src/server/gateway/wire.ts';
import {
  ackOf,
  chat,
  type Client,
  clientFrame,
  dial,
  type Door,
  type DoorOptions,
  eventually,
  identify,
  join,
  openDoor,
  refused,
  upgradeRequest,
  user,
  type Wire,
} from './door.ts';

let door: Door;
const open = async (options?: DoorOptions): Promise<Door> => (door = await openDoor(options));
afterEach(() => door?.close());

const textFrames = (count: number, text: (index: number) => string): Buffer =>
  Buffer.concat(Array.from({ length: count }, (_, index) => clientFrame(1, text(index))));
const acksOf = (client: Client): unknown[] => client.frames.filter((frame) => frame['type'] === 'ack');

/** A bare connection with its upgrade done: whatever bytes a client could send. */
async function dialIn(token: string): Promise<Wire> {
  const wire = await dial(door);
  wire.socket.write(upgradeRequest(`/ws?token=${token}`));
  await once(wire.socket, 'data');
  return wire;
}

/** A handler whose sends end when the test says so. */
function createHandler(): { handle: HandleFrame; taken: ClientFrame[]; finish(count: number): void } {
  const taken: ClientFrame[] = [];
  const waiting: (() => void)[] = [];
  return {
    taken,
    finish: (count) => waiting.splice(0, count).forEach((end) => end()),
    handle(frame, by) {
      taken.push(frame);
      const id = frame.type === 'chat' ? (frame.clientMsgId ?? '') : '';
      const done = new Promise<void>((resolve) => {
        waiting.push(() => {
          by.reply(ackOf(id));
          resolve();
        });
      });
      return { done };
    },
  };
}

describe('frames', () => {
  const text = (value: string): Buffer => clientFrame(1, value);
  const table: [name: string, bytes: Buffer, answer: string | number][] = [
    ['no JSON', text('{'), 'invalid_json'],
    ['nothing', text(''), 'invalid_json'],
    ['no object', text('[1]'), 'invalid_json'],
    ['null', text('null'), 'invalid_json'],
    ['an unknown type', text('{"type":"dance"}'), 'unknown_type'],
    ['a type that is no text', text('{"type":1}'), 'invalid_field'],
    ['an unknown chatType', text('{"chatType":3,"content":"x"}'), 'unsupported_chat_type'],
    ['a deep one', text('['.repeat(30_000)), 'invalid_json'],
    ['__proto__', text('{"__proto__":{"type":"ping"}}'), 'unsupported_chat_type'],
    ['a binary frame', clientFrame(2, 'x'), 1003],
    ['bad UTF-8', clientFrame(1, Buffer.from([0xc3, 0x28])), 1007],
    ['half a surrogate pair in UTF-8', clientFrame(1, Buffer.from([0xed, 0xa0, 0x80])), 1007],
    ['too big', clientFrame(1, 'x'.repeat(65_537)), 1009],
    [
      'too big in fragments',
      Buffer.concat([clientFrame(1, 'x'.repeat(40_000), 0), clientFrame(0, 'x'.repeat(40_000))]),
      1009,
    ],
    ['a length of 2^63', Buffer.from([0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0]), 1009],
    ['not masked', Buffer.from([0x81, 0x01, 0x41]), 1002],
    ['a reserved bit', clientFrame(1, 'x', 0xc0), 1002],
    ['an unknown opcode', clientFrame(3, 'x'), 1002],
    ['a continuation of nothing', clientFrame(0, 'x'), 1002],
    ['a ping in fragments', clientFrame(9, 'x', 0), 1002],
    ['a long ping', clientFrame(9, 'x'.repeat(126)), 1002],
    ['a close with half a code', clientFrame(8, 'x'), 1002],
    ['a close with a code nobody may send', clientFrame(8, Buffer.from([0x03, 0xed])), 1002],
    ['a close', clientFrame(8, Buffer.from([0x03, 0xe9])), 1001],
  ];

  it('that are wrong get their answer, while two others chat', async () => {
    await open();
    const alice = await join(door, '1.1');
    const bob = await join(door, '2.1');
    const answers: [string, string | number | undefined][] = [];
    for (const [index, [name, bytes, answer]] of table.entries()) {
      const wire = await dialIn(`${index + 10}.1`);
      wire.socket.write(bytes);
      if (typeof answer === 'number') answers.push([name, (await wire.closed()).code]);
      else {
        await once(wire.socket, 'data');
        answers.push([name, /"code":"(\w+)"/.exec(wire.text())?.[1]]);
        wire.socket.destroy();
      }
      alice.send(chat('a'));
      bob.send(chat('b'));
    }
    expect(answers).toEqual(table.map(([name, , answer]) => [name, answer]));
    await Promise.all([alice.received(table.length), bob.received(table.length)]);
    await eventually(() => door.sessions.count === 2);
  });

  it('that are wrong without end close the connection, and only it', async () => {
    await open();
    const alice = await join(door, '1.1');
    const mallory = await join(door, '2.1', { v1: true });
    for (let count = 0; count < 150; count += 1) mallory.socket.send('{');
    expect(await mallory.closed).toEqual({ code: 4509, reason: 'too_many_errors' });
    expect(mallory.frames).toHaveLength(101);
    alice.send(chat('a'));
    await alice.received(1);
  });

  it('that the handler refuses count as wrong, what the database refuses does not', async () => {
    let answer = {};
    await open({ handleFrame: () => answer });
    const alice = await join(door, '1.1');
    answer = { done: Promise.resolve() };
    for (let count = 0; count < 150; count += 1) alice.send(chat('a'));
    alice.socket.ping();
    await once(alice.socket, 'pong');
    answer = { refused: true };
    for (let count = 0; count < 150; count += 1) alice.send(chat('a'));
    expect((await alice.closed).code).toBe(4509);
  });

  it('the handler trips over fail alone', async () => {
    await open({
      handleFrame: (frame) => {
        if (frame.type === 'chat') throw new Error('at /secret/path');
        return {};
      },
    });
    const alice = await join(door, '1.1');
    alice.send(chat('a'));
    const error = { type: 'error', code: 'internal', error: '消息处理失败', clientMsgId: 'a' };
    expect(await alice.received(1)).toEqual([error]);
    alice.send({ type: 'ping' });
    alice.send(chat('b'));
    await alice.received(2);
    expect(door.log.map(({ event }) => event)).toContain('frame_failed');
  });

  it('come to a seed client only when it asked', async () => {
    await open();
    const alice = await join(door, '1.1');
    alice.send({ type: 'ping' });
    alice.socket.ping('are you there');
    const [payload] = await once(alice.socket, 'pong');
    expect(String(payload)).toBe('are you there');
    expect(alice.frames).toEqual([]);
  });
});

describe('what is sent faster than it is handled', () => {
  it('waits while a frame has no place yet, and keeps its order', async () => {
    const seen: string[] = [];
    let admit: () => void = () => {};
    const handleFrame: HandleFrame = (frame, by) => {
      const id = frame.type === 'chat' ? frame.clientMsgId : 'ping';
      seen.push(id ?? '');
      if (frame.type === 'ping') by.reply({ type: 'pong', id: frame.id ?? 0 });
      return id === '1' ? { admitted: new Promise((resolve) => (admit = resolve)) } : {};
    };
    await open({ handleFrame });
    const alice = await join(door, '1.1');
    for (const id of ['0', '1', '2', '3']) alice.send(chat(id));
    alice.send({ type: 'ping', id: 'last' });
    await eventually(() => seen.length === 2);
    admit();
    await alice.received(1);
    expect(seen).toEqual(['0', '1', '2', '3', 'ping']);
  });

  it('10,000 sends in one write are all handled, in order, 256 at a time', async () => {
    const { handle, taken, finish } = createHandler();
    await open({ handleFrame: handle });
    const wire = await dialIn('1.1');
    const text = (index: number): string => JSON.stringify(chat(`id-${index}`));
    wire.socket.write(textFrames(10_000, text));
    let most = 0;
    let finished = 0;
    while (finished < 10_000) {
      await eventually(() => taken.length > finished);
      most = Math.max(most, taken.length - finished);
      const count = Math.min(100, taken.length - finished);
      finish(count);
      finished += count;
    }
    expect(most).toBe(256);
    expect(taken.map((frame) => (frame.type === 'chat' ? frame.clientMsgId : ''))).toEqual(
      Array.from({ length: 10_000 }, (_, index) => `id-${index}`),
    );
    wire.socket.destroy();
  });

  it('is slowed by the limiter, not refused: nothing is lost, the socket is not read', async () => {
    let allowed = 5;
    const take = (): number => (allowed-- > 0 ? 0 : ((allowed = 200), 5));
    await open({ limiter: { take } });
    const alice = await join(door, '1.1');
    for (let index = 0; index < 3000; index += 1) alice.send(chat(`id-${index}`));
    const frames = await alice.received(3000);
    expect(frames.map((frame) => frame['clientMsgId'])).toEqual(
      Array.from({ length: 3000 }, (_, index) => `id-${index}`),
    );
    expect(frames.every((frame) => frame['type'] === 'ack')).toBe(true);
  });

  it('beyond all bounds is refused with its id, and closed when it does not end', async () => {
    await open({ limiter: { take: () => 60_000 } });
    const wire = await dialIn('1.1');
    // The smallest send there is, so that more come in one read than we hold.
    const tiny = (index: number): string => `{"chatType":1,"content":"x","clientMsgId":"${index}"}`;
    wire.socket.write(textFrames(4000, tiny));
    await eventually(() => wire.text().includes('rate_limited'));
    const refused = /\{"type":"error","code":"rate_limited".*?\}/.exec(wire.text())?.[0] ?? '';
    expect(JSON.parse(refused.replace(/"error":"[^"]*"/, '"error":""'))).toEqual({
      type: 'error',
      code: 'rate_limited',
      error: '',
      clientMsgId: '1024',
      retryAfterMs: 1000,
    });
    wire.socket.destroy();
  });

  it.each([
    ['pings of the seed', textFrames(8000, () => '{"type":"ping"}')],
    ['pings of the protocol', Buffer.concat(Array.from({ length: 8000 }, () => clientFrame(9, 'x')))],
    ['pongs of the protocol', Buffer.concat(Array.from({ length: 8000 }, () => clientFrame(10, '')))],
  ])('%s without end are closed', async (_name, bytes) => {
    await open();
    const alice = await join(door, '1.1');
    const wire = await dialIn('2.1');
    wire.socket.write(bytes);
    expect(await wire.closed()).toEqual({ code: 4013, reason: 'rate_limited retry=30000' });
    alice.send(chat('a'));
    await alice.received(1);
  });

  it.each([
    ['pings that want an answer', 501, (id: number) => `{"type":"ping","id":${id}}`],
    ['syncs', 21, () => '{"type":"sync"}'],
    ['watch lists', 34, () => `{"type":"presence","userIds":[${Array(200).fill('"7"').join()}]}`],
  ])('%s are slowed', async (_name, count, text) => {
    let handled = 0;
    const handleFrame: HandleFrame = (frame, by) => {
      handled += 1;
      by.reply({ type: 'pong', id: frame.type });
      return {};
    };
    await open({ handleFrame });
    const wire = await dialIn('1.1');
    wire.socket.write(textFrames(1800, text));
    const [session] = door.sessions.all();
    await eventually(() => (session as LiveSession & Beating).isPaused);
    expect(handled).toBeGreaterThanOrEqual(count);
    expect(handled).toBeLessThan(count * 2);
    wire.socket.destroy();
  });
});

describe('the end of a session', () => {
  it('comes behind what was written before it', async () => {
    let by: FrameSender | undefined;
    await open({ handleFrame: (_frame, sender) => ((by = sender), {}) });
    const alice = await join(door, '1.1', { v1: true });
    alice.send(chat('a'));
    await eventually(() => by !== undefined);
    for (let index = 0; index < 1000; index += 1) by?.reply(ackOf(`id-${index}`));
    door.sessions.end(user(1), 'logged_out', { text: '请重新登录', cause: 'logout' });
    by?.reply(ackOf('too late'));
    expect(await alice.closed).toEqual({ code: 4511, reason: 'logged_out;请重新登录' });
    expect(alice.frames.map((frame) => frame['clientMsgId'])).toEqual(
      Array.from({ length: 1000 }, (_, index) => `id-${index}`),
    );
    expect(door.closed).toMatchObject([{ code: 4511, cause: 'logout' }]);
  });

  it('comes behind what was written before it, also when the client breaks the protocol', async () => {
    await open();
    const wire = await dialIn('1.1');
    wire.socket.write(Buffer.concat([clientFrame(1, JSON.stringify(chat('a'))), clientFrame(2, 'x')]));
    expect(await wire.closed()).toEqual({ code: 1003, reason: 'binary_frame' });
    expect(wire.frames().map(({ opcode }) => opcode)).toEqual([1, 8]);
    const other = await dialIn('1.1');
    other.socket.write(Buffer.concat([clientFrame(1, JSON.stringify(chat('b'))), clientFrame(3, 'x')]));
    expect(await other.closed()).toEqual({ code: 1002, reason: 'protocol_error' });
    expect(other.frames().map(({ opcode }) => opcode)).toEqual([1, 8]);
    expect(door.closed.map(({ cause }) => cause)).toEqual(['binary_frame', 'protocol_error']);
  });

  it('by the client leaves nothing unhandled that it sent before', async () => {
    const seen: string[] = [];
    let admit: () => void = () => {};
    const handleFrame: HandleFrame = (frame) => {
      seen.push(frame.type === 'chat' ? (frame.clientMsgId ?? '') : '');
      return seen.length === 1 ? { admitted: new Promise((resolve) => (admit = resolve)) } : {};
    };
    await open({ handleFrame });
    const alice = await join(door, '1.1');
    for (const id of ['1', '2', '3']) alice.send(chat(id));
    alice.socket.terminate();
    await eventually(() => door.closed.length === 1);
    expect(seen).toEqual(['1']);
    admit();
    await eventually(() => seen.length === 3);
    expect(seen).toEqual(['1', '2', '3']);
  });

  it('by the client comes behind what it sent too fast, and until then it can be ended', async () => {
    const { handle, taken, finish } = createHandler();
    await open({ handleFrame: handle });
    const leave = (): Buffer => clientFrame(8, Buffer.from([0x03, 0xe9]));
    const sends = textFrames(300, (index) => JSON.stringify(chat(`id-${index}`)));
    const alice = await dialIn('1.1');
    const mallory = await dialIn('2.1');
    for (const { socket } of [alice, mallory]) socket.write(Buffer.concat([sends, leave()]));
    await eventually(() => taken.length === 512);
    expect(door.sessions.end(user(2), 'account_disabled')).toBe(1);
    expect((await mallory.closed()).code).toBe(4512);
    finish(512);
    await eventually(() => taken.length === 512 + 44);
    expect((await alice.closed()).code).toBe(1001);
    expect(door.closed.map(({ cause }) => cause)).toEqual(['account_disabled', 'client_left']);
  });

  it.each([
    ['a lost connection', Buffer.of(), (wire: Wire) => wire.socket.resetAndDestroy()],
    ['an end without a close frame', Buffer.of(), (wire: Wire) => wire.socket.end()],
    ['a broken frame', clientFrame(3, 'x'), () => {}],
  ])('by %s drops what it sent too fast: nobody could end it', async (_name, last, leave) => {
    const taken: number[] = [];
    // Long enough that a busy machine hears of the end before; the later one of the same length ends later.
    const waits = new Map([
      [2, [0, 0, 0, 300]],
      [3, [300]],
    ]);
    await open({
      limiter: { take: (userId) => waits.get(userId)?.shift() ?? 0 },
      handleFrame: (_frame, by) => (taken.push(by.userId), {}),
    });
    const bob = await join(door, '3.1');
    const mallory = await dialIn('2.1');
    const sends = textFrames(100, (index) => JSON.stringify(chat(`id-${index}`)));
    mallory.socket.write(Buffer.concat([sends, last]));
    await eventually(() => taken.length === 3);
    leave(mallory);
    await eventually(() => door.sessions.count === 1);
    bob.send(chat('waits longer'));
    await eventually(() => taken.includes(3));
    expect(taken).toEqual([2, 2, 2, 3]);
  });

  it('by us drops what it sent and we had not begun', async () => {
    const { handle, taken, finish } = createHandler();
    await open({ handleFrame: handle });
    const alice = await join(door, '1.1', { v1: true });
    for (let index = 0; index < 300; index += 1) alice.send(chat(`id-${index}`));
    await eventually(() => taken.length === 256);
    door.sessions.end(user(1), 'account_disabled');
    await alice.closed;
    finish(256);
    await new Promise((resolve) => setImmediate(resolve));
    expect(taken).toHaveLength(256);
    expect(alice.frames).toEqual([]);
  });

  it('spares the sessions of a token', async () => {
    await open({ singleSignOn: false });
    const kept = await join(door, '1.1');
    const ended = await join(door, '1.2');
    expect(door.sessions.end(user(1), 'logged_out', { except: '1.1' })).toBe(1);
    expect((await ended.closed).code).toBe(4511);
    kept.send(chat('a'));
    await kept.received(1);
  });

  it('is known by what caused it', async () => {
    await open();
    const gone = await join(door, '1.1');
    const reset = await join(door, '2.1');
    gone.socket.close(1001);
    await eventually(() => door.closed.length === 1);
    reset.socket.terminate();
    await eventually(() => door.closed.length === 2);
    expect(door.closed.map(({ code, cause }) => [code, cause])).toEqual([
      [1001, 'client_left'],
      [1006, 'connection_lost'],
    ]);
  });

  it('cuts off a peer that does not answer the close', async () => {
    await open();
    const wire = await dialIn('1.1');
    door.sessions.end(user(1), 'logged_out');
    expect(door.sessions.count).toBe(0);
    await wire.ended;
    expect(wire.frames().map(({ opcode }) => opcode)).toEqual([8]);
  });

  it('in the middle of a write harms nobody', async () => {
    const senders: FrameSender[] = [];
    await open({ handleFrame: (_frame, by) => (senders.push(by), {}) });
    const wire = await dialIn('1.1');
    wire.socket.write(clientFrame(1, '{"type":"ping"}'));
    await eventually(() => senders.length === 1);
    const [session] = senders;
    const write = setInterval(() => session?.reply(ackOf('x'.repeat(50_000))), 1);
    await eventually(() => wire.text().length > 200_000);
    wire.socket.resetAndDestroy();
    await eventually(() => door.sessions.count === 0);
    for (let count = 0; count < 100; count += 1) session?.reply(ackOf('x'.repeat(50_000)));
    clearInterval(write);
    const alice = await join(door, '2.1');
    alice.send({ type: 'ping' });
    await eventually(() => senders.length === 2);
  });
});

describe('a receiver that does not read', () => {
  it('is closed with 4008 while the others get everything', async () => {
    await open({ ws: { maxQueue: 256 * 1024 } });
    const readers = await Promise.all(['1.1', '2.1', '3.1'].map((token) => join(door, token, { v1: true })));
    const stuck = await dialIn('9.1');
    stuck.socket.pause();
    const content = 'x'.repeat(20_000);
    let sent = 0;
    while (door.sessions.count === 4) {
      // Slower than a reader, faster than one who does not read: the readers' queues are empty each time.
      for (const session of door.sessions.all()) session.reply(ackOf(`${sent} ${content}`));
      sent += 1;
      await Promise.all(readers.map((reader) => reader.received(sent)));
    }
    expect(door.closed).toMatchObject([{ code: 4008, cause: 'slow' }]);
    for (const reader of readers) expect(acksOf(reader)).toHaveLength(sent);
    stuck.socket.destroy();
  });

  it('has everything in order if it reads on before its queue is full', async () => {
    await open({ ws: { maxQueue: 1024 * 1024 } });
    const alice = await join(door, '1.1');
    const [session] = [...door.sessions.all()];
    if (session === undefined) throw new Error('nobody is there');
    alice.socket.pause();
    let sent = 0;
    // Until half of its queue waits, over many turns, in frames of all sizes.
    while (session.unsent < 512 * 1024) {
      session.reply(ackOf(`${sent} ${'x'.repeat((sent * 977) % 9000)}`));
      sent += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
    alice.socket.resume();
    const frames = await alice.received(sent);
    const numbers = frames.map((frame) => Number(String(frame['clientMsgId']).split(' ')[0]));
    expect(numbers).toEqual(Array.from({ length: sent }, (_, index) => index));
    await eventually(() => session.unsent === 0);
  });

  it('is not one that got more than its queue within a turn, and reads it', async () => {
    await open({ ws: { maxQueue: 64 * 1024 } });
    const alice = await join(door, '1.1');
    const [session] = door.sessions.all();
    for (let index = 0; index < 300; index += 1) session?.reply(ackOf(`${index} ${'x'.repeat(1000)}`));
    await alice.received(300);
    expect(door.sessions.count).toBe(1);
  });
});

describe('what a turn of the event loop writes', () => {
  it('leaves at once, the same bytes for everybody', async () => {
    await open();
    const wires = [await dialIn('1.1'), await dialIn('2.1')];
    for (const wire of wires) wire.socket.removeAllListeners('data');
    const shared = Array.from({ length: 50 }, (_, index) => toWire(ackOf(`id-${index}`)));
    const chunks = wires.map((wire) => once(wire.socket, 'data'));
    for (const session of door.sessions.all()) for (const frame of shared) session.write(frame);
    const bytes = Buffer.concat(shared).length;
    for (const chunk of chunks) expect((await chunk)[0]).toHaveLength(bytes);
    for (const wire of wires) wire.socket.destroy();
  });

  it('keeps its order among small and large frames', async () => {
    await open();
    const alice = await join(door, '1.1');
    const [session] = door.sessions.all();
    const sizes = [1, 200, 70_000, 3, 4096, 65_530, 65_536, 126, 125, 9000, 2];
    for (const size of sizes) session?.reply(ackOf('x'.repeat(size)));
    const frames = await alice.received(sizes.length);
    expect(frames.map((frame) => String(frame['clientMsgId']).length)).toEqual(sizes);
  });
});

describe('single sign-on at the door', () => {
  it('the new connection works at once, the old one gets 4510, its late end removes nobody', async () => {
    await open();
    const old = await join(door, '1.1', { v1: true });
    old.socket.pause();
    const fresh = await join(door, '1.2', { v1: true });
    expect(door.sessions.of(user(1))).toHaveLength(1);
    fresh.send(chat('a'));
    await fresh.received(1);
    old.socket.resume();
    expect(await old.closed).toEqual({ code: 4510, reason: 'replaced' });
    const [first, second] = door.opened;
    expect(door.closed).toMatchObject([{ id: first?.id, code: 4510, cause: `replaced by ${second?.id}` }]);
    expect([...door.sessions.all()].map(({ id }) => id)).toEqual([second?.id]);
  });

  it('an older token gets 409, chatd.v1 4510 without a time to come back', async () => {
    await open();
    await join(door, '1.5');
    const { status, body, headers } = await refused(door, '1.4');
    expect([status, body['error'], headers['retry-after']]).toEqual([409, 'conflict', undefined]);
    const client = await join(door, '1.4', { v1: true });
    expect(await client.closed).toEqual({ code: 4510, reason: 'replaced;已在别处登录,请重新登录' });
  });

  it('two that come in the same turn do not both take over', async () => {
    await open({
      identify: async (token) => {
        await new Promise((resolve) => setImmediate(resolve));
        return identify(token);
      },
    });
    const clients = await Promise.all(
      ['1.1', '1.2', '1.3'].map((token) => join(door, token).catch(() => undefined)),
    );
    await eventually(() => door.sessions.count === 1);
    const [live] = door.sessions.all();
    expect(live?.tokenKey).toBe('1.3');
    clients[2]?.send(chat('a'));
    await clients[2]?.received(1);
  });
});
