import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Sequelize } from 'sequelize';
import { ChatError } from '../../src/protocol/error-codes.ts';
import { toConversationId, toGroupId, toUserId } from '../../src/protocol/ids.ts';
import type { ConversationId, GroupId, UserId } from '../../src/protocol/ids.ts';
import type { Log } from '../../src/server/chat/ports.ts';
import type { Draft, MessageLog } from '../../src/server/chat/store-ports.ts';
import type { AppendDriver } from '../../src/server/store/append-driver.ts';
import { createMysqlAppend } from '../../src/server/store/append-mysql.ts';
import { createSqliteAppend } from '../../src/server/store/append-sqlite.ts';
import { createIdBlocks } from '../../src/server/store/id-blocks.ts';
import { createMessageLog } from '../../src/server/store/message-log.ts';
import type { MessageLogOptions } from '../../src/server/store/message-log.ts';
import { migrate } from '../../src/server/store/migrations/migrate.ts';
import { sequelizeOnSqlite } from '../../src/server/store/sqlite/sequelize-on-sqlite.ts';
import { openSqliteThreads } from '../../src/server/store/sqlite/threads.ts';
import { createTestDatabase, engines, runSql } from '../support/databases.ts';

/** A migrated database with the message log's driver on it, and a way to look at what is stored. */
export interface World {
  readonly driver: AppendDriver;
  /** Any SQL, apart from the log. */
  sql(text: string): Promise<readonly Record<string, unknown>[]>;
  /** Only on MariaDB. */
  readonly dsn: string;
  close(): Promise<void>;
}

export interface Kind {
  readonly name: string;
  open(): Promise<World>;
}

export function kinds(): readonly Kind[] {
  return engines().map(({ name }) => ({ name, open: name === 'SQLite' ? openSqliteWorld : openMysqlWorld }));
}

export const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
export const clock = { now: () => Date.now() };

async function openSqliteWorld(): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), 'chatd-log-'));
  const file = join(directory, 'chatd.db');
  const threads = await openSqliteThreads({ file, lock: false, log: silent });
  await migrate(sequelizeOnSqlite(threads, file), clock);
  const driver = createSqliteAppend(threads);
  return {
    driver,
    dsn: '',
    sql: async (text) => {
      const run = /^\s*select/i.test(text) ? threads.read : threads.run;
      return (await run({ sql: text, parameters: [] })).rows;
    },
    async close() {
      await driver.close();
      await threads.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function openMysqlWorld(): Promise<World> {
  const { dsn, drop } = await createTestDatabase();
  const world = await openMysqlAt(dsn);
  return {
    ...world,
    async close() {
      await world.close();
      await drop();
    },
  };
}

/** On a database that is there and empty. */
export async function openMysqlAt(dsn: string, timeoutMs = 8_000): Promise<World> {
  const connection = toConnection(dsn);
  const { host, port, user, password, database } = connection;
  const sequelize = new Sequelize(database, user, password, { host, port, dialect: 'mysql', logging: false });
  await migrate(sequelize, clock);
  await sequelize.close();
  const driver = createMysqlAppend({ connection, timeoutMs });
  return { driver, dsn, sql: (text) => runSql(dsn, text), close: () => driver.close() };
}

function toConnection(dsn: string) {
  const parts = /^(?<user>[^:]*):(?<password>.*)@tcp\((?<host>[^:]+):(?<port>\d+)\)\/(?<database>[^?]+)/.exec(
    dsn,
  );
  if (parts?.groups === undefined) throw new Error('expected a DSN in Go form');
  const { user = '', password = '', host = '', port = '', database = '' } = parts.groups;
  return { user, password, host, port: Number(port), database };
}

/** A log on the world's driver; with ids of its own, like a server that has just started. */
export function openLog(world: World, options: Partial<MessageLogOptions> = {}): MessageLog {
  const { driver } = world;
  const ids = createIdBlocks({ reserve: (count) => driver.reserve('messages', count) });
  return createMessageLog({ driver, clock, log: silent, ids, ...options });
}

export function user(id: number): UserId {
  const userId = toUserId(id);
  if (userId === undefined) throw new Error(`${id} is no user`);
  return userId;
}

export function group(id: string): GroupId {
  const groupId = toGroupId(id);
  if (groupId === undefined) throw new Error(`${id} is no group`);
  return groupId;
}

function conversation(id: string): ConversationId {
  const conversationId = toConversationId(id);
  if (conversationId === undefined) throw new Error(`${id} is no conversation`);
  return conversationId;
}

/** The private conversation of two users, by the contract's rule. */
export function between(one: number, other: number): ConversationId {
  const users = `${Math.min(one, other)}:${Math.max(one, other)}`;
  return conversation(createHash('sha256').update(users).digest('base64url').slice(0, 22));
}

/** A private message. */
export function toUser(from: number, to: number, content: string, clientMsgId?: string): Draft {
  return {
    target: { chatType: 2, conversationId: between(from, to), recvId: user(to) },
    senderId: user(from),
    content,
    contentType: 1,
    clientMsgId,
    movesReadPosition: true,
  };
}

/** A group message, authorized under `membersVersion`. */
export function toGroup(
  from: number,
  id: string,
  content: string,
  more: { readonly clientMsgId?: string; readonly membersVersion?: number } = {},
): Draft {
  return {
    target: { chatType: 1, conversationId: conversation(id), membersVersion: more.membersVersion ?? 0 },
    senderId: user(from),
    content,
    contentType: 1,
    clientMsgId: more.clientMsgId,
    movesReadPosition: true,
  };
}

/** Makes a group as the group store does: version 1, its creator the owner. */
export async function createGroup(world: World, id: string, members: readonly number[]): Promise<void> {
  const no = await world.driver.reserve('conversations', 1);
  await world.sql(
    `INSERT INTO conversations (no, id, kind, name, creator_id, last_at, members_version, created_at)
     VALUES (${no}, '${id}', 1, 'a group', ${members[0]}, 1, 1, 1)`,
  );
  for (const [index, member] of members.entries()) {
    await world.sql(
      `INSERT INTO memberships (conversation_no, user_id, role, joined_after, joined_at)
       VALUES (${no}, ${member}, '${index === 0 ? 'owner' : 'member'}', 0, 1)`,
    );
  }
}

/** Every stored message of a conversation, in the order of seq. */
export async function storedIn(world: World, id: ConversationId) {
  const rows = await world.sql(
    `SELECT m.id, m.seq, m.sender_id, m.content, m.sent_at FROM messages m
     JOIN conversations c ON c.no = m.conversation_no WHERE c.id = '${id}' ORDER BY m.seq`,
  );
  return rows.map((row) => ({
    id: Number(row['id']),
    seq: Number(row['seq']),
    senderId: Number(row['sender_id']),
    content: String(row['content']),
    sentAt: Number(row['sent_at']),
  }));
}

/** 1, 2, 3 … */
export function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** What became of each: its value, or the code it was refused with. */
export async function answers<Value>(
  promises: readonly Promise<Value>[],
): Promise<readonly (Value | string)[]> {
  const settled = await Promise.allSettled(promises);
  return settled.map((one) => (one.status === 'fulfilled' ? one.value : codeOf(one.reason)));
}

function codeOf(error: unknown): string {
  if (error instanceof ChatError) return error.code;
  throw new Error('the log promises to reject with ChatError only', { cause: error });
}
