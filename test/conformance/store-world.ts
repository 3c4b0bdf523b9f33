import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ErrorCode } from '../../src/protocol/error-codes.ts';
import { groupConversation, LOBBY, toConversationId, toGroupId } from '../../src/protocol/ids.ts';
import type { ConversationId, GroupId, UserId } from '../../src/protocol/ids.ts';
import type { Log, LogFields } from '../../src/server/chat/ports.ts';
import type { Store } from '../../src/server/chat/database-ports.ts';
import type { Draft, GroupMembers, StoredMessage, User } from '../../src/server/chat/store-ports.ts';
import { openStore } from '../../src/server/store/open-store.ts';
import type { StoreOptions } from '../../src/server/store/open-store.ts';
import { sequelizeOnSqlite } from '../../src/server/store/sqlite/sequelize-on-sqlite.ts';
import { openSqliteThreads } from '../../src/server/store/sqlite/threads.ts';
import { runSql } from '../support/databases.ts';
import type { Engine } from '../support/databases.ts';

/** A database of its own for a test file, and stores on it. */
export interface World {
  readonly options: StoreOptions;
  /** What the store logged: `level event`. */
  readonly logged: string[];
  /** Any SQL, past the store. On SQLite the store must be closed. */
  sql(text: string): Promise<readonly Record<string, unknown>[]>;
  remove(): Promise<void>;
}

export async function createWorld(engine: Engine): Promise<World> {
  const database = await engine.createDatabase();
  const dataDir = mkdtempSync(join(tmpdir(), 'chatd-store-'));
  const logged: string[] = [];
  const options: StoreOptions = {
    mysqlDsn: database.dsn,
    dataDir,
    log: recordingLog(logged),
    clock: { now: () => Date.now() },
    keepConnectionsMs: 30 * 86_400_000,
  };
  return {
    options,
    logged,
    sql: (text) => (database.dsn === '' ? sqliteSql(dataDir, text) : runSql(database.dsn, text)),
    async remove() {
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function sqliteSql(dataDir: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const file = join(dataDir, 'chatd.db');
  const threads = await openSqliteThreads({ file, lock: false, log: recordingLog([]) });
  try {
    const [rows] = await sequelizeOnSqlite(threads, file).query(text);
    return rows as readonly Record<string, unknown>[];
  } finally {
    await threads.close();
  }
}

function recordingLog(logged: string[]): Log {
  const at = (level: string) => (event: string, _fields?: LogFields) => void logged.push(`${level} ${event}`);
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** An opened store and everyday ways to fill it. */
export interface Stage {
  readonly store: Store;
  user(name: string, role?: User['role']): Promise<User>;
  group(id: string, creator: User, ...members: readonly User[]): Promise<GroupMembers>;
  /** Appends a text; the group's membership is read first, as the cache would. */
  say(from: User, to: User | string, content: string, more?: Partial<Draft>): Promise<StoredMessage>;
  join(id: string, ...users: readonly User[]): Promise<void>;
  leave(id: string, ...users: readonly User[]): Promise<void>;
}

export async function openStage(options: StoreOptions): Promise<Stage> {
  const store = await openStore(options);
  const change = async (id: string, add: readonly User[], remove: readonly User[]) => {
    await store.log.changeMembers({
      groupId: groupId(id),
      add: add.map((user) => user.id),
      remove: remove.map((user) => user.id),
      by: undefined,
      maxMembers: 2000,
    });
  };
  return {
    store,
    user: (name, role = 'user') => store.users.create({ name, passwordHash: `hash of ${name}`, role }),
    group: (id, creator, ...members) =>
      store.groups.create({
        id: groupId(id),
        name: `group ${id}`,
        creatorId: creator.id,
        memberIds: members.map((member) => member.id),
      }),
    async say(from, to, content, more) {
      const target = await targetOf(store, from, to);
      const draft: Draft = {
        target,
        senderId: from.id,
        content,
        contentType: 1,
        clientMsgId: undefined,
        movesReadPosition: true,
        ...more,
      };
      return (await store.log.append(draft)).message;
    },
    join: (id, ...users) => change(id, users, []),
    leave: (id, ...users) => change(id, [], users),
  };
}

async function targetOf(store: Store, from: User, to: User | string): Promise<Draft['target']> {
  if (typeof to !== 'string') {
    return { chatType: 2, conversationId: privateId(from.id, to.id), recvId: to.id };
  }
  const members = to === LOBBY ? undefined : await store.groups.load(groupId(to));
  const conversationId = groupConversation(groupId(to));
  return { chatType: 1, conversationId, membersVersion: members?.membersVersion ?? 0 };
}

/** The contract's rule, written apart from chatd's own. */
export function privateId(one: UserId, other: UserId): ConversationId {
  const pair = `${Math.min(one, other)}:${Math.max(one, other)}`;
  const id = toConversationId(createHash('sha256').update(pair).digest('base64url').slice(0, 22));
  if (id === undefined) throw new Error('no conversation id');
  return id;
}

export function groupId(text: string): GroupId {
  const id = toGroupId(text);
  if (id === undefined) throw new Error(`${text} is no group id`);
  return id;
}

export function conversationId(text: string): ConversationId {
  return groupConversation(groupId(text));
}

/** The one way the store may refuse. */
export async function expectRefusal(work: Promise<unknown>, code: ErrorCode): Promise<void> {
  await expect(work).rejects.toMatchObject({ name: 'ChatError', code });
}
