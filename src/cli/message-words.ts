import type { MessageItem } from '../protocol/admin-records.ts';
import { CONTENT_TYPE } from '../protocol/frames.ts';

/** Whose a message is and whom it is for: `2 alice → 1 root`, `2 alice → group dev`. */
export function fromAndTo({ from, to, group }: Pick<MessageItem, 'from' | 'to' | 'group'>): string {
  return `${from.id} ${from.name} → ${to === undefined ? `group ${group ?? ''}` : `${to.id} ${to.name}`}`;
}

/** `text`, `image` …, or that it was taken back. */
export function contentTypeName({
  contentType,
  recalled,
}: Pick<MessageItem, 'contentType' | 'recalled'>): string {
  if (recalled === true) return 'recalled';
  return Object.entries(CONTENT_TYPE).find(([, value]) => value === contentType)?.[0] ?? String(contentType);
}
