import { describe, expect, test } from 'vitest';
import { Conversations } from '../../src/client/conversations.ts';
import { Listeners } from '../../src/client/listeners.ts';
import type { MessageFrame, SyncedConversation } from '../../src/protocol/frames.ts';

/**
 * A message comes by itself while the answer to `sync` is on its way, and is taken back before the answer is read from the
 * database. The notice waits behind the answer, and a connection that is cut there takes it along: the page is the only
 * word of the recall, because the next `sync` asks for those after the page's `rev`.
 */
describe('a page with a message taken back that came by itself before', () => {
  test('that was handed on: the recall is told', () => {
    const { conversations, told } = begin();
    conversations.take(message(2));
    conversations.takePage(page(message(2, true)), { named, told: new Set() });
    expect(told).toEqual(['message 2', 'recall 2']);
    expect(conversations.positions()['g']).toEqual({ seq: 2, id: '2', rev: 1 });
  });

  test('that is held behind a gap: it is handed on without its content', () => {
    const { conversations, told } = begin();
    conversations.take(message(3));
    expect(told).toEqual([]);
    conversations.takePage(page(message(2), message(3, true)), { named, told: new Set() });
    expect(told).toEqual(['message 2', 'message 3, taken back']);
  });
});

const named = { g: { seq: 1, id: '1', rev: 0 } };

function begin(): { readonly conversations: Conversations; readonly told: string[] } {
  const told: string[] = [];
  const listeners = new Listeners();
  listeners.add('message', ({ seq, content }) => {
    told.push(`message ${seq}${content === '' ? ', taken back' : ''}`);
  });
  listeners.add('recall', ({ seq }) => {
    told.push(`recall ${seq}`);
  });
  const conversations = new Conversations({
    since: named,
    history: 0,
    tell: (event, value) => listeners.tell(event, value),
    isAwaited: () => false,
  });
  return { conversations, told };
}

function message(seq: number, isRecalled = false): MessageFrame {
  const content = isRecalled ? { content: '', recalled: true as const } : { content: 'x' };
  const place = { conversationId: 'g', recvId: '', sendId: '2', chatType: 1, contentType: 1 } as const;
  return { ...place, ...content, id: String(seq), seq, sentAt: 1 };
}

function page(...messages: readonly MessageFrame[]): SyncedConversation {
  const lastSeq = messages.at(-1)?.seq ?? 0;
  const state = { conversationId: 'g', chatType: 1, fromSeq: 1, lastSeq, readSeq: 0, rev: 1 } as const;
  return { ...state, recalled: [], messages, more: false };
}
