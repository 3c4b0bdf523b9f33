import { toMessageId } from '../../protocol/ids.ts';
import type { ConversationId } from '../../protocol/ids.ts';
import type { Appended, Draft } from '../chat/store-ports.ts';
import type { AppendBatch, BatchConversation, BatchEntry, Stored } from './append-driver.ts';
import type { MessageEntry, MessagesTurn } from './message-log-turn.ts';

/** The entries as one transaction's plain values. */
export function toBatch({ entries, suspect }: MessagesTurn, at: number): AppendBatch {
  const conversations = toConversations(entries);
  const places = new Map(conversations.map((conversation, index) => [conversation.id, index]));
  return { conversations, entries: entries.map((entry) => toBatchEntry(entry, places)), at, suspect };
}

/** The message as it was committed. */
export function toAppended({ draft }: MessageEntry, stored: Stored): Appended {
  const { target, senderId, content, contentType, clientMsgId } = draft;
  const id = toMessageId(stored.id);
  if (id === undefined) throw new Error(`message id ${stored.id} is out of range`);
  return {
    message: {
      id,
      conversationId: target.conversationId,
      chatType: target.chatType,
      seq: stored.seq,
      senderId,
      recvId: target.chatType === 2 ? target.recvId : undefined,
      content,
      contentType,
      sentAt: stored.sentAt,
      clientMsgId,
    },
    duplicate: stored.duplicate,
    membersVersion: stored.membersVersion,
  };
}

function toConversations(entries: readonly MessageEntry[]): readonly BatchConversation[] {
  const counts = new Map<ConversationId, { draft: Draft; count: number }>();
  for (const { draft } of entries) {
    const known = counts.get(draft.target.conversationId);
    if (known === undefined) counts.set(draft.target.conversationId, { draft, count: 1 });
    else known.count += 1;
  }
  return [...counts]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([id, { draft, count }]) => ({ id, chatType: draft.target.chatType, ...usersOf(draft), count }));
}

function usersOf({ target, senderId }: Draft): { userLo: number; userHi: number } {
  if (target.chatType === 1) return { userLo: 0, userHi: 0 };
  return { userLo: Math.min(senderId, target.recvId), userHi: Math.max(senderId, target.recvId) };
}

function toBatchEntry(entry: MessageEntry, places: ReadonlyMap<ConversationId, number>): BatchEntry {
  const { draft, digest, id } = entry;
  const { target, senderId, content, contentType, clientMsgId, movesReadPosition } = draft;
  const conversation = places.get(target.conversationId);
  if (conversation === undefined || id === undefined) throw new Error('the entry is not part of the batch');
  return {
    conversation,
    id,
    senderId,
    content,
    contentType,
    clientId: clientMsgId,
    digest,
    membersVersion: target.chatType === 1 ? target.membersVersion : 0,
    movesReadPosition,
  };
}
