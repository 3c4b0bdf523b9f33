import type { ContentType } from '../../protocol/frames.ts';
import type { ChatKey } from './state.ts';

/**
 * A message on its way, as a reload of the page finds it again: under its clientMsgId it is stored once, whether or not
 * it had arrived.
 */
export interface UnsentRecord {
  readonly userId: string;
  readonly chat: ChatKey;
  readonly key: string;
  readonly content: string;
  readonly contentType: ContentType;
  readonly at: number;
  /** What went wrong, if it waits for the user to try again. */
  readonly error: string | undefined;
}

/** What storage gave, which anybody may have written. */
export function toUnsentRecords(value: unknown): readonly UnsentRecord[] {
  return Array.isArray(value) ? value.filter(isUnsentRecord) : [];
}

function isUnsentRecord(value: unknown): value is UnsentRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { userId, chat, key, content, contentType, at, error } = value as Partial<Record<string, unknown>>;
  const areTexts = [userId, key, content].every((text) => typeof text === 'string');
  const areNumbers = typeof contentType === 'number' && typeof at === 'number';
  const isChat = typeof chat === 'string' && /^[gp]:./.test(chat);
  return areTexts && areNumbers && isChat && (error === undefined || typeof error === 'string');
}
