import type { Sequelize } from 'sequelize';
import type { ConversationStore } from '../chat/conversation-ports.ts';
import type { Clock } from '../chat/ports.ts';
import { listConversations } from './conversation-list.ts';
import { withStorageErrors } from './errors.ts';
import { readHistory } from './history.ts';
import { createMarkRead } from './mark-read.ts';
import { findMessageAt, recallMessage } from './recall.ts';
import { findReaders } from './readers.ts';
import { findSharing } from './sharing.ts';
import type { Tables } from './tables.ts';

export interface ConversationsOptions {
  readonly sequelize: Sequelize;
  readonly tables: Tables;
  readonly clock: Clock;
}

/** What a user has to read: his conversations, their messages, and how far he is. */
export function createConversations(options: ConversationsOptions): ConversationStore {
  const { tables } = options;
  const markRead = createMarkRead(tables);
  return withStorageErrors<ConversationStore>({
    listFor: (userId, { page, count }) => listConversations(tables, { userId, page, count }),
    history: (query) => readHistory(tables, query),
    markRead: (userId, conversationId, seq) => markRead({ userId, conversationId, seq }),
    readersOf: (query) => findReaders(tables, query),
    sharing: (userId, others) => findSharing(tables, userId, others),
    messageAt: (viewer, conversationId, seq) => findMessageAt(tables, viewer, { conversationId, seq }),
    recall: (request) => recallMessage(options, request),
  });
}
