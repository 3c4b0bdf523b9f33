import { CONTENT_TYPE } from '../../protocol/frames.ts';
import type { ListedChat } from '../api/answers.ts';
import type { Arrival } from './arrival.ts';
import type { LastLine } from './state.ts';

const KINDS = {
  [CONTENT_TYPE.text]: 'text',
  [CONTENT_TYPE.image]: 'image',
  [CONTENT_TYPE.sticker]: 'sticker',
  [CONTENT_TYPE.file]: 'file',
} as const;

/** What the list shows of a message. */
export function lastLineOf({ content, contentType, sendId, sentAt, recalled }: Arrival): LastLine {
  const line: LastLine = { text: content, kind: kindOf(contentType), senderId: sendId, at: sentAt };
  return recalled === true ? recalledLine(line) : line;
}

/** What the server lists of a chat's last message; undefined without one. */
export function listedLine(entry: ListedChat): LastLine | undefined {
  if (entry.lastMessageTime === 0) return undefined;
  const line: LastLine = {
    text: entry.lastMessage,
    kind: kindOf(entry.lastMessageType ?? CONTENT_TYPE.text),
    senderId: entry.lastSendId ?? '',
    at: entry.lastSentAt ?? entry.lastMessageTime * 1000,
  };
  return entry.lastMessageRecalled === true ? recalledLine(line) : line;
}

export function recalledLine(line: LastLine): LastLine {
  return { ...line, kind: 'recalled', text: '' };
}

function kindOf(contentType: number): LastLine['kind'] {
  return KINDS[contentType as keyof typeof KINDS] ?? 'text';
}
