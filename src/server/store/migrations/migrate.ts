import { DataTypes } from 'sequelize';
import type { Model, ModelStatic, Sequelize } from 'sequelize';
import type { UmzugStorage } from 'umzug';
import type { Clock } from '../../chat/ports.ts';
import { firstTables } from './0001-first-tables.ts';
import { operators } from './0002-operators.ts';
import { recalls } from './0003-recalls.ts';
import { messagesByConversation } from './0004-messages-by-conversation.ts';
import { columnTypes } from './column-types.ts';
import type { Dialect } from './column-types.ts';
import { createSchema } from './migration.ts';
import type { Migration } from './migration.ts';

/** In the order they run. Listed, not looked for in a folder: the built server has no such folder to rely on. */
const MIGRATIONS: readonly Migration[] = [firstTables, operators, recalls, messagesByConversation];

/** Runs what is pending, oldest first, and gives its names. The caller holds the database's lock. */
export async function migrate(sequelize: Sequelize, clock: Clock): Promise<readonly string[]> {
  const applied = appliedTable(sequelize);
  await applied.sync();
  if ((await migrationStatus(sequelize)).every(({ appliedAt }) => appliedAt !== undefined)) return [];
  // Only a first start, and one after an upgrade, need it.
  const { Umzug } = await import('umzug');
  const umzug = new Umzug({
    migrations: MIGRATIONS.map((step) => ({ name: step.name, up: () => run(step, sequelize, clock) })),
    storage: storageIn(applied, clock),
    logger: undefined,
  });
  const done = await umzug.up();
  return done.map(({ name }) => name);
}

async function run({ up }: Migration, sequelize: Sequelize, clock: Clock): Promise<void> {
  const dialect = sequelize.getDialect() as Dialect;
  const schema = { queries: sequelize.getQueryInterface(), types: columnTypes(dialect), now: clock.now() };
  if (dialect === 'mysql') return up(createSchema({ ...schema, transaction: null }));
  await sequelize.transaction((transaction) => up(createSchema({ ...schema, transaction })));
}

export interface MigrationStatus {
  readonly name: string;
  /** ms since 1970; undefined while it is pending. */
  readonly appliedAt: number | undefined;
}

/** What has run and what has not. Changes nothing. */
export async function migrationStatus(sequelize: Sequelize): Promise<readonly MigrationStatus[]> {
  const tables = await sequelize.getQueryInterface().showAllTables();
  const rows = tables.includes(APPLIED) ? await appliedTable(sequelize).findAll() : [];
  const appliedAt = new Map(rows.map((row) => [row.get().name, row.get().appliedAt]));
  return MIGRATIONS.map(({ name }) => ({ name, appliedAt: appliedAt.get(name) }));
}

const APPLIED = 'migrations';

type AppliedTable = ModelStatic<Model<AppliedRow, AppliedRow>>;

interface AppliedRow {
  name: string;
  appliedAt: number;
}

function appliedTable(sequelize: Sequelize): AppliedTable {
  return sequelize.define(
    APPLIED,
    {
      name: { type: DataTypes.STRING(190), primaryKey: true },
      appliedAt: { type: DataTypes.BIGINT, allowNull: false },
    },
    { tableName: APPLIED, underscored: true, timestamps: false, charset: 'utf8mb4', collate: 'utf8mb4_bin' },
  );
}

function storageIn(applied: AppliedTable, clock: Clock): UmzugStorage {
  return {
    async executed() {
      const rows = await applied.findAll({ order: ['name'] });
      return rows.map((row) => row.get().name);
    },
    async logMigration({ name }) {
      await applied.create({ name, appliedAt: clock.now() });
    },
    async unlogMigration({ name }) {
      await applied.destroy({ where: { name } });
    },
  };
}
