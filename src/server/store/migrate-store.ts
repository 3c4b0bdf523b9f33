import { openDatabase } from './open-database.ts';
import type { DatabaseOptions } from './open-database.ts';

/** Runs pending migrations under the database's lock and gives their names. Rejects like openStore(). */
export async function migrateStore(
  options: DatabaseOptions,
): Promise<{ readonly description: string; readonly migrated: readonly string[] }> {
  const { description, migrated, driver, close } = await openDatabase(options);
  await driver.close();
  await close();
  return { description, migrated };
}
