import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ChatError } from '../../../protocol/error-codes.ts';
import type { Clock, Log } from '../../chat/ports.ts';
import { createSqliteAppend } from '../append-sqlite.ts';
import { toOpeningError, toStorageError } from '../errors.ts';
import { migrate } from '../migrations/migrate.ts';
import type { OpenedDatabase, PeekedDatabase } from '../opened-database.ts';
import { takeLock } from './open-database.ts';
import { sequelizeOnSqlite } from './sequelize-on-sqlite.ts';
import { SqliteThreadError } from './thread-protocol.ts';
import { openSqliteThreads } from './threads.ts';

/** Opens `<dataDir>/chatd.db`, made if it is missing, under its lock, migrated. Rejects with ChatError. */
export async function openSqlite(
  dataDir: string,
  { log, clock }: { readonly log: Log; readonly clock: Clock },
): Promise<OpenedDatabase> {
  const file = fileIn(dataDir);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const threads = await openSqliteThreads({ file, lock: true, log }).catch((error: unknown) => {
    throw isBusy(error) ? inUse(file) : unusable(error, file);
  });
  const sequelize = sequelizeOnSqlite(threads, file);
  try {
    const migrated = await migrate(sequelize, clock);
    return {
      sequelize,
      driver: createSqliteAppend(threads),
      migrated,
      description: describe(file),
      async ping() {
        await threads.run({ sql: 'SELECT 1', parameters: [] });
      },
      close: () => threads.close(),
    };
  } catch (error) {
    await threads.close();
    throw toOpeningError(error, describe(file));
  }
}

/** Looks at the file without changing anything or taking its lock. Rejects with ChatError. */
export async function peekSqlite(dataDir: string, log: Log): Promise<PeekedDatabase> {
  const file = fileIn(dataDir);
  const description = describe(file);
  if (!existsSync(file)) return { description, opened: undefined };
  try {
    const isInUse = isLocked(file);
    const threads = await openSqliteThreads({ file, lock: false, log });
    const sequelize = sequelizeOnSqlite(threads, file);
    return { description, opened: { sequelize, isInUse, close: () => threads.close() } };
  } catch (error) {
    throw unusable(error, file);
  }
}

/** Found out by trying: the kernel keeps no list. */
function isLocked(file: string): boolean {
  try {
    takeLock(file, 0).close();
    return false;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY') return true;
    throw error;
  }
}

function fileIn(dataDir: string): string {
  return join(dataDir, 'chatd.db');
}

function describe(file: string): string {
  return `SQLite ${file}`;
}

function isBusy(error: unknown): boolean {
  return error instanceof SqliteThreadError && error.code === 'SQLITE_BUSY';
}

function inUse(file: string): ChatError {
  return new ChatError('conflict', {
    text: { zh: `数据库 ${file} 正被另一个 chatd 使用`, en: `another chatd is using the database ${file}` },
  });
}

function unusable(error: unknown, file: string): ChatError {
  const { cause } = toStorageError(error).detail;
  const isDatabase = !(error instanceof SqliteThreadError && /NOTADB|CORRUPT/.test(error.code));
  const zh = isDatabase ? '无法打开,请检查权限和磁盘空间' : '不是 SQLite 数据库,或已损坏';
  const en = isDatabase
    ? 'cannot be opened: look at its permissions and the disk'
    : 'is no SQLite database, or is damaged';
  return new ChatError('storage_unavailable', { cause, text: { zh: `${file} ${zh}`, en: `${file} ${en}` } });
}
