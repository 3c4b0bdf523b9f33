import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { ChatError } from '../../../src/protocol/error-codes.ts';
import type { SyncFrame, SyncNotice } from '../../../src/protocol/frames.ts';
import { groupConversation, toGroupId } from '../../../src/protocol/ids.ts';
import type { User } from '../../../src/server/chat/store-ports.ts';
import type { SyncStore } from '../../../src/server/chat/sync-ports.ts';
import { type Connection, openStage, type Received, type Stage, toGroup } from './chat-stage.ts';

/** What a sync answers, and where what is live meanwhile has its place. */

let stages: readonly [usual: Stage, small: Stage];
let stage: Stage;
let ann: User;
let ben: User;
/** What happens once the conversations are listed (0), or the n-th read has been made, before its page is written. */
let behindRead: Readonly<Record<number, () => Promise<unknown>>>;
let reads: number;
let groups = 0;

beforeAll(async () => {
  const sync = (real: SyncStore): SyncStore => ({
    async list(...asked) {
      const ids = await real.list(...asked);
      await behindRead[0]?.();
      return ids;
    },
    async read(...asked) {
      const pages = await real.read(...asked);
      reads += 1;
      await behindRead[reads]?.();
      return pages;
    },
  });
  stages = [await openStage({ sync }), await openStage({ sync, maxQueue: SMALL_QUEUE })];
  for (const each of stages) {
    ann = await each.addUser('ann');
    ben = await each.addUser('ben');
  }
});
beforeEach(() => {
  [stage] = stages;
  behindRead = {};
  reads = 0;
});
afterAll(async () => {
  for (const each of stages) await each.close();
});

const SMALL_QUEUE = 64 * 1024;
/** What is waited for comes at once, but others may have the machine. */
const PATIENT = { interval: 2, timeout: 20_000 };

/** Little may be unsent to connections from now on. */
function takeSmallQueue(): void {
  [, stage] = stages;
}

async function group(...others: readonly User[]): Promise<string> {
  groups += 1;
  const groupId = `g-${groups}`;
  const memberIds = others.map(({ id }) => id);
  await stage.chat.groups.create({ groupId, groupName: groupId, creatorId: ann.id, memberIds });
  return groupId;
}

async function say(by: Connection, groupId: string, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, n) => by.say(toGroup(groupId, `${groupId} ${n}`))));
}

const EMPTY: SyncFrame = { type: 'sync', since: {}, limit: 100, only: false };
const allOf = (...ids: readonly string[]): SyncFrame => ({
  ...EMPTY,
  since: Object.fromEntries(ids.map((id) => [id, { seq: 0, id: '' }])),
  only: true,
});

/** Hands in a sync; gives its parts once it is done. */
async function sync(connection: Connection, frame: SyncFrame): Promise<readonly SyncNotice[]> {
  const before = partsOf(connection).length;
  connection.signal(frame);
  await vi.waitUntil(
    () =>
      partsOf(connection)
        .slice(before)
        .some(({ done }) => done),
    PATIENT,
  );
  return partsOf(connection).slice(before);
}

function isPart(frame: object): frame is SyncNotice {
  return 'type' in frame && frame.type === 'sync';
}

const partsOf = ({ received }: Connection): SyncNotice[] =>
  received.flatMap((frame: object) => (isPart(frame) ? [frame] : []));

/** Of one conversation all seqs in the order in which they came, by pages and live. */
function seqsOf(connection: Connection, conversationId: string): readonly unknown[] {
  return connection.received.flatMap((frame: Received): readonly unknown[] => {
    const entries: object = frame;
    if (isPart(entries)) {
      const told = entries.conversations.filter((each) => each.conversationId === conversationId);
      return told.flatMap(({ messages }) => messages.map(({ seq }) => seq));
    }
    return 'sendId' in frame && frame['conversationId'] === conversationId ? [frame['seq']] : [];
  });
}

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n + 1);

describe('pages', () => {
  test('are small where little may be unsent, and hold everything once and in order', async () => {
    takeSmallQueue();
    const g = await group(ben);
    await say(stage.connect(ann), g, 300);
    const reader = stage.connect(ben);
    const parts = await sync(reader, allOf(g));
    expect(seqsOf(reader, g)).toEqual(upTo(300));
    const sizes = parts.map((part) => JSON.stringify(part).length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(16 * 1024);
    expect(parts.length).toBeLessThan(12);
    expect(parts.map(({ done }) => done)).toEqual([...parts.slice(1).map(() => false), true]);
    const entries = parts.flatMap(({ conversations }) => conversations);
    expect(entries.map(({ more }) => more)).toEqual([...entries.slice(1).map(() => true), false]);
    expect(entries.every(({ fromSeq, lastSeq }) => fromSeq === 1 && lastSeq === 300)).toBe(true);
  });

  test('of a long conversation let a short one through', async () => {
    const short = await group(ben);
    const long = await group(ben);
    const writer = stage.connect(ann);
    await say(writer, short, 3);
    await say(writer, long, 500);
    const reader = stage.connect(ben);
    const parts = await sync(reader, allOf(short, long));
    const isThrough = parts.findIndex(({ conversations }) =>
      conversations.some(({ conversationId, more }) => conversationId === short && !more),
    );
    expect(isThrough).toBeLessThan(2);
    expect([seqsOf(reader, short).length, seqsOf(reader, long)]).toEqual([3, upTo(500)]);
  });

  test('tell who is caught up, and who asks for nothing, that there is nothing', async () => {
    const g = await group(ben);
    await say(stage.connect(ann), g, 3);
    const reader = stage.connect(ben);
    const nothing = [{ type: 'sync', conversations: [], done: true }];
    expect(await sync(reader, { ...EMPTY, only: true })).toEqual(nothing);
    expect(await sync(reader, allOf('nowhere'))).toEqual(nothing);
    const [first] = await sync(reader, { ...EMPTY, limit: 0 });
    expect(first?.conversations.find(({ conversationId }) => conversationId === g)).toMatchObject({
      lastSeq: 3,
      messages: [],
      more: false,
    });
  });

  test('of many conversations come in few frames, each no larger than it may be', async () => {
    takeSmallQueue();
    const many = await stage.addUser('many');
    for (let n = 0; n < 70; n += 1) await group(many);
    const parts = await sync(stage.connect(many), EMPTY);
    expect(parts.length).toBeLessThan(6);
    expect(parts.every((part) => JSON.stringify(part).length <= SMALL_QUEUE / 4)).toBe(true);
    expect(parts.flatMap(({ conversations }) => conversations)).toHaveLength(71);
  });
});

describe('what is live', () => {
  test('waits behind the pages of its own conversation, and of no other', async () => {
    const g = await group(ben);
    const other = await group(ben);
    const writer = stage.connect(ann);
    await say(writer, g, 120);
    const reader = stage.connect(ben);
    behindRead = {
      1: async () => {
        await say(writer, g, 2);
        await say(writer, other, 1);
        expect(seqsOf(reader, other)).toEqual([1]);
      },
    };
    await sync(reader, allOf(g));
    expect(reads).toBe(2);
    expect(seqsOf(reader, g)).toEqual(upTo(122));
    const before = reader.received.findIndex((frame) => frame['conversationId'] === other);
    expect(before).toBeLessThan(reader.received.findIndex((frame: object) => isPart(frame)));
    await say(writer, g, 1);
    expect(seqsOf(reader, g)).toEqual(upTo(123));
  });

  test('follows the last page, notices at their places', async () => {
    const g = await group(ben);
    const writer = stage.connect(ann);
    await say(writer, g, 5);
    const reader = stage.connect(ben);
    const cat = await stage.addUser(`cat of ${g}`);
    behindRead = {
      1: async () => {
        await say(writer, g, 1);
        await stage.chat.groups.addMembers(g, [cat.id], { userId: ann.id });
        await say(writer, g, 1);
        await stage.chat.recall({ conversationId: conversation(g), seq: 2 }, { userId: ann.id });
      },
    };
    await sync(reader, allOf(g));
    const words = reader.received.map((frame) => frame['type'] ?? frame['systemType'] ?? frame['seq']);
    expect(words).toEqual(['sync', 6, 'group_join', 7, 'recall']);
    expect(await sync(reader, allOf(g))).toMatchObject([{ conversations: [{ rev: 1, recalled: [] }] }]);
  });

  test('is let go when there is too much of it, and read instead', async () => {
    takeSmallQueue();
    const g = await group(ben);
    const writer = stage.connect(ann);
    await say(writer, g, 10);
    const reader = stage.connect(ben);
    const flood = (): Promise<void> => say(writer, g, 150);
    behindRead = { 1: flood, 2: flood, 3: flood };
    const parts = await sync(reader, allOf(g));
    expect(seqsOf(reader, g)).toEqual(upTo(460));
    expect(parts.length).toBeGreaterThan(3);
    expect(reader.received.filter(({ type }) => type === 'close')).toEqual([]);
  });

  test('of what was no conversation yet when the sync began is neither lost nor doubled', async () => {
    takeSmallQueue();
    const writer = stage.connect(ann);
    const reader = stage.connect(ben);
    const made: string[] = [];
    behindRead = {
      0: async () => {
        for (const count of [3, 100]) {
          const id = await group(ben);
          made.push(id);
          await say(writer, id, count);
        }
      },
    };
    const parts = await sync(reader, { ...EMPTY, limit: 5 });
    const told = parts.flatMap(({ conversations }) =>
      conversations.map(({ conversationId }) => conversationId),
    );
    expect(made.map((id) => told.includes(id))).toEqual([true, true]);
    for (const id of made) await say(writer, id, 1);
    expect(made.map((id) => seqsOf(reader, id))).toEqual([upTo(4), upTo(101)]);
  });

  test('that is more than can be held and cannot be read again ends the connection: it has to begin anew', async () => {
    takeSmallQueue();
    const g = await group(ben);
    await say(stage.connect(ann), g, 5);
    const reader = stage.connect(ben);
    const cat = await stage.addUser(`cat of ${g}`);
    behindRead = {
      1: async () => {
        for (let n = 0; n < 30; n += 1) {
          await stage.chat.groups.addMembers(g, [cat.id], { userId: ann.id });
          await stage.chat.groups.removeMember(g, cat.id, { userId: ann.id });
        }
      },
    };
    await sync(reader, allOf(g));
    expect(reader.received.some(({ type, why }) => type === 'close' && why === 'resync')).toBe(true);
  });

  test('that a recall changed between two pages is told by the next one', async () => {
    const g = await group(ben);
    await say(stage.connect(ann), g, 60);
    const reader = stage.connect(ben);
    behindRead = {
      1: () => stage.chat.recall({ conversationId: conversation(g), seq: 7 }, { userId: ann.id }),
    };
    const parts = await sync(reader, allOf(g));
    const entries = parts.flatMap(({ conversations }) => conversations);
    expect(entries.map(({ rev, recalled }) => [rev, recalled])).toEqual([
      [0, []],
      [1, [7]],
    ]);
  });
});

describe('a membership', () => {
  test('that ends between two pages ends the answer, and what was held with it', async () => {
    const g = await group(ben);
    const writer = stage.connect(ann);
    await say(writer, g, 120);
    const reader = stage.connect(ben);
    behindRead = {
      1: async () => {
        await say(writer, g, 1);
        await stage.chat.groups.removeMember(g, ben.id, { userId: ann.id });
      },
    };
    const parts = await sync(reader, allOf(g));
    const entries = parts.flatMap(({ conversations }) => conversations);
    expect(entries.map(({ messages, more }) => [messages.length, more])).toEqual([
      [50, true],
      [0, false],
    ]);
    expect(seqsOf(reader, g)).toEqual(upTo(50));
    expect(reader.received.at(-1)).toMatchObject({ systemType: 'group_leave' });
    expect(await sync(reader, allOf(g))).toEqual([{ type: 'sync', conversations: [], done: true }]);
  });
});

describe('a sync', () => {
  test('of a client of the seed is none', async () => {
    const connection = { ...stage.connect(ben), client: 'seed' } as const;
    expect(stage.chat.handleFrame(EMPTY, connection)).toEqual({ refused: true });
    expect(connection.received).toMatchObject([
      { type: 'error', code: 'unknown_type', about: { type: 'sync' } },
    ]);
  });

  test('waits for the one before it; more than a few are refused', async () => {
    const g = await group(ben);
    await say(stage.connect(ann), g, 3);
    const reader = stage.connect(ben);
    const handled = upTo(7).map(() => reader.signal(allOf(g)));
    expect(handled.filter(({ admitted, done }) => admitted !== undefined || done !== undefined)).toEqual([]);
    expect(handled.map(({ refused }) => refused === true)).toEqual([
      false,
      false,
      false,
      false,
      false,
      true,
      true,
    ]);
    await vi.waitUntil(() => partsOf(reader).length === 5, PATIENT);
    const errors = reader.received.filter(({ type }) => type === 'error');
    expect(errors).toMatchObject([
      { code: 'rate_limited', retryAfterMs: 1000, about: { type: 'sync' } },
      { code: 'rate_limited', retryAfterMs: 1000, about: { type: 'sync' } },
    ]);
    expect(partsOf(reader).every(({ done }) => done)).toBe(true);
    await sync(reader, allOf(g));
  });

  test('that has been answered does not count among those that wait', async () => {
    const reader = stage.connect(ben);
    let asked = 0;
    // Each asks for the next while it is answered itself: there is one under way and one waiting, for as long as one likes.
    const ask = async (): Promise<void> => {
      asked += 1;
      behindRead = asked < 9 ? { 0: ask } : {};
      expect(reader.signal(allOf('none')).refused).toBeUndefined();
    };
    await ask();
    await vi.waitUntil(() => partsOf(reader).length === 9, PATIENT);
  });

  test('that the database fails in the middle is an error, not done; what was held follows', async () => {
    const g = await group(ben);
    const writer = stage.connect(ann);
    await say(writer, g, 120);
    const reader = stage.connect(ben);
    behindRead = {
      2: async () => {
        await say(writer, g, 1);
        throw new ChatError('storage_unavailable');
      },
    };
    reader.signal(allOf(g));
    await vi.waitUntil(() => reader.received.some(({ type }) => type === 'error'), PATIENT);
    expect(partsOf(reader).map(({ done }) => done)).toEqual([false]);
    expect(reader.received.slice(-2)).toMatchObject([
      { seq: 121 },
      { type: 'error', code: 'storage_unavailable', about: { type: 'sync' } },
    ]);
    await sync(reader, allOf(g));
    expect(stage.logged).not.toContain('sync_failed');
  });

  test('of everybody at once asks the database a few things at a time', async () => {
    const g = await group(ben);
    await say(stage.connect(ann), g, 250);
    let atOnce = 0;
    let most = 0;
    const people = upTo(30).map(() => stage.connect(ben));
    behindRead = new Proxy(
      {},
      {
        get: () => async () => {
          atOnce += 1;
          most = Math.max(most, atOnce);
          await new Promise(setImmediate);
          atOnce -= 1;
        },
      },
    );
    await Promise.all(people.map((each) => sync(each, allOf(g))));
    expect(most).toBeLessThanOrEqual(4);
    for (const each of people) expect(seqsOf(each, g)).toEqual(upTo(250));
  });
});

function conversation(id: string) {
  const groupId = toGroupId(id);
  if (groupId === undefined) throw new Error(`${id} is no group id`);
  return groupConversation(groupId);
}
