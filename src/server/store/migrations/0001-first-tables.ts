import { LOBBY } from '../../../protocol/ids.ts';
import type { Migration, Schema } from './migration.ts';

/** Everything issue 2 stores, and the lobby. */
export const firstTables: Migration = {
  name: '0001-first-tables',
  async up(schema) {
    await createUsers(schema);
    await createConversations(schema);
    await createMessages(schema);
    await createMemberships(schema);
    await createRecords(schema);
    await insertFirstRows(schema);
  },
};

async function createUsers({ types, createTable, addIndex }: Schema): Promise<void> {
  await createTable('users', {
    id: { type: types.wide, primaryKey: true },
    name: { type: types.word(255), allowNull: false },
    name_key: { type: types.key(512), allowNull: true },
    password_hash: { type: types.word(255), allowNull: false },
    role: { type: types.word(16), allowNull: false },
    enabled: { type: types.small, allowNull: false },
    tokens_valid_from: { type: types.wide, allowNull: false },
    lobby_joined_after: { type: types.wide, allowNull: false },
    created_at: { type: types.wide, allowNull: false },
    deleted_at: { type: types.wide, allowNull: true },
  });
  await addIndex('users', ['name_key'], { unique: true });
  await addIndex('users', ['deleted_at']);
  await addIndex('users', ['role']);
}

async function createConversations({ types, createTable, addIndex }: Schema): Promise<void> {
  await createTable('conversations', {
    no: { type: types.wide, primaryKey: true },
    id: { type: types.key(64), allowNull: false },
    kind: { type: types.small, allowNull: false },
    name: { type: types.word(255), allowNull: true },
    creator_id: { type: types.wide, allowNull: true },
    user_lo: { type: types.wide, allowNull: false, defaultValue: 0 },
    user_hi: { type: types.wide, allowNull: false, defaultValue: 0 },
    last_seq: { type: types.wide, allowNull: false, defaultValue: 0 },
    last_at: { type: types.wide, allowNull: false },
    members_version: { type: types.wide, allowNull: false, defaultValue: 0 },
    dismissed_at: { type: types.wide, allowNull: true },
    created_at: { type: types.wide, allowNull: false },
  });
  await addIndex('conversations', ['id'], { unique: true });
  await addIndex('conversations', ['user_lo']);
  await addIndex('conversations', ['user_hi']);
}

async function createMessages({ types, createTable, addIndex }: Schema): Promise<void> {
  await createTable('messages', {
    id: { type: types.wide, primaryKey: true },
    conversation_no: { type: types.wide, allowNull: false },
    seq: { type: types.wide, allowNull: false },
    sender_id: { type: types.wide, allowNull: false },
    content: { type: types.text, allowNull: false },
    content_type: { type: types.small, allowNull: false },
    sent_at: { type: types.wide, allowNull: false },
  });
  await addIndex('messages', ['conversation_no', 'seq'], { unique: true });

  await createTable('sends', {
    conversation_no: { type: types.wide, primaryKey: true },
    sender_id: { type: types.wide, primaryKey: true },
    client_id: { type: types.key(64), primaryKey: true },
    digest: { type: types.key(64), allowNull: false },
    message_id: { type: types.wide, allowNull: false },
    created_at: { type: types.wide, allowNull: false },
  });
  await addIndex('sends', ['created_at']);

  await createTable('reads', {
    conversation_no: { type: types.wide, primaryKey: true },
    user_id: { type: types.wide, primaryKey: true },
    read_seq: { type: types.wide, allowNull: false },
  });
}

async function createMemberships({ types, createTable, addIndex }: Schema): Promise<void> {
  await createTable('memberships', {
    id: { type: types.wide, primaryKey: true, autoIncrement: true },
    conversation_no: { type: types.wide, allowNull: false },
    user_id: { type: types.wide, allowNull: false },
    role: { type: types.word(16), allowNull: false },
    joined_after: { type: types.wide, allowNull: false },
    left_at: { type: types.wide, allowNull: true },
    joined_at: { type: types.wide, allowNull: false },
    ended_at: { type: types.wide, allowNull: true },
    added_by: { type: types.wide, allowNull: true },
    ended_by: { type: types.wide, allowNull: true },
  });
  await addIndex('memberships', ['conversation_no', 'user_id']);
  await addIndex('memberships', ['user_id', 'left_at']);
}

async function createRecords({ types, createTable, addIndex }: Schema): Promise<void> {
  await createTable('connections', {
    id: { type: types.key(64), primaryKey: true },
    opened_at: { type: types.wide, primaryKey: true },
    user_id: { type: types.wide, allowNull: false },
    address: { type: types.word(64), allowNull: false },
    client: { type: types.word(16), allowNull: false },
    user_agent: { type: types.word(255), allowNull: false },
    closed_at: { type: types.wide, allowNull: true },
    close_code: { type: types.small, allowNull: true },
    cause: { type: types.word(255), allowNull: true },
  });
  await addIndex('connections', ['closed_at']);
  await addIndex('connections', ['user_id', 'opened_at']);

  await createTable('audit', {
    id: { type: types.wide, primaryKey: true, autoIncrement: true },
    at: { type: types.wide, allowNull: false },
    actor: { type: types.word(255), allowNull: false },
    action: { type: types.word(64), allowNull: false },
    target: { type: types.word(255), allowNull: false },
    address: { type: types.word(64), allowNull: false },
    result: { type: types.word(64), allowNull: false },
  });
  await addIndex('audit', ['at']);

  await createTable('id_blocks', {
    name: { type: types.key(32), primaryKey: true },
    next: { type: types.wide, allowNull: false },
  });
}

async function insertFirstRows({ now, insertOnce }: Schema): Promise<void> {
  const lobby = { no: 1, id: LOBBY, kind: 1, name: LOBBY, last_at: now, created_at: now };
  await insertOnce('conversations', lobby, 'no');
  await insertOnce('id_blocks', { name: 'users', next: 1 }, 'name');
  await insertOnce('id_blocks', { name: 'conversations', next: 2 }, 'name');
  await insertOnce('id_blocks', { name: 'messages', next: 1 }, 'name');
}
