import { toMessageId } from '../../protocol/ids.ts';
import type { ConversationId } from '../../protocol/ids.ts';
import type { Appended, Draft } from '../chat/store-ports.ts';
import type { AppendBatch, BatchConversation, BatchEntry, Stored } from './append-driver.ts';
import type { MessageEntry, MessagesTurn } from './message-log-turn.ts';

/** The entries as one transaction's plain values. */
export function toBatch({ entries, suspect }: MessagesTurn, at: number): AppendBatch {
  const found = new Map<ConversationId, FoundConversation>();
  const conversationsOf = entries.map(({ draft }) => countIn(found, draft));
  const conversations = [...found.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
  for (const [place, conversation] of conversations.entries()) conversation.place = place;
  return {
    conversations: conversations.map(toBatchConversation),
    entries: entries.map((entry, index) => toBatchEntry(entry, conversationsOf[index]?.place)),
    at,
    suspect,
  };
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

/** While the conversations of a batch are gathered. */
interface FoundConversation {
  readonly id: ConversationId;
  readonly draft: Draft;
  count: number;
  /** Its index in the batch, once all are there. */
  place: number;
}

function countIn(found: Map<ConversationId, FoundConversation>, draft: Draft): FoundConversation {
  const id = draft.target.conversationId;
  const known = found.get(id) ?? { id, draft, count: 0, place: 0 };
  if (known.count === 0) found.set(id, known);
  known.count += 1;
  return known;
}

function toBatchConversation({ id, draft, count }: FoundConversation): BatchConversation {
  const { target, senderId } = draft;
  if (target.chatType === 1) return { id, chatType: 1, userLo: 0, userHi: 0, count };
  const userLo = Math.min(senderId, target.recvId);
  return { id, chatType: 2, userLo, userHi: Math.max(senderId, target.recvId), count };
}

function toBatchEntry({ draft, digest, id }: MessageEntry, conversation: number | undefined): BatchEntry {
  const { target, senderId, content, contentType, clientMsgId, movesReadPosition } = draft;
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
