import { Op } from 'sequelize';
import type { SyncPosition } from '../../protocol/frames.ts';
import { SYNC_LIMIT } from '../../protocol/frames.ts';
import type { ConversationId, UserId } from '../../protocol/ids.ts';
import type { StoredMessage } from '../chat/store-ports.ts';
import type { SyncPage, SyncStretch, SyncWanted } from '../chat/sync-ports.ts';
import { findRows } from './find-rows.ts';
import { toCondition, toStoredMessage } from './messages.ts';
import { isGroup } from './readable.ts';
import { clip, firstOf, lastOf, sizeOf } from './seq-spans.ts';
import type { Span } from './seq-spans.ts';
import { findSyncStates } from './sync-states.ts';
import type { SyncState } from './sync-states.ts';
import type { Tables } from './tables.ts';

export interface SyncQuery {
  readonly userId: UserId;
  readonly wanted: readonly SyncWanted[];
  /** The most rows, messages and recalls, over all. */
  readonly rows: number;
}

/**
 * The next page of each conversation. Neither seqs nor revs have gaps, so what each is given of the rows is known
 * beforehand, and all of it is read at once. The state is read first: what is recalled after that is told by a later page,
 * or live.
 */
export async function readSyncPages(tables: Tables, query: SyncQuery): Promise<readonly SyncPage[]> {
  const { userId, wanted } = query;
  const [states, stored] = await Promise.all([
    findSyncStates(
      tables,
      userId,
      wanted.map(({ conversationId }) => conversationId),
    ),
    findStored(tables, wanted),
  ]);
  const parts = plan(query, (one) => {
    const state = states.get(one.conversationId);
    return state === undefined ? undefined : toPart(one, state, stored);
  });
  const [messages, recalls] = await Promise.all([readMessages(tables, parts), readRecalls(tables, parts)]);
  return parts.map((part) => toPage(part, messages, recalls.get(part.state.conversation.no) ?? []));
}

/** What is read of a conversation. */
interface Part {
  readonly state: SyncState;
  readonly isReset: boolean;
  /** The client holds messages up to it. */
  readonly after: number;
  /** Recalls to be read. */
  readonly revs: Span;
  readonly messages: readonly Span[];
  /** Rows that have to wait for another page. */
  readonly left: number;
}

/** Gives the rows to who comes first. */
function plan({ wanted, rows }: SyncQuery, toWhole: (one: SyncWanted) => Part | undefined): readonly Part[] {
  let free = rows;
  return wanted.flatMap((one) => {
    const whole = toWhole(one);
    if (whole === undefined) return [];
    const { after, upTo } = whole.revs;
    const revs = { after, upTo: Math.min(upTo, after + free) };
    free -= revs.upTo - after;
    const messages = firstOf(whole.messages, free);
    free -= sizeOf(messages);
    const left = upTo - revs.upTo + sizeOf(whole.messages) - sizeOf(messages);
    return [{ ...whole, revs, messages, left }];
  });
}

/** All there is to tell of a conversation. */
function toPart({ start }: SyncWanted, state: SyncState, stored: ReadonlySet<string>): Part {
  const { stretches, conversation } = state;
  const { rev, lastSeq } = conversation;
  const from = (after: number, told: number, isReset = false): Part => ({
    state,
    isReset,
    after,
    revs: { after: Math.min(told, rev), upTo: rev },
    messages: clip(stretches, after, lastSeq),
    left: 0,
  });
  const newest = (count: number): number => lastOf(clip(stretches, 0, lastSeq), count)[0]?.after ?? lastSeq;

  if ('newest' in start) return from(newest(start.newest), rev);
  if ('after' in start) return from(start.after, start.rev);
  const { held } = start;
  if (held.seq === 0) return from(0, rev);
  const isHeld = stored.has(placeOf(conversation.no, held)) && isWithin(stretches, held.seq);
  return isHeld ? from(held.seq, held.rev ?? 0) : from(newest(SYNC_LIMIT.usual), rev, true);
}

function isWithin(spans: readonly Span[], seq: number): boolean {
  return spans.some(({ after, upTo }) => after < seq && seq <= upTo);
}

/** Which of the messages that clients say they hold there are. */
async function findStored({ messages }: Tables, wanted: readonly SyncWanted[]): Promise<ReadonlySet<string>> {
  const ids = wanted.flatMap(({ start }) => ('held' in start && start.held.seq > 0 ? [start.held.id] : []));
  if (ids.length === 0) return new Set();
  const rows = await messages.findAll({
    attributes: ['id', 'conversationNo', 'seq'],
    where: { id: ids.map(Number) },
  });
  return new Set(rows.map((row) => placeOf(row.get().conversationNo, row.get())));
}

function placeOf(
  no: number,
  { seq, id }: Pick<SyncPosition, 'seq'> & { readonly id: string | number },
): string {
  return `${no} ${seq} ${id}`;
}

/** By conversation number. */
async function readMessages(
  { messages }: Tables,
  parts: readonly Part[],
): Promise<ReadonlyMap<number, readonly StoredMessage[]>> {
  const asked = parts.flatMap(({ state, messages: spans }) =>
    spans.map((span) => ({ conversationNo: state.conversation.no, ...toCondition(span) })),
  );
  const byConversation = new Map<number, StoredMessage[]>();
  if (asked.length === 0) return byConversation;
  const conversations = new Map(parts.map(({ state: { conversation } }) => [conversation.no, conversation]));
  // There may be a hundred thousand within a minute.
  const rows = await findRows(messages, { where: { [Op.or]: asked }, order: ['conversationNo', 'seq'] });
  for (const row of rows) {
    const conversation = conversations.get(row.conversationNo);
    if (conversation === undefined) continue;
    const found = byConversation.get(conversation.no) ?? [];
    found.push(toStoredMessage(row, conversation));
    byConversation.set(conversation.no, found);
  }
  return byConversation;
}

/** The seqs that were recalled, by conversation number. */
async function readRecalls(
  { recalls }: Tables,
  parts: readonly Part[],
): Promise<ReadonlyMap<number, readonly number[]>> {
  const asked = parts
    .filter(({ revs }) => revs.after < revs.upTo)
    .map(({ state, revs: { after, upTo } }) => ({
      conversationNo: state.conversation.no,
      rev: { [Op.gt]: after, [Op.lte]: upTo },
    }));
  const byConversation = new Map<number, number[]>();
  if (asked.length === 0) return byConversation;
  const rows = await recalls.findAll({ where: { [Op.or]: asked }, order: ['conversationNo', 'rev'] });
  for (const row of rows) {
    const { conversationNo, seq } = row.get();
    const found = byConversation.get(conversationNo) ?? [];
    found.push(seq);
    byConversation.set(conversationNo, found);
  }
  return byConversation;
}

function toPage(
  part: Part,
  messages: ReadonlyMap<number, readonly StoredMessage[]>,
  recalled: readonly number[],
): SyncPage {
  const { state, after, left, revs } = part;
  const { conversation } = state;
  const stretches = toStretches(part, messages.get(conversation.no) ?? []);
  return {
    conversationId: conversation.id as ConversationId,
    chatType: isGroup(conversation) ? 1 : 2,
    lastSeq: conversation.lastSeq,
    lastAt: conversation.lastAt,
    readSeq: state.readSeq,
    peerReadSeq: state.peerReadSeq,
    rev: revs.upTo,
    isReset: part.isReset,
    recalled: recalled.filter((seq) => seq <= after && isWithin(state.stretches, seq)),
    stretches,
    after: left === 0 ? conversation.lastSeq : (part.messages.at(-1)?.upTo ?? after),
    left,
  };
}

/** Those the messages belong to; the present one ends the last page, so that a client knows where it begins. */
function toStretches(
  { state, messages: spans, revs, left }: Part,
  found: readonly StoredMessage[],
): SyncStretch[] {
  const present = state.stretches.at(-1) ?? state.stretches[0];
  const told = spans.map(({ after, upTo }) => {
    const stretch = state.stretches.find((one) => one.after <= after && upTo <= one.upTo) ?? present;
    return {
      fromSeq: stretch.after + 1,
      messages: found.filter(({ seq }) => after < seq && seq <= upTo),
    };
  });
  const hasPresent = told.at(-1)?.fromSeq === present.after + 1;
  const isDue = left === 0 ? !hasPresent : told.length === 0 && revs.after < revs.upTo;
  return isDue ? [...told, { fromSeq: present.after + 1, messages: [] }] : told;
}
