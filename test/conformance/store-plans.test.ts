import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Options, Sequelize } from 'sequelize';
import type { MessageId, UserId } from '../../src/protocol/ids.ts';
import type { SyncStart } from '../../src/server/chat/sync-ports.ts';
import { createAuditLog } from '../../src/server/store/audit-log.ts';
import { createConnectionLog } from '../../src/server/store/connection-log.ts';
import { createConversations } from '../../src/server/store/conversations.ts';
import { createGroups } from '../../src/server/store/groups.ts';
import { createMessageRecords } from '../../src/server/store/message-records.ts';
import { openDatabase } from '../../src/server/store/open-database.ts';
import { createSyncStore } from '../../src/server/store/sync.ts';
import type { OpenedDatabase } from '../../src/server/store/opened-database.ts';
import { defineTables } from '../../src/server/store/tables.ts';
import type { Tables } from '../../src/server/store/tables.ts';
import { createUsers } from '../../src/server/store/users.ts';
import { engines } from '../support/databases.ts';
import { conversationId, createWorld, groupId, privateId } from './store-world.ts';
import type { World } from './store-world.ts';

const USERS = 3000;
const GROUPS = 400;
const PRIVATE = 2500;
const MESSAGES = 20;
const VIEWER = 7 as UserId;

describe.each(engines())('queries on $name', (engine) => {
  let world: World;
  let database: OpenedDatabase;
  let tables: Tables;

  beforeAll(async () => {
    world = await createWorld(engine);
    database = await openDatabase(world.options);
    tables = defineTables(database.sequelize);
    await fill(tables);
    if (engine.name === 'MariaDB') {
      await database.sequelize.query('ANALYZE TABLE users, conversations, messages, memberships, `reads`');
    }
  });
  afterAll(async () => {
    await database.driver.close();
    await database.close();
    await world.remove();
  });

  /** Every SELECT that `work` sends. */
  async function selectsOf(work: () => Promise<unknown>): Promise<readonly string[]> {
    const { options } = database.sequelize as Sequelize & { options: Options };
    const sent: string[] = [];
    options.logging = (line) => void sent.push(line.replace(/^Executing \([^)]*\): /, ''));
    await work();
    options.logging = false;
    return sent.filter((sql) => sql.startsWith('SELECT'));
  }

  /** Every SELECT that `work` sends, with the tables it reads as a whole. */
  async function fullReads(work: () => Promise<unknown>): Promise<readonly string[]> {
    const { sequelize } = database;
    const selects = await selectsOf(work);
    expect(selects).not.toEqual([]);
    const found = [];
    for (const sql of selects) {
      const explain = engine.name === 'MariaDB' ? explainMysql : explainSqlite;
      found.push(...(await explain(sequelize, sql)).map((step) => `${step} in ${sql}`));
    }
    return found;
  }

  const conversations = () =>
    createConversations({ sequelize: database.sequelize, tables, clock: world.options.clock });

  it('of history use an index, whatever the window', async () => {
    const { history, markRead } = conversations();
    const [group, other] = [conversationId('g-1'), privateId(VIEWER, 8 as UserId)];
    for (const id of [group, other, conversationId('all')]) {
      const query = { viewer: VIEWER, conversationId: id };
      expect(await fullReads(() => history({ ...query, window: { page: 2, count: 5 } }))).toEqual([]);
      expect(await fullReads(() => history({ ...query, window: { beforeSeq: 9, limit: 5 } }))).toEqual([]);
      expect(await fullReads(() => history({ ...query, window: { afterSeq: 3, limit: 5 } }))).toEqual([]);
      const times = { from: 3, to: 12 };
      expect(await fullReads(() => history({ ...query, ...times, window: { page: 1, count: 5 } }))).toEqual(
        [],
      );
      expect(await fullReads(() => markRead(VIEWER, id, 3))).toEqual([]);
    }
  });

  it('of a page of history go by conversation and seq, on MariaDB to the rows themselves', async () => {
    const { history } = conversations();
    const query = { viewer: VIEWER, conversationId: privateId(VIEWER, 8 as UserId) };
    const selects = await selectsOf(() => history({ ...query, window: { page: 1, count: 10 } }));
    const isMariadb = engine.name === 'MariaDB';
    const [steps] = await database.sequelize.query(
      `EXPLAIN ${isMariadb ? '' : 'QUERY PLAN'} ${selects.at(-1)}`,
    );
    const detail: unknown = expect.stringContaining('messages_conversation_no_seq');
    expect(steps).toMatchObject([isMariadb ? { table: 'messages', key: 'PRIMARY' } : { detail }]);
  });

  it('of a page of history, and of reading it, are few', async () => {
    const { history, markRead } = conversations();
    const [group, other] = [conversationId('g-1'), privateId(VIEWER, 8 as UserId)];
    const newest = (id: typeof group) => ({
      viewer: VIEWER,
      conversationId: id,
      window: { page: 1, count: 5 },
    });
    // The conversation, the memberships in a group, the messages or the position.
    expect(await selectsOf(() => history(newest(group)))).toHaveLength(3);
    expect(await selectsOf(() => history(newest(other)))).toHaveLength(2);
    expect(await selectsOf(() => markRead(VIEWER, group, 4))).toHaveLength(3);
    expect(await selectsOf(() => markRead(VIEWER, other, 4))).toHaveLength(2);
  });

  it('of readers, and of who shares a conversation, use an index', async () => {
    const { readersOf, sharing } = conversations();
    for (const id of [conversationId('g-1'), privateId(VIEWER, 8 as UserId), conversationId('all')]) {
      const query = { viewer: VIEWER, conversationId: id, seq: 3, limit: 10 };
      expect(await fullReads(() => readersOf(query))).toEqual([]);
    }
    const others = Array.from({ length: 200 }, (_, n) => (n + 1) as UserId);
    expect(await fullReads(() => sharing(VIEWER, others))).toEqual([]);
  });

  it('of one message and its recall use an index', async () => {
    const { messageAt, recall } = conversations();
    for (const id of [conversationId('g-1'), privateId(VIEWER, 8 as UserId)]) {
      const request = { conversationId: id, seq: 3, by: VIEWER };
      expect(await fullReads(() => messageAt(VIEWER, id, 3))).toEqual([]);
      expect(await fullReads(() => recall(request))).toEqual([]);
      expect(await fullReads(() => recall(request))).toEqual([]);
    }
  });

  it('of lists of conversations and their unread use an index', async () => {
    const { listFor } = conversations();
    expect(await fullReads(() => listFor(VIEWER, { page: 1, count: 200 }))).toEqual([]);
    expect(await fullReads(() => listFor(VIEWER, { page: 3, count: 20 }))).toEqual([]);
    const { list, total } = await listFor(VIEWER, { page: 1, count: 200 });
    expect(total).toBeGreaterThan(20);
    expect(list.some((one) => one.unreadCount > 0)).toBe(true);
  });

  it('of a sync use an index, and are a handful', async () => {
    const sync = createSyncStore(tables);
    const listed = await sync.list(VIEWER, undefined);
    expect(listed.length).toBeGreaterThan(70);
    expect(await fullReads(() => sync.list(VIEWER, undefined))).toEqual([]);
    expect(await fullReads(() => sync.list(VIEWER, listed))).toEqual([]);
    const starts: readonly SyncStart[] = [
      { newest: 3 },
      { after: MESSAGES, rev: 0 },
      { held: { seq: 3, id: String(2 * MESSAGES + 3), rev: 0 } },
    ];
    const wanted = listed.flatMap((id, n) => {
      const start = starts[n % starts.length];
      return start === undefined ? [] : [{ conversationId: id, start }];
    });
    expect(await fullReads(() => sync.read(VIEWER, wanted, 200))).toEqual([]);
    expect((await selectsOf(() => sync.read(VIEWER, wanted, 200))).length).toBeLessThan(10);
  });

  it('of one group and one user use an index', async () => {
    const { sequelize } = database;
    const { clock } = world.options;
    const groups = createGroups({ sequelize, tables, clock });
    const users = createUsers({ sequelize, tables, clock, endMemberships: async () => {} });
    expect(await fullReads(() => groups.load(groupId('g-1')))).toEqual([]);
    expect(await fullReads(() => users.byId(VIEWER))).toEqual([]);
    expect(await fullReads(() => users.byName('user 7'))).toEqual([]);
    expect(await fullReads(() => users.byIds([VIEWER, 8 as UserId]))).toEqual([]);
    expect(await fullReads(() => users.update(VIEWER, { enabled: true }))).toEqual([]);
    expect(await fullReads(() => users.list({ page: 1, count: 20, ids: [VIEWER] }))).toEqual([]);
    expect(await fullReads(() => users.listKeptOut({ page: 1, count: 20, now: 0 }))).toEqual([]);
  });

  it('of messages for operators use an index', async () => {
    const { list, unreadOf, groupsOf } = createMessageRecords(tables);
    const before = (200 * MESSAGES) as MessageId;
    for (const of of [{ userId: VIEWER }, { conversationId: conversationId('g-1') }]) {
      expect(await fullReads(() => list({ of, limit: 50 }))).toEqual([]);
      expect(await fullReads(() => list({ of, limit: 50, before }))).toEqual([]);
    }
    expect(await fullReads(() => list({ limit: 50, before }))).toEqual([]);
    expect(await fullReads(() => unreadOf(VIEWER))).toEqual([]);
    expect(await fullReads(() => groupsOf(VIEWER, 200))).toEqual([]);
  });

  it('of records use an index', async () => {
    const connections = createConnectionLog({ ...world.options, connections: tables.connections });
    const { list } = createAuditLog(tables.audit);
    const userId = VIEWER;
    const before = '1800000000000_c-1';
    expect(await fullReads(() => connections.history({ userId, limit: 50 }))).toEqual([]);
    expect(await fullReads(() => connections.history({ userId, limit: 50, before }))).toEqual([]);
    expect(await fullReads(() => list({ actor: 'deploy@srv', limit: 50 }))).toEqual([]);
    expect(await fullReads(() => list({ action: 'user', before: 1000, limit: 50 }))).toEqual([]);
    await connections.close();
  });
});

interface SqliteStep {
  readonly detail: string;
}

async function explainSqlite(sequelize: Sequelize, sql: string): Promise<readonly string[]> {
  const [steps] = await sequelize.query(`EXPLAIN QUERY PLAN ${sql}`);
  return (steps as SqliteStep[])
    .map((step) => step.detail)
    .filter((detail) => /^SCAN (?!CONSTANT|\d)/.test(detail));
}

interface MysqlStep {
  readonly table: string | null;
  readonly type: string | null;
}

async function explainMysql(sequelize: Sequelize, sql: string): Promise<readonly string[]> {
  const [steps] = await sequelize.query(`EXPLAIN ${sql}`);
  return (steps as MysqlStep[])
    .filter(({ type }) => type === 'ALL' || type === 'index')
    .map(({ table, type }) => `${type} ${table}`);
}

async function fill({ users, conversations, messages, memberships, reads }: Tables): Promise<void> {
  const rows = (count: number) => Array.from({ length: count }, (_, n) => n + 1);
  await inChunks(rows(USERS), (ids) =>
    users.bulkCreate(
      ids.map((id) => ({
        id,
        name: `user ${id}`,
        nameKey: `user ${id}`,
        passwordHash: '',
        role: id === 1 ? 'admin' : 'user',
        enabled: 1,
        tokensValidFrom: 0,
        lobbyJoinedAfter: 0,
        createdAt: 0,
      })),
    ),
  );
  const groups = rows(GROUPS).map((n) => ({ no: n + 1, id: `g-${n}`, kind: 1, userLo: 0, userHi: 0 }));
  const privates = rows(PRIVATE).map((n) => {
    const [userLo, userHi] = n < 60 ? [VIEWER, n + VIEWER] : [n, n + 100];
    const id = privateId(userLo as UserId, userHi as UserId);
    return { no: GROUPS + 1 + n, id, kind: 2, userLo, userHi };
  });
  const made = [...groups, ...privates];
  await inChunks(made, (chunk) =>
    conversations.bulkCreate(
      chunk.map((row) => ({ ...row, lastSeq: MESSAGES, lastAt: row.no, membersVersion: 1, createdAt: 0 })),
    ),
  );
  const said = made.flatMap(({ no }) =>
    rows(MESSAGES).map((seq) => ({
      id: no * MESSAGES + seq,
      conversationNo: no,
      seq,
      senderId: 1,
      content: 'x',
      contentType: 1,
      sentAt: seq,
    })),
  );
  await inChunks(said, (chunk) => messages.bulkCreate(chunk));
  const members = groups.flatMap(({ no }) =>
    rows(10).map((n) => ({
      conversationNo: no,
      userId: no % 20 === 2 && n === 1 ? VIEWER : 100 + ((no * 10 + n) % (USERS - 100)),
      role: 'member',
      joinedAfter: 2,
      joinedAt: 0,
    })),
  );
  await inChunks(members, (chunk) => memberships.bulkCreate(chunk));
  const positions = made.map(({ no }) => ({ conversationNo: no, userId: no % 2 ? VIEWER : 9, readSeq: 5 }));
  await inChunks(positions, (chunk) => reads.bulkCreate(chunk));
}

async function inChunks<Row>(rows: readonly Row[], write: (chunk: Row[]) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < rows.length; start += 2000) await write(rows.slice(start, start + 2000));
}
