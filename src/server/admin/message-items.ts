import type { MessageItem } from '../../protocol/admin-records.ts';
import type { UserId } from '../../protocol/ids.ts';
import type { StoredMessage } from '../chat/store-ports.ts';

export type NamesOf = (ids: readonly UserId[]) => Promise<ReadonlyMap<UserId, string>>;

/** Messages as operators see them: who to whom, and the text only if it is asked for. */
export async function toMessageItems(
  messages: readonly StoredMessage[],
  namesOf: NamesOf,
  withContent: boolean,
): Promise<readonly MessageItem[]> {
  if (messages.length === 0) return [];
  const people = messages.flatMap(({ senderId, recvId }) => [senderId, ...(recvId ? [recvId] : [])]);
  const names = await namesOf([...new Set(people)]);
  const named = (id: UserId) => ({ id: String(id), name: names.get(id) ?? String(id) });
  return messages.map((message) => ({
    id: String(message.id),
    conversationId: message.conversationId,
    seq: message.seq,
    from: named(message.senderId),
    ...(message.recvId === undefined ? { group: message.conversationId } : { to: named(message.recvId) }),
    contentType: message.contentType,
    bytes: Buffer.byteLength(message.content),
    sentAt: message.sentAt,
    ...(message.recalled === true ? { recalled: true } : {}),
    ...(withContent ? { content: message.content } : {}),
  }));
}
