import { Op } from 'sequelize';
import type { ConversationId, UserId } from '../../protocol/ids.ts';
import type { ConversationSummary } from '../chat/conversation-ports.ts';
import type { MemberRole, StoredMessage } from '../chat/store-ports.ts';
import { findRows } from './find-rows.ts';
import { toStoredMessage } from './messages.ts';
import { isGroup, LOBBY_NO, toReadable } from './readable.ts';
import type { Readable } from './readable.ts';
import { highestOf } from './seq-spans.ts';
import type { ConversationRow, Tables } from './tables.ts';
import { countUnread } from './unread.ts';
import {
  findConversations,
  findIntervals,
  findPeerReadSeqs,
  findReadSeqs,
  findRoles,
  toUnreadSpans,
} from './user-conversations.ts';
import type { ListQuery } from './user-conversations.ts';

/** A page of a user's conversations, the one with the newest message first. */
export async function listConversations(
  tables: Tables,
  query: ListQuery,
): Promise<{ readonly list: readonly ConversationSummary[]; readonly total: number }> {
  const { rows, total } = await findConversations(tables, query);
  const found = await collect(tables, query.userId, rows);
  return { list: found.readables.map((readable) => summarize(readable, found)), total };
}

/** All that a page of summaries is made of, each by conversation number. */
interface Found {
  readonly viewer: UserId;
  readonly readables: readonly Readable[];
  readonly lastMessages: ReadonlyMap<number, StoredMessage>;
  readonly readSeqs: ReadonlyMap<number, number>;
  readonly peerReadSeqs: ReadonlyMap<number, number>;
  readonly roles: ReadonlyMap<number, MemberRole>;
  readonly unread: ReadonlyMap<number, number>;
  readonly memberIds: ReadonlyMap<number, readonly UserId[]>;
}

async function collect(tables: Tables, viewer: UserId, rows: readonly ConversationRow[]): Promise<Found> {
  const intervals = await findIntervals(tables, viewer, rows);
  const readables = rows.map((row) => toReadable(row, intervals.get(row.no) ?? []));
  const [lastMessages, readSeqs, peerReadSeqs, roles, memberIds] = await Promise.all([
    findLastMessages(tables, readables),
    findReadSeqs(tables, viewer, rows),
    findPeerReadSeqs(tables, viewer, rows),
    findRoles(tables, viewer, rows),
    findMemberIds(tables, rows),
  ]);
  const unread = await countUnread(tables, viewer, toUnreadSpans(rows, intervals, readSeqs));
  return { viewer, readables, lastMessages, readSeqs, peerReadSeqs, roles, unread, memberIds };
}

async function findLastMessages(
  { messages }: Tables,
  readables: readonly Readable[],
): Promise<ReadonlyMap<number, StoredMessage>> {
  const byNo = new Map(readables.map(({ conversation }) => [conversation.no, conversation]));
  const wanted = readables.map(({ conversation, spans }) => ({
    conversationNo: conversation.no,
    seq: highestOf(spans),
  }));
  const present = wanted.filter(({ seq }) => seq > 0);
  const rows = present.length === 0 ? [] : await findRows(messages, { where: { [Op.or]: present } });
  const found = new Map<number, StoredMessage>();
  for (const row of rows) {
    const conversation = byNo.get(row.conversationNo);
    if (conversation !== undefined) found.set(conversation.no, toStoredMessage(row, conversation));
  }
  return found;
}

const MEMBERS_SHOWN = 200;

async function findMemberIds({ memberships }: Tables, rows: readonly ConversationRow[]) {
  const groups = rows.filter((row) => isGroup(row) && row.no !== LOBBY_NO);
  const found = await Promise.all(
    groups.map(async ({ no }) => {
      const members = await findRows(memberships, {
        attributes: ['userId'],
        where: { conversationNo: no, leftAt: null },
        order: ['userId'],
        limit: MEMBERS_SHOWN,
      });
      return [no, members.map(({ userId }) => userId as UserId)] as const;
    }),
  );
  return new Map(found);
}

function summarize({ conversation }: Readable, found: Found): ConversationSummary {
  const { no, id, name, userLo, userHi, lastSeq, rev } = conversation;
  const isOfGroup = isGroup(conversation);
  const both = [userLo as UserId, userHi as UserId];
  return {
    id: id as ConversationId,
    chatType: isOfGroup ? 1 : 2,
    groupName: isOfGroup ? (name ?? id) : undefined,
    peerId: isOfGroup ? undefined : ((userLo === found.viewer ? userHi : userLo) as UserId),
    lastMessage: found.lastMessages.get(no),
    lastSeq,
    readSeq: found.readSeqs.get(no) ?? 0,
    peerReadSeq: isOfGroup ? undefined : (found.peerReadSeqs.get(no) ?? 0),
    rev,
    role: found.roles.get(no),
    unreadCount: found.unread.get(no) ?? 0,
    memberIds: isOfGroup ? (found.memberIds.get(no) ?? []) : [...new Set(both)],
  };
}
