import { col, fn, Op, where } from 'sequelize';
import type { Sequelize, Transaction, WhereOptions } from 'sequelize';
import { ChatError } from '../../protocol/error-codes.ts';
import type { UserId } from '../../protocol/ids.ts';
import { userNameKey } from '../../protocol/user-name.ts';
import type { Clock } from '../chat/ports.ts';
import type { NewUser, User, UserPatch, UserQuery, UserStore } from '../chat/store-ports.ts';
import { withStorageErrors } from './errors.ts';
import { createGathering } from './gather.ts';
import { findRows } from './find-rows.ts';
import { isBanned, listKeptOut, toKeepOut, toKeepOutColumns } from './kept-out.ts';
import type { Tables, UserRow } from './tables.ts';
import { takeId } from './take-id.ts';
import { inTransaction } from './transaction.ts';

export interface UsersOptions {
  readonly sequelize: Sequelize;
  readonly tables: Tables;
  readonly clock: Clock;
  /** Ends the memberships of a user who was deleted. */
  readonly endMemberships: (id: UserId) => Promise<void>;
}

/** Users that share a query: after a restart everybody comes back at once. */
const MOST_LOOKED_UP = 200;
const MOST_WAITING = 50_000;

/** The accounts. */
export function createUsers({ sequelize, tables, clock, endMemberships }: UsersOptions): UserStore {
  const { users } = tables;

  async function find(condition: WhereOptions<UserRow>): Promise<UserRow | undefined> {
    return (await users.findOne({ where: { ...condition, deletedAt: null } }))?.get();
  }

  const { add: lookUp } = createGathering<UserId, User | null>({
    run: async (ids) => {
      const found = new Map((await findUsers(tables, ids)).map((user) => [user.id, user]));
      return ids.map((id) => found.get(id) ?? null);
    },
    most: MOST_LOOKED_UP,
    mostWaiting: MOST_WAITING,
  });

  return withStorageErrors<UserStore>({
    create: (user) =>
      inTransaction(sequelize, (transaction) => createUser(tables, user, { at: clock.now(), transaction })),
    byId: async (id) => (await lookUp(id)) ?? undefined,
    async byName(name) {
      const nameKey = userNameKey(name);
      const row = isPossibleKey(nameKey) ? await find({ nameKey }) : undefined;
      return row && toUser(row);
    },
    byIds: (ids) => findUsers(tables, ids),
    async namesOf(ids) {
      const where = { id: [...new Set(ids)] };
      const rows = await findRows(users, { attributes: ['id', 'name'], where });
      return new Map(rows.map(({ id, name }) => [id as UserId, name]));
    },
    async passwordHashOf(id) {
      return (await find({ id }))?.passwordHash;
    },
    list: (query) => listUsers(tables, query),
    update: (id, patch) =>
      inTransaction(sequelize, (transaction) => updateUser(tables, id, { patch, transaction })),
    async remove(id) {
      const gone = { deletedAt: clock.now(), nameKey: null, enabled: 0 };
      await inTransaction(sequelize, (transaction) =>
        changeUser(tables, id, { change: () => gone, transaction }),
      );
      await endMemberships(id);
    },
    async listKeptOut(query) {
      const { rows, total } = await listKeptOut(users, query);
      return { users: rows.map(toUser), total };
    },
  });
}

async function findUsers({ users }: Tables, ids: readonly UserId[]): Promise<User[]> {
  const rows = await users.findAll({ where: { id: [...ids], deletedAt: null }, order: ['id'] });
  return rows.map((row) => toUser(row.get()));
}

/** The sequence's row lock puts creations in line, so that a name that is taken costs no id. */
async function createUser(
  tables: Tables,
  { name, passwordHash, role }: NewUser,
  { at, transaction }: { readonly at: number; readonly transaction: Transaction },
): Promise<User> {
  const id = await takeId(tables, 'users', transaction);
  const nameKey = userNameKey(name);
  if ((await tables.users.count({ where: { nameKey }, transaction })) > 0) throw new ChatError('conflict');
  const lobby = await tables.conversations.findByPk(LOBBY_NO, { transaction, rejectOnEmpty: true });
  const row: UserRow = {
    id,
    name,
    nameKey,
    passwordHash,
    role,
    enabled: 1,
    tokensValidFrom: 0,
    lobbyJoinedAfter: lobby.get().lastSeq,
    createdAt: at,
    deletedAt: null,
    ...toKeepOutColumns(null),
  };
  await tables.users.create(row, { transaction });
  return toUser(row);
}

const LOBBY_NO = 1;

async function listUsers({ users }: Tables, { page, count, name, ids }: UserQuery) {
  const key = name === undefined ? '' : userNameKey(name);
  if (!isPossibleKey(key)) return { users: [], total: 0 };
  const conditions: WhereOptions[] = [{ deletedAt: null }];
  if (ids !== undefined) conditions.push({ id: [...ids] });
  // INSTR, not LIKE: `%` and `_` are characters of names like any other.
  if (key !== '') conditions.push(where(fn('INSTR', col('name_key'), key), Op.gt, 0));
  const found = { where: { [Op.and]: conditions } };
  const total = await users.count(found);
  const rows = await users.findAll({ ...found, order: ['id'], limit: count, offset: (page - 1) * count });
  return { users: rows.map((row) => toUser(row.get())), total };
}

/** NUL is no part of any name, and SQLite takes it for the end of the statement. */
function isPossibleKey(key: string): boolean {
  return !key.includes('\0');
}

async function updateUser(
  tables: Tables,
  id: UserId,
  { patch, transaction }: { readonly patch: UserPatch; readonly transaction: Transaction },
): Promise<User> {
  return toUser(await changeUser(tables, id, { change: (row) => toColumns(row, patch), transaction }));
}

interface UserChange {
  readonly change: (row: UserRow) => Partial<UserRow>;
  readonly transaction: Transaction;
}

async function changeUser(tables: Tables, id: UserId, { change, transaction }: UserChange): Promise<UserRow> {
  const lock = transaction.LOCK.UPDATE;
  // All administrators first: two who take each other's rights at once wait for one another here.
  const admins = await tables.users.findAll({
    where: { role: 'admin', enabled: 1, deletedAt: null },
    order: ['id'],
    lock,
    transaction,
  });
  const found = await tables.users.findOne({ where: { id, deletedAt: null }, lock, transaction });
  if (found === null) throw new ChatError('not_found');
  const before = found.get();
  const columns = change(before);
  const after = { ...before, ...columns };
  const isLastAdmin =
    isAdmin(before) && admins.every((admin) => admin.get().id === id || !isAdmin(admin.get()));
  if (isLastAdmin && !isAdmin(after)) throw lastAdministrator();
  if (Object.keys(columns).length > 0) await tables.users.update(columns, { where: { id }, transaction });
  return after;
}

function toColumns(row: UserRow, patch: UserPatch): Partial<UserRow> {
  const { name, passwordHash, role, enabled, tokensValidFrom, keepOut } = patch;
  return {
    ...(name !== undefined && { name, nameKey: userNameKey(name) }),
    ...(passwordHash !== undefined && { passwordHash }),
    ...(role !== undefined && { role }),
    ...(enabled !== undefined && { enabled: enabled ? 1 : 0 }),
    ...(tokensValidFrom !== undefined && { tokensValidFrom: Math.max(row.tokensValidFrom, tokensValidFrom) }),
    ...(keepOut !== undefined && toKeepOutColumns(keepOut)),
  };
}

/** One who is kept out for a while comes back by himself. */
function isAdmin(row: UserRow): boolean {
  return row.role === 'admin' && row.enabled === 1 && !isBanned(row);
}

function lastAdministrator(): ChatError {
  return new ChatError('conflict', {
    text: { zh: '这是最后一个可用的管理员', en: 'this is the last enabled administrator' },
  });
}

function toUser(row: UserRow): User {
  return {
    id: row.id as UserId,
    name: row.name,
    role: row.role === 'admin' ? 'admin' : 'user',
    enabled: row.enabled === 1,
    tokensValidFrom: row.tokensValidFrom,
    lobbyJoinedAfter: row.lobbyJoinedAfter,
    createdAt: row.createdAt,
    keepOut: toKeepOut(row),
  };
}
