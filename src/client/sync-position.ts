import type { SyncPosition } from '../protocol/frames.ts';

const CONVERSATION_ID = /^(?:[A-Za-z0-9][\w.-]{0,63}|[\w-]{22})$/;

/** What an application kept may be of any form, and the server takes none that is not right. Never throws. */
export function isSyncPosition(conversationId: string, position: SyncPosition | null): boolean {
  const { seq, id, rev } = position ?? { seq: -1, id: '', rev: undefined };
  if (!CONVERSATION_ID.test(conversationId)) return false;
  // Of a message that is held the id: decimal, from 1.
  const isId = seq === 0 ? typeof id === 'string' : isCount(Number(id) - 1) && String(Number(id)) === id;
  return isCount(seq) && isId && isCount(rev ?? 0);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
