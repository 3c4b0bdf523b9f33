import type { HistoryPage, HistoryQuery } from '../chat/conversation-ports.ts';
import { findMessages, firstSeqSince } from './messages.ts';
import type { Readable } from './readable.ts';
import { findReadable } from './readables.ts';
import { clip, firstOf, lastOf, sizeOf } from './seq-spans.ts';
import type { Span } from './seq-spans.ts';
import type { Tables } from './tables.ts';

/** A page of what the viewer may read. */
export async function readHistory(tables: Tables, query: HistoryQuery): Promise<HistoryPage> {
  const readable = await findReadable(tables, query.viewer, query.conversationId);
  if (readable === undefined) return { messages: [], total: 0, lastSeq: 0 };
  const matching = await withinTimes(tables, readable, query);
  const messages = await findMessages(tables, readable.conversation, toWindow(matching, query.window));
  return { messages, total: sizeOf(matching), lastSeq: readable.conversation.lastSeq };
}

async function withinTimes(
  tables: Tables,
  { conversation, spans }: Readable,
  { from, to }: Pick<HistoryQuery, 'from' | 'to'>,
): Promise<readonly Span[]> {
  const first = from === undefined ? 1 : await firstSeqSince(tables, conversation, from);
  const end = to === undefined ? conversation.lastSeq + 1 : await firstSeqSince(tables, conversation, to + 1);
  return clip(spans, first - 1, end - 1);
}

function toWindow(spans: readonly Span[], window: HistoryQuery['window']): readonly Span[] {
  if ('page' in window) return lastOf(spans, window.count, (window.page - 1) * window.count);
  if ('beforeSeq' in window) return lastOf(clip(spans, 0, window.beforeSeq - 1), window.limit);
  return firstOf(clip(spans, window.afterSeq, Number.MAX_SAFE_INTEGER), window.limit);
}
