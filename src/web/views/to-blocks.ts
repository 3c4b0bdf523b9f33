import type { Item } from '../model/state.ts';

/** What stands in a thread, from above: days, the line above what is new, and messages of one person together. */
export type Block =
  | { readonly kind: 'day'; readonly key: string; readonly at: number }
  | { readonly kind: 'unread'; readonly key: string }
  | {
      readonly kind: 'run';
      readonly key: string;
      readonly senderId: string;
      readonly items: readonly Item[];
    };

/**
 * Puts messages together: one run is one sender's, on one day, without a pause of five minutes, and not across the
 * unread line.
 */
export function toBlocks(items: readonly Item[], unreadFrom: number | undefined): readonly Block[] {
  const blocks: Block[] = [];
  let run: Item[] = [];
  let before: Item | undefined;
  let isUnreadDrawn = unreadFrom === undefined;
  for (const item of items) {
    const isNewDay = before === undefined || dayOf(before.at) !== dayOf(item.at);
    const isFirstUnread =
      !isUnreadDrawn && item.seq !== undefined && unreadFrom !== undefined && item.seq >= unreadFrom;
    if (isNewDay) blocks.push({ kind: 'day', key: `day ${item.key}`, at: item.at });
    if (isFirstUnread) blocks.push({ kind: 'unread', key: 'unread' });
    isUnreadDrawn ||= isFirstUnread;
    if (isNewDay || isFirstUnread || before === undefined || !isTogether(before, item)) {
      run = [];
      blocks.push({ kind: 'run', key: `run ${item.key}`, senderId: item.senderId, items: run });
    }
    run.push(item);
    before = item;
  }
  return blocks;
}

const PAUSE = 5 * 60_000;

function isTogether(before: Item, item: Item): boolean {
  if (before.state.kind === 'recalled' || item.state.kind === 'recalled') return false;
  return before.senderId === item.senderId && item.at - before.at < PAUSE;
}

/** The local day, as a text that is equal for two times of one day. */
export function dayOf(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}
