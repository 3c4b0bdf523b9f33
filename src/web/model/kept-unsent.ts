import type { Visit } from './core.ts';
import { createPages, createUnsent } from './thread-book.ts';
import type { Entry } from './thread-book.ts';
import type { UnsentRecord } from './unsent-record.ts';

/** The messages of a visit that are worth another try. What is still being uploaded is lost with the page. */
export function unsentOf(visit: Visit): readonly UnsentRecord[] {
  const kept: UnsentRecord[] = [];
  for (const { key: chat, unsent } of visit.threads.values()) {
    for (const { key, content, contentType, at, file, way } of unsent) {
      const isHopeless = way?.kind === 'failed' && !way.canRetry;
      if (file !== undefined || isHopeless) continue;
      const error = way?.kind === 'failed' ? way.error : undefined;
      kept.push({ userId: visit.me.id, chat, key, content, contentType, at, error });
    }
  }
  return kept;
}

/** Puts them back where they were, in their order. */
export function putBack(visit: Visit, kept: readonly UnsentRecord[]): void {
  for (const one of kept) {
    if (one.userId !== visit.me.id) continue;
    const pages = visit.threads.get(one.chat) ?? { ...createPages(one.chat), older: 'failed' };
    visit.threads.set(one.chat, pages);
    visit.chats.ensure(one.chat);
    if (pages.unsent.every(({ key }) => key !== one.key)) pages.unsent.push(toEntry(visit, one));
    // Something may have been written before the connection was there.
    pages.unsent.sort((first, second) => first.at - second.at);
  }
}

function toEntry(visit: Visit, { key, error, ...draft }: UnsentRecord): Entry {
  const entry = createUnsent(key, visit.me.id, draft);
  if (error !== undefined) entry.way = { kind: 'failed', error, canRetry: true };
  return entry;
}
