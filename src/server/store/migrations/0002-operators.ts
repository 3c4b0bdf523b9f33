import type { Migration } from './migration.ts';

/** Who is kept out, and quick answers to what operators ask the audit. Nothing on messages: every insert would pay for it. */
export const operators: Migration = {
  name: '0002-operators',
  async up({ types, addColumn, addIndex }) {
    await addColumn('users', 'kept_out_at', { type: types.wide, allowNull: true });
    await addColumn('users', 'kept_out_until', { type: types.wide, allowNull: true });
    await addColumn('users', 'kept_out_reason', { type: types.word(255), allowNull: true });
    await addColumn('users', 'kept_out_by', { type: types.word(255), allowNull: true });
    await addIndex('users', ['kept_out_at']);
    await addIndex('audit', ['actor']);
    await addIndex('audit', ['action']);
  },
};
