import type { Migration } from './migration.ts';

/**
 * Messages that were taken back: a mark on the message, which is all that reading needs, and the conversation's recalls
 * counted, so that a client is told those it missed. The columns are null or 0 by default: no row is rewritten.
 */
export const recalls: Migration = {
  name: '0003-recalls',
  async up({ types, addColumn, createTable, addIndex }) {
    await addColumn('conversations', 'rev', { type: types.wide, allowNull: false, defaultValue: 0 });
    // Who did it; 0 for an operator; null: it was not taken back.
    await addColumn('messages', 'recalled_by', { type: types.wide, allowNull: true });
    await createTable('recalls', {
      conversation_no: { type: types.wide, primaryKey: true },
      rev: { type: types.wide, primaryKey: true },
      seq: { type: types.wide, allowNull: false },
      recalled_at: { type: types.wide, allowNull: false },
    });
    await addIndex('recalls', ['conversation_no', 'seq'], { unique: true });
  },
};
