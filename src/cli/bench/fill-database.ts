import type { GroupId, UserId } from '../../protocol/ids.ts';
import { userNameKey } from '../../protocol/user-name.ts';
import { createGroups } from '../../server/store/groups.ts';
import { type DatabaseOptions, openDatabase } from '../../server/store/open-database.ts';
import { defineTables, type UserRow } from '../../server/store/tables.ts';
import { inTransaction } from '../../server/store/transaction.ts';
import { membersOf } from './stage.ts';

export interface Filling {
  readonly users: number;
  readonly groups: readonly string[];
}

const FIRST = 1;
const CHUNK = 500;

/**
 * Makes an empty database with users 1, 2, 3 … and groups: as rows, since registering would hash a password for each,
 * and nobody of them signs in by one. Gives their ids.
 */
export async function fillDatabase(options: DatabaseOptions, filling: Filling): Promise<readonly UserId[]> {
  const { sequelize, driver, close } = await openDatabase(options);
  const ids = Array.from({ length: filling.users }, (_, at) => (FIRST + at) as UserId);
  try {
    const tables = defineTables(sequelize);
    await inTransaction(sequelize, async (transaction) => {
      for (let at = 0; at < ids.length; at += CHUNK) {
        const rows = ids.slice(at, at + CHUNK).map((id) => toRow(id, options.clock.now()));
        await tables.users.bulkCreate(rows, { transaction });
      }
      await tables.idBlocks.increment('next', { by: ids.length, where: { name: 'users' }, transaction });
    });
    const groups = createGroups({ sequelize, tables, clock: options.clock });
    for (const [at, group] of filling.groups.entries()) {
      const members = membersOf(at, filling.groups.length, ids.length).map((index) => FIRST + index);
      const memberIds = members.map((id) => id as UserId);
      const [creatorId = FIRST as UserId] = memberIds;
      await groups.create({ id: group as GroupId, name: group, creatorId, memberIds });
    }
    return ids;
  } finally {
    await driver.close();
    await close();
  }
}

function toRow(id: number, createdAt: number): UserRow {
  const name = `bench-${id}`;
  return {
    id,
    name,
    nameKey: userNameKey(name),
    // Matches no password.
    passwordHash: '',
    role: 'user',
    enabled: 1,
    tokensValidFrom: 0,
    lobbyJoinedAfter: 0,
    createdAt,
    deletedAt: null,
    keptOutAt: null,
    keptOutUntil: null,
    keptOutReason: null,
    keptOutBy: null,
  };
}
