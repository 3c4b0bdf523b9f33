import type { Migration } from './migration.ts';

/** Messages lie in the order they are read in, so that a page of history is on few pages of the database (ADR 10). */
export const messagesByConversation: Migration = {
  name: '0004-messages-by-conversation',
  async up({ keepInOrder }) {
    await keepInOrder('messages', ['conversation_no', 'seq'], 'id');
  },
};
