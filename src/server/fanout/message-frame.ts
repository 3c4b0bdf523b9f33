import type { MessageFrame } from '../../protocol/frames.ts';
import type { StoredMessage } from '../chat/store-ports.ts';

/** A stored message as it travels: ids as decimal strings, `recvId` empty in a group. */
export function toMessageFrame(message: StoredMessage): MessageFrame {
  const { conversationId, recvId, senderId, chatType, content, contentType, id, seq, sentAt, clientMsgId } =
    message;
  const frame: MessageFrame = {
    conversationId,
    recvId: recvId === undefined ? '' : String(recvId),
    sendId: String(senderId),
    chatType,
    content,
    contentType,
    id: String(id),
    seq,
    sentAt,
  };
  const named = clientMsgId === undefined ? frame : { ...frame, clientMsgId };
  return message.recalled === true ? { ...named, recalled: true } : named;
}
