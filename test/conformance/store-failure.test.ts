import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChatError } from '../../src/protocol/error-codes.ts';
import { toOpeningError, toStorageError } from '../../src/server/store/errors.ts';
import { parseDsn } from '../../src/server/store/mysql/parse-dsn.ts';
import { sequelizeOnMysql } from '../../src/server/store/mysql/sequelize-on-mysql.ts';
import { holdServerLock } from '../../src/server/store/mysql/server-lock.ts';
import { inTransaction } from '../../src/server/store/transaction.ts';
import { openDatabase } from '../../src/server/store/open-database.ts';
import { defineTables } from '../../src/server/store/tables.ts';
import { createAuditLog } from '../../src/server/store/audit-log.ts';
import { engines, runSql } from '../support/databases.ts';
import { createWorld, expectRefusal } from './store-world.ts';
import type { World } from './store-world.ts';

const ENTRY = { at: 1, actor: 'a', action: 'b', target: 'c', address: 'd', result: 'ok' };

describe.each(engines().filter(({ name }) => name === 'MariaDB'))('trouble with $name', (engine) => {
  let world: World;

  beforeEach(async () => {
    world = await createWorld(engine);
  });
  afterEach(() => world.remove());

  it('a query without an answer ends, and its connection with it', async () => {
    const sequelize = sequelizeOnMysql(parseDsn(world.options.mysqlDsn), 300);
    const error = await sequelize.query('SELECT SLEEP(20)').catch(toStorageError);
    expect(error).toMatchObject({ code: 'storage_unavailable' });
    expect(await sequelize.query('SELECT 1 AS one')).toMatchObject([[{ one: 1 }], expect.anything()]);
    await sequelize.close();
  });

  it('a connection to a server that became read-only is not lent again', async () => {
    const sequelize = sequelizeOnMysql(parseDsn(world.options.mysqlDsn), 5000);
    const thread = async () => JSON.stringify((await sequelize.query('SELECT CONNECTION_ID() AS id'))[0]);
    const before = await thread();
    expect(await thread()).toBe(before);
    const readOnly = "SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1290, MESSAGE_TEXT = 'read-only'";
    const error = await sequelize.query(readOnly).catch(toStorageError);
    expect(error).toMatchObject({ code: 'storage_unavailable' });
    expect(await thread()).not.toBe(before);
    await sequelize.close();
  });

  it('a transaction that lost a deadlock is run again', async () => {
    const { mysqlDsn } = world.options;
    await runSql(mysqlDsn, 'CREATE TABLE pair (id INT PRIMARY KEY, n INT NOT NULL)');
    await runSql(mysqlDsn, 'INSERT INTO pair VALUES (1, 0), (2, 0)');
    const sequelize = sequelizeOnMysql(parseDsn(mysqlDsn), 8000);
    let attempts = 0;
    let met = 0;
    const both = Promise.withResolvers<void>();
    const add = (first: number, second: number) =>
      inTransaction(sequelize, async (transaction) => {
        attempts += 1;
        await sequelize.query(`UPDATE pair SET n = n + 1 WHERE id = ${first}`, { transaction });
        met += 1;
        if (met === 2) both.resolve();
        await both.promise;
        await sequelize.query(`UPDATE pair SET n = n + 1 WHERE id = ${second}`, { transaction });
      });
    await Promise.all([add(1, 2), add(2, 1)]);
    expect(attempts).toBe(3);
    expect(await runSql(mysqlDsn, 'SELECT n FROM pair')).toEqual([{ n: 2 }, { n: 2 }]);
    await sequelize.close();
  });

  it('reads what others have committed, whatever the server’s own settings are', async () => {
    const sequelize = sequelizeOnMysql(parseDsn(world.options.mysqlDsn), 5000);
    const [rows] = await sequelize.query(
      'SELECT @@tx_isolation AS isolation, @@sql_mode AS mode, @@character_set_client AS text',
    );
    expect(rows).toEqual([
      {
        isolation: 'READ-COMMITTED',
        mode: 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION',
        text: 'utf8mb4',
      },
    ]);
    await sequelize.close();
  });

  it('the lock is taken again when its connection is lost', async () => {
    const target = parseDsn(world.options.mysqlDsn);
    const lock = await holdServerLock(target, world.options.log, 20);
    const holders = () =>
      runSql<{ id: number }[]>(
        world.options.mysqlDsn,
        `SELECT id FROM information_schema.processlist WHERE db = '${target.database}' AND id <> CONNECTION_ID()`,
      );
    const [first] = await holders();
    if (first === undefined) throw new Error('nobody holds the lock');
    await runSql(world.options.mysqlDsn, `KILL ${first.id}`);
    await until(async () => {
      const [now] = await holders();
      // Besides, a connection of ours may be just ending.
      return world.logged.length > 0 && now !== undefined && now.id !== first.id;
    });
    expect(world.logged).toEqual(['warn store_lock_lost']);
    await until(async () => {
      const second = await holdServerLock(target, world.options.log, 20).catch((error: unknown) => error);
      return (second as ChatError).code === 'conflict';
    });
    await lock.release();
    await (await holdServerLock(target, world.options.log, 20)).release();
  });
});

describe.each(engines())('errors on $name', (engine) => {
  let world: World;

  beforeEach(async () => {
    world = await createWorld(engine);
  });
  afterEach(() => world.remove());

  it('carry neither SQL nor values, nor the driver’s words', async () => {
    const { sequelize, driver, close } = await openDatabase(world.options);
    const tables = defineTables(sequelize);
    await sequelize.query('DROP TABLE audit');
    const error = await createAuditLog(tables.audit)
      .append({ ...ENTRY, target: 'hunter2' })
      .catch((refusal: ChatError) => refusal);
    expect(error).toMatchObject({ name: 'ChatError', code: 'internal' });
    const { cause } = error as ChatError;
    const everything = [
      cause,
      String(cause),
      (cause as Error).stack,
      JSON.stringify(cause),
      Object.values(cause ?? {}),
    ];
    expect(String(everything)).not.toMatch(/hunter2|INSERT/);
    expect(String(cause)).toMatch(/SequelizeDatabaseError (?:SQLITE_ERROR|ER_NO_SUCH_TABLE)/);
    await driver.close();
    await close();
  });

  it('are storage_unavailable when the database has gone', async () => {
    const { sequelize, driver, close } = await openDatabase(world.options);
    await driver.close();
    await close();
    await expectRefusal(createAuditLog(defineTables(sequelize).audit).append(ENTRY), 'storage_unavailable');
  });
});

describe.each(engines().filter(({ name }) => name === 'SQLite'))('a full disk on $name', (engine) => {
  it('is storage_full, and passes', async () => {
    const world = await createWorld(engine);
    const { sequelize, driver, close } = await openDatabase(world.options);
    const audit = createAuditLog(defineTables(sequelize).audit);
    const [[pages]] = (await sequelize.query('PRAGMA page_count')) as [[{ page_count: number }], unknown];
    await sequelize.query(`PRAGMA max_page_count = ${pages.page_count}`);
    const filling = async () => {
      for (;;) await audit.append({ ...ENTRY, target: 'x'.repeat(255) });
    };
    await expectRefusal(filling(), 'storage_full');
    await sequelize.query('PRAGMA max_page_count = 100000');
    await audit.append(ENTRY);
    await driver.close();
    await close();
    await world.remove();
  });
});

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await pause(20);
}

it('names the database that cannot be opened, and keeps what is said already', () => {
  const readOnly = Object.assign(new Error('attempt to write'), { code: 'SQLITE_READONLY' });
  const error = toOpeningError(readOnly, 'SQLite /data/chatd.db');
  expect(error.code).toBe('storage_unavailable');
  expect(error.textIn('en')).toBe('SQLite /data/chatd.db takes no writes, or does not answer');
  expect(toOpeningError(error, 'another')).toBe(error);
});
