import { expect, vi } from 'vitest';
import type { SyncedConversation, SyncNotice, SyncPosition } from '../../../src/protocol/frames.ts';
import { codeOf } from './chat-stage.ts';
import type { Line } from './simple-room.ts';
import type { Held, Sync } from './table-steps.ts';
import { personAt, type Place, placeAt, type Table, toSeq } from './table.ts';

/** All that somebody can ask for, as the model has it. */
export async function expectViews(table: Table, who: number): Promise<void> {
  await expectList(table, who);
  await Promise.all(table.places.map((place) => expectHistory(table, who, place)));
}

async function expectList(table: Table, who: number): Promise<void> {
  const { store } = table.stage;
  const { user } = personAt(table, who);
  const { list, total } = await store.conversations.listFor(user.id, { page: 1, count: 100 });
  const got = list.map(({ id, lastSeq, readSeq, peerReadSeq, unreadCount, rev, lastMessage }) => ({
    id,
    lastSeq,
    readSeq,
    peerReadSeq,
    unreadCount,
    rev,
    last: lastMessage && [lastMessage.seq, lastMessage.content, lastMessage.recalled === true],
  }));
  const places = table.places.filter(({ room }) => room.isOf(who));
  const expected = places.map(({ id, room }) => ({
    id,
    lastSeq: room.lastSeq,
    readSeq: room.readSeq(who),
    peerReadSeq: room.kind === 'private' ? room.readSeq(room.peerOf(who)) : undefined,
    unreadCount: room.unread(who),
    rev: room.rev,
    last: asShown(room.readable(who).at(-1)),
  }));
  expect(byId(got)).toEqual(byId(expected));
  expect(total).toBe(expected.length);
  const unread = expected.reduce((sum, { unreadCount }) => sum + unreadCount, 0);
  expect(await store.messageRecords.unreadOf(user.id)).toBe(unread);
}

function asShown(line: Line | undefined): readonly unknown[] | undefined {
  const isGone = line?.recall !== undefined;
  return line && [line.seq, isGone ? '' : line.text, isGone];
}

async function expectHistory(table: Table, who: number, { id, room }: Place): Promise<void> {
  const { conversations } = table.stage.store;
  const viewer = personAt(table, who).user.id;
  const query = { viewer, conversationId: id };
  const history = conversations.history({ ...query, window: { page: 1, count: 200 } });
  if (room.kind !== 'private' && !room.members.has(who)) {
    expect(await codeOf(history)).toBe('not_member');
    return;
  }
  const { messages, total } = await history;
  const lines = room.readable(who);
  const got = messages.map(({ seq, content, recalled }) => [seq, content, recalled === true]);
  expect(got).toEqual(lines.map(asShown));
  expect(total).toBe(lines.length);
  const line = lines.at(-1);
  if (line === undefined) return;
  const { readers, count } = await conversations.readersOf({ ...query, seq: line.seq, limit: 10 });
  const expected = room.readersOf(line).map((person) => personAt(table, person).user.id);
  expect(readers).toEqual(expected.toSorted((one, other) => one - other));
  expect(count).toBe(expected.length);
}

/** The answer to a sync from any position. */
export async function expectSync(table: Table, { who, limit, only, held }: Sync): Promise<void> {
  const [at] = personAt(table, who).connections;
  const since: Record<string, SyncPosition> = Object.create(null);
  for (const one of held) since[placeAt(table, one.room).id] = toPosition(table, one);
  const before = at.received.length;
  table.stage.chat.handleFrame({ type: 'sync', since, limit, only }, at);
  const parts = (): readonly SyncNotice[] =>
    at.received.slice(before).filter(({ type }) => type === 'sync') as unknown as SyncNotice[];
  await vi.waitUntil(() => parts().at(-1)?.done, { interval: 1, timeout: 10_000 });

  const entries = parts().flatMap(({ conversations }) => conversations);
  const expected = table.places
    .filter(({ id, room }) => room.isOf(who) && (!only || since[id] !== undefined))
    .map((place) => expectedSync(place, who, since[place.id], limit));
  expect(byId(joined(entries))).toEqual(byId(expected));
}

function toPosition(table: Table, { room: index, seq, isWrong, rev }: Held): SyncPosition {
  const { room } = placeAt(table, index);
  if (seq === 0) return { seq: 0, id: '' };
  const at = toSeq(room, seq);
  const line = room.lines.find((one) => one.seq === at);
  const id = line === undefined || isWrong ? '999999999' : line.id;
  return { seq: at, id, ...(rev === undefined ? {} : { rev: Math.min(room.rev, rev) }) };
}

/** What all entries of a conversation say together. */
interface Synced {
  readonly id: string;
  readonly reset: boolean;
  readonly recalled: readonly number[];
  /** Each with the first seq of its membership. */
  readonly messages: readonly (readonly unknown[])[];
  readonly last: Omit<SyncedConversation, 'conversationId' | 'recalled' | 'messages' | 'reset'>;
}

function joined(entries: readonly SyncedConversation[]): readonly Synced[] {
  const found = new Map<string, Synced>();
  for (const { conversationId: id, recalled, messages, reset, ...last } of entries) {
    const before = found.get(id);
    // Only the first says that what the client holds is to be dropped.
    expect(before === undefined || reset === undefined).toBe(true);
    expect(before?.last.more ?? true).toBe(true);
    const shown = messages.map((one) => [one.seq, one.content, one.recalled === true, one.id, last.fromSeq]);
    found.set(id, {
      id,
      reset: before?.reset ?? reset === true,
      recalled: [...(before?.recalled ?? []), ...recalled],
      messages: [...(before?.messages ?? []), ...shown],
      last,
    });
  }
  return [...found.values()].map((one) => ({ ...one, recalled: one.recalled.toSorted(ascending) }));
}

function expectedSync(
  { id, room }: Place,
  who: number,
  position: SyncPosition | undefined,
  limit: number,
): Synced {
  const lines = room.readable(who);
  const isHeld =
    position === undefined || position.seq === 0 || room.at(who, position.seq)?.id === position.id;
  const newest = position === undefined ? limit : 100;
  const after = position?.seq ?? 0;
  const told =
    position !== undefined && isHeld
      ? lines.filter(({ seq }) => seq > after)
      : lines.slice(Math.max(0, lines.length - newest));
  const gone = isHeld
    ? lines.filter(({ seq, recall = 0 }) => seq <= after && recall > (position?.rev ?? 0))
    : [];
  return {
    id,
    reset: !isHeld,
    recalled: gone.map(({ seq }) => seq),
    messages: told.map((line) => [...(asShown(line) ?? []), line.id, line.readers.get(who)]),
    last: {
      chatType: room.kind === 'private' ? 2 : 1,
      fromSeq: (room.members.get(who) ?? 0) + 1,
      lastSeq: room.lastSeq,
      readSeq: room.readSeq(who),
      ...(room.kind === 'private' ? { peerReadSeq: room.readSeq(room.peerOf(who)) } : {}),
      rev: room.rev,
      more: false,
    },
  };
}

/** What came live at every connection: messages, receipts and recalls, each once, in its conversation's order. */
export function expectLive(table: Table): void {
  const told = new Map<string, string[]>();
  const hints = new Set<string>();
  for (const { at, who, id, words, reader, seq } of heard(table)) {
    if (reader === undefined) {
      const key = `${at} ${id}`;
      told.set(key, [...(told.get(key) ?? []), words]);
    } else {
      expect(table.mayHint).toContain(`${who} ${id} ${reader} ${seq}`);
      hints.add(`${who} ${id}`);
    }
  }
  expect([...told].toSorted()).toEqual([...table.due].toSorted());
  for (const hint of table.mustHint) expect(hints).toContain(hint);
}

interface Heard {
  readonly at: string;
  /** Whose connection it is. */
  readonly who: number;
  readonly id: string;
  readonly words: string;
  /** Of a hint in a group: who has read, and up to where. */
  readonly reader: string | undefined;
  readonly seq: string;
}

function heard({ people, places }: Table): readonly Heard[] {
  const privates = new Set(places.filter(({ room }) => room.kind === 'private').map(({ id }) => String(id)));
  return people.flatMap(({ user, connections }) =>
    connections.flatMap(({ id: at, received }) =>
      received.flatMap((frame): Heard[] => {
        const words = inWords(frame);
        const [id, reader] = [String(frame['conversationId']), String(frame['userId'])];
        const isHint = frame['type'] === 'read' && !privates.has(id) && reader !== String(user.id);
        const hint = { reader: isHint ? reader : undefined, seq: String(frame['seq']) };
        return words === undefined ? [] : [{ at, who: user.id, id, words, ...hint }];
      }),
    ),
  );
}

function inWords(frame: Readonly<Record<string, unknown>>): string | undefined {
  const { type, seq, content, userId, rev, chatType } = frame;
  if (type === 'read') return `read ${String(userId)} ${String(seq)}`;
  if (type === 'recall') return `recall ${String(seq)} ${String(rev)}`;
  const isMessage = type === undefined && (chatType === 1 || chatType === 2);
  return isMessage ? `message ${String(seq)} ${String(content)}` : undefined;
}

function byId<One extends { readonly id: string }>(list: readonly One[]): readonly One[] {
  return list.toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

function ascending(one: number, other: number): number {
  return one - other;
}
