import type { MigrationStatus } from '../../server/store/migrations/migrate.ts';
import type { Command } from '../command.ts';
import { databaseOptions } from '../database-options.ts';
import type { Column } from '../print.ts';

/** Brings the database to this version, under its lock: not while a server has it. Makes it if it is missing. */
export const migrate: Command = async (context) => {
  const { config } = await context.loadConfig();
  const { makeDataFolder } = await import('../../server/auth/first-start.ts');
  const { migrateStore } = await import('../../server/store/migrate-store.ts');
  await makeDataFolder(config.data);
  const { description, migrated } = await migrateStore(databaseOptions(context, config));
  for (const name of migrated) {
    context.print.result({ en: `migrated  ${name}`, zh: `已升级  ${name}` }, { name, migrated: true });
  }
  context.print.note({ en: `up to date: ${description}`, zh: `已是最新: ${description}` });
};

/** Every migration, and when it ran; which database, and whether a server has it, on stderr. Changes nothing. */
export const status: Command = async (context) => {
  const { config } = await context.loadConfig();
  const { storeStatus } = await import('../../server/store/store-status.ts');
  const { description, exists, isInUse, migrations } = await storeStatus(databaseOptions(context, config));
  context.print.rows(COLUMNS, migrations.map(toRow));
  if (!exists)
    context.print.note({ en: `no database yet: ${description}`, zh: `尚无数据库: ${description}` });
  else if (isInUse) context.print.note({ en: `in use: ${description}`, zh: `使用中: ${description}` });
  else context.print.note({ en: `not in use: ${description}`, zh: `未使用: ${description}` });
};

interface Row {
  readonly name: string;
  /** ISO 8601; null while it is pending. */
  readonly appliedAt: string | null;
}

function toRow({ name, appliedAt }: MigrationStatus): Row {
  return { name, appliedAt: appliedAt === undefined ? null : new Date(appliedAt).toISOString() };
}

const COLUMNS: readonly Column<Row>[] = [
  { title: { en: 'MIGRATION', zh: '迁移' }, value: ({ name }) => name },
  { title: { en: 'APPLIED', zh: '执行于' }, value: ({ appliedAt }) => appliedAt ?? 'pending' },
];
