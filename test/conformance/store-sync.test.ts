import { cpSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOBBY } from '../../src/protocol/ids.ts';
import type { ConversationId, UserId } from '../../src/protocol/ids.ts';
import type { StoredMessage, User } from '../../src/server/chat/store-ports.ts';
import type { SyncPage, SyncStart } from '../../src/server/chat/sync-ports.ts';
import { engines } from '../support/databases.ts';
import { conversationId, createWorld, groupId, openStage, privateId } from './store-world.ts';
import type { Stage, World } from './store-world.ts';

const PLENTY = 1000;
const ALL = Number.MAX_SAFE_INTEGER;

describe.each(engines())('sync from $name', (engine) => {
  let world: World;
  let stage: Stage;
  let ann: User;
  let ben: User;
  let cat: User;

  beforeAll(async () => {
    world = await createWorld(engine);
    stage = await openStage(world.options);
    ann = await stage.user('ann');
    ben = await stage.user('ben');
    cat = await stage.user('cat');
  });
  afterAll(async () => {
    await stage.store.close();
    await world.remove();
  });

  const read = (user: User, starts: Readonly<Record<string, SyncStart>>, rows = PLENTY) => {
    const wanted = Object.entries(starts).map(([id, start]) => ({
      conversationId: id as ConversationId,
      start,
    }));
    return stage.store.sync.read(user.id, wanted, rows);
  };
  const readOne = async (user: User, id: string, start: SyncStart, rows = PLENTY): Promise<SyncPage> => {
    const [page] = await read(user, { [id]: start }, rows);
    if (page === undefined) throw new Error(`${user.name} is not told of ${id}`);
    return page;
  };
  const held = ({ seq, id }: StoredMessage, rev?: number): SyncStart => ({
    held: { seq, id: String(id), ...(rev === undefined ? {} : { rev }) },
  });
  /** All at once; gives them by their seqs. */
  const say = async (id: string | User, count: number, from = ann): Promise<StoredMessage[]> => {
    const said = Array.from({ length: count }, (_, n) => stage.say(from, id, `text ${n}`));
    return (await Promise.all(said)).toSorted((one, other) => one.seq - other.seq);
  };
  const recall = (id: string, seq: number) =>
    stage.store.conversations.recall({ conversationId: conversationId(id), seq, by: ann.id });
  /** `fromSeq:seq,seq`, a word for each stretch. */
  const toWords = ({ stretches }: SyncPage): string =>
    stretches
      .map(({ fromSeq, messages }) => `${fromSeq}:${messages.map(({ seq }) => seq).join(',')}`)
      .join(' ');

  it('lists what a user is in, the newest message first: not what he has left, not what is others’', async () => {
    await stage.group('list-1', ann, ben);
    await stage.group('list-2', ann, ben);
    await stage.group('list-3', ann, ben);
    await stage.group('not-his', ann);
    for (const id of ['list-2', 'list-1', 'not-his', 'list-3']) await say(id, 1);
    await say(ben, 1);
    await stage.leave('list-1', ben);
    const withBen = privateId(ann.id, ben.id);
    const mine = await stage.store.sync.list(ben.id, undefined);
    const rest = mine.filter((id) => id !== conversationId(LOBBY));
    const sentLast = ['list-3', 'list-2'].map(conversationId);
    expect(new Set(rest)).toEqual(new Set([withBen, ...sentLast]));
    expect(rest.indexOf(conversationId('list-3'))).toBeLessThan(rest.indexOf(conversationId('list-2')));
    expect(await stage.store.sync.list(ben.id, [conversationId('nowhere'), withBen])).toEqual([withBen]);
    expect(await stage.store.sync.list(ben.id, [])).toEqual([]);
    expect(await read(cat, { 'list-2': { newest: 5 }, [withBen]: { newest: 5 } })).toEqual([]);
    expect(await read(ben, { 'list-1': { newest: 5 }, nowhere: { newest: 1 } })).toEqual([]);
  });

  it('goes on behind what is held, or begins with the newest', async () => {
    await stage.group('g', ann, ben);
    const said = await say('g', 7);
    const [first, , third] = said;
    if (first === undefined || third === undefined) throw new Error('nothing was said');
    const page = await readOne(ben, 'g', held(third));
    expect(page).toMatchObject({
      lastSeq: 7,
      after: 7,
      left: 0,
      rev: 0,
      isReset: false,
      readSeq: 0,
      recalled: [],
    });
    expect(page.peerReadSeq).toBeUndefined();
    expect(page.stretches).toEqual([{ fromSeq: 1, messages: said.slice(3).map(withoutKey) }]);
    expect(toWords(await readOne(ben, 'g', { held: { seq: 0, id: '' } }))).toBe('1:1,2,3,4,5,6,7');
    expect(toWords(await readOne(ben, 'g', { newest: 2 }))).toBe('1:6,7');
    expect(toWords(await readOne(ben, 'g', { newest: 0 }))).toBe('1:');
    expect(toWords(await readOne(ben, 'g', { after: 7, rev: 0 }))).toBe('1:');
    expect(await readOne(ann, 'g', { newest: 0 })).toMatchObject({ readSeq: 7, after: 7 });
  });

  it('knows by the id that a position is of another history', async () => {
    await stage.group('restored', ann, ben);
    await stage.group('other', ann, ben);
    const said = await say('restored', 120);
    const [elsewhere] = await say('other', 1);
    const [first, second] = said;
    if (first === undefined || second === undefined || elsewhere === undefined)
      throw new Error('nothing said');
    for (const position of [
      { seq: second.seq, id: String(first.id) },
      { seq: 121, id: String(second.id) },
      { seq: elsewhere.seq, id: String(elsewhere.id) },
      { seq: 1, id: '9007199254740991' },
    ]) {
      const page = await readOne(ben, 'restored', { held: position });
      expect(page).toMatchObject({ isReset: true, recalled: [], left: 0 });
      expect(page.stretches[0]?.messages.map(({ seq }) => seq)).toEqual(said.slice(20).map(({ seq }) => seq));
    }
    await stage.join('restored', cat);
    // Stored, but never hers to hold.
    expect(await readOne(cat, 'restored', held(second))).toMatchObject({ isReset: true, after: 120 });
  });

  it('keeps to memberships: a page for each, and where the present one begins', async () => {
    await stage.group('stays', ann);
    await say('stays', 2);
    await stage.join('stays', ben);
    const [third] = await say('stays', 2);
    await stage.leave('stays', ben);
    await say('stays', 3);
    await stage.join('stays', ben);
    if (third === undefined) throw new Error('nothing said');
    expect(toWords(await readOne(ben, 'stays', held(third)))).toBe('3:4 8:');
    expect(toWords(await readOne(ben, 'stays', { newest: 0 }))).toBe('8:');
    await say('stays', 2);
    expect(toWords(await readOne(ben, 'stays', { held: { seq: 0, id: '' } }))).toBe('3:3,4 8:8,9');
    expect(toWords(await readOne(ben, 'stays', { newest: 3 }))).toBe('3:4 8:8,9');
    expect(toWords(await readOne(ben, 'stays', { held: { seq: 0, id: '' } }, 1))).toBe('3:3');
    const second = await readOne(ben, 'stays', { after: 3, rev: 0 }, 2);
    expect(toWords(second)).toBe('3:4 8:8');
    expect(second).toMatchObject({ after: 8, left: 1 });
    await stage.leave('stays', ben);
    expect(await read(ben, { stays: { after: 8, rev: 0 } })).toEqual([]);
  });

  it('gives the rows to who comes first, and nothing to who comes too late', async () => {
    const ids = ['rows-1', 'rows-2', 'rows-3'];
    for (const id of ids) {
      await stage.group(id, ann, ben);
      await say(id, 4);
    }
    const starts = Object.fromEntries(ids.map((id) => [id, { newest: 4 }]));
    const pages = await read(ben, starts, 6);
    expect(pages.map(toWords)).toEqual(['1:1,2,3,4', '1:1,2', '']);
    expect(pages.map(({ after, left }) => [after, left])).toEqual([
      [4, 0],
      [2, 2],
      [0, 4],
    ]);
  });

  it('tells the recalls that were missed of what is held, in pages too', async () => {
    await stage.group('recalls', ann, ben);
    const said = await say('recalls', 6);
    const third = said[2];
    if (third === undefined) throw new Error('nothing said');
    for (const seq of [2, 5, 1, 3]) await recall('recalls', seq);
    const page = await readOne(ben, 'recalls', held(third));
    expect(page).toMatchObject({ recalled: [2, 1, 3], rev: 4, left: 0 });
    expect(page.stretches[0]?.messages.map(({ seq, recalled, content }) => [seq, recalled, content])).toEqual(
      [
        [4, undefined, said[3]?.content],
        [5, true, ''],
        [6, undefined, said[5]?.content],
      ],
    );
    expect(await readOne(ben, 'recalls', held(third, 2))).toMatchObject({ recalled: [1, 3], rev: 4 });
    expect(await readOne(ben, 'recalls', held(third, 4))).toMatchObject({ recalled: [], rev: 4 });
    expect(await readOne(ben, 'recalls', held(third, 99))).toMatchObject({ recalled: [], rev: 4 });
    expect(await readOne(ben, 'recalls', { newest: 6 })).toMatchObject({ recalled: [], rev: 4 });
    const part = await readOne(ben, 'recalls', held(third), 3);
    expect(part).toMatchObject({ recalled: [2, 1], rev: 3, after: 3, left: 4 });
    const rest = await readOne(ben, 'recalls', { after: part.after, rev: part.rev }, 3);
    expect(rest).toMatchObject({ recalled: [3], rev: 4, after: 5, left: 1 });
    await stage.join('recalls', cat);
    const [seventh] = await say('recalls', 1);
    if (seventh === undefined) throw new Error('nothing said');
    expect(await readOne(cat, 'recalls', held(seventh))).toMatchObject({ recalled: [], rev: 4 });
  });

  it('says of a private conversation how far both have read', async () => {
    const [one] = await say(cat, 3);
    const id = privateId(ann.id, cat.id);
    await stage.store.conversations.markRead(cat.id, id, 2);
    if (one === undefined) throw new Error('nothing said');
    expect(await readOne(ann, id, held(one))).toMatchObject({ chatType: 2, readSeq: 3, peerReadSeq: 2 });
    expect(await readOne(cat, id, { newest: 0 })).toMatchObject({ readSeq: 2, peerReadSeq: 3 });
    expect(await read(ben, { [id]: held(one) })).toEqual([]);
  });

  it('gives of the lobby what came after the user was made', async () => {
    await say(LOBBY, 2);
    const late = await stage.user('late');
    const before = await readOne(late, LOBBY, { held: { seq: 0, id: '' } });
    expect(before.stretches).toEqual([{ fromSeq: before.lastSeq + 1, messages: [] }]);
    await say(LOBBY, 1);
    expect(toWords(await readOne(late, LOBBY, { held: { seq: 0, id: '' } }))).toBe(
      `${before.lastSeq + 1}:${before.lastSeq + 1}`,
    );
  });

  it('reads a hundred conversations together, in the order they were asked for', async () => {
    const solo = await stage.user('solo');
    const ids = Array.from({ length: 100 }, (_, n) => `many-${n}`);
    await Promise.all(ids.map((id) => stage.group(id, solo)));
    await Promise.all(ids.map((id) => stage.say(solo, id, id)));
    const listed = await stage.store.sync.list(solo.id, undefined);
    expect(listed).toHaveLength(101);
    const pages = await read(solo, Object.fromEntries(listed.map((id) => [id, { newest: 1 }])));
    expect(pages.filter(({ left }) => left === 0)).toHaveLength(101);
    expect(pages.map(({ conversationId: id }) => id)).toEqual(listed);
    expect(new Set(pages.flatMap(({ stretches }) => stretches[0]?.messages[0]?.content ?? []))).toEqual(
      new Set(ids),
    );
    expect(
      await stage.store.sync.list(
        solo.id,
        ids.map(groupId).map((id) => conversationId(id)),
      ),
    ).toHaveLength(100);
    expect(await stage.store.sync.read(ALL as UserId, [], 10)).toEqual([]);
  });
});

describe('a restored database', () => {
  it('has other ids for the seqs it gives again: what a client held of them is told by reset', async () => {
    const [sqlite] = engines();
    if (sqlite === undefined) throw new Error('there is always SQLite');
    const world = await createWorld(sqlite);
    const { dataDir } = world.options;
    const during = async <T>(work: (stage: Stage) => Promise<T>): Promise<T> => {
      const stage = await openStage(world.options);
      const done = await work(stage);
      await stage.store.close();
      return done;
    };
    const [ann, ben] = await during(async (stage) => {
      const users = [await stage.user('ann'), await stage.user('ben')] as const;
      await stage.say(users[0], users[1], 'kept');
      return users;
    });
    cpSync(dataDir, `${dataDir}.backup`, { recursive: true });
    const lost = await during((stage) => stage.say(ann, ben, 'lost'));
    rmSync(dataDir, { recursive: true });
    cpSync(`${dataDir}.backup`, dataDir, { recursive: true });
    const [page, given] = await during(async (stage) => {
      const message = await stage.say(ann, ben, 'new');
      const start = { held: { seq: lost.seq, id: String(lost.id) } };
      const wanted = [{ conversationId: lost.conversationId, start }];
      return [(await stage.store.sync.read(ben.id, wanted, PLENTY))[0], message] as const;
    });
    expect(given.seq).toBe(lost.seq);
    expect(page).toMatchObject({ isReset: true, lastSeq: 2 });
    expect(page?.stretches[0]?.messages.map(({ content }) => content)).toEqual(['kept', 'new']);
    rmSync(`${dataDir}.backup`, { recursive: true });
    await world.remove();
  });
});

/** The key is remembered elsewhere, and not for ever. */
function withoutKey(message: StoredMessage): StoredMessage {
  return { ...message, clientMsgId: undefined };
}
