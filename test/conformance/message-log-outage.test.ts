import { afterAll, beforeAll, expect, test } from 'vitest';
import { createConnection } from 'mysql2/promise';
import type { Log } from '../../src/server/chat/ports.ts';
import { AppendFailure } from '../../src/server/store/append-driver.ts';
import type { AppendDriver } from '../../src/server/store/append-driver.ts';
import { startPrivateMariadb } from '../support/mariadb.ts';
import type { PrivateMariadb } from '../support/mariadb.ts';
import { runSql } from '../support/databases.ts';
import { describeWithMariadb } from '../support/needs.ts';
import { startTraffic } from './message-log-traffic.ts';
import {
  between,
  openLog,
  openMysqlAt,
  silent,
  storedIn,
  toUser,
  upTo,
  type World,
} from './message-log-world.ts';

/** What users send while MariaDB is killed under it, stopped, crashed: acked and stored once, or refused and never stored. */
describeWithMariadb('message log on a MariaDB that fails', () => {
  let mariadb: PrivateMariadb;
  let world: World;
  let firstUser = 0;

  beforeAll(async () => {
    mariadb = await startPrivateMariadb();
    await runSql(mariadb.dsn(''), 'CREATE DATABASE chatd');
    world = await openMysqlAt(mariadb.dsn('chatd'), 600);
  });
  afterAll(async () => {
    await world.close();
    await mariadb.stop();
  });

  function startWriting(warn: Log['warn'] = () => {}) {
    firstUser += 100;
    return startTraffic(openLog(world, { maxWaitMs: 400, log: { ...silent, warn } }), firstUser);
  }

  test('loses nothing and stores nothing twice when its connections and statements are killed at random', async () => {
    const traffic = startWriting();
    await traffic.acked(200);
    const admin = await createConnection({ host: '127.0.0.1', port: mariadb.port, user: 'root' });
    for (const round of upTo(60)) {
      const [rows] = await admin.query(
        "SELECT id FROM information_schema.processlist WHERE db = 'chatd' ORDER BY RAND() LIMIT 1",
      );
      for (const { id } of rows as { id: number }[])
        await admin.query(`KILL ${round % 2 === 0 ? 'QUERY' : 'CONNECTION'} ${id}`).catch(ignoreGone);
      if (round % 3 === 0) await traffic.acked(20);
    }
    await admin.end();
    await traffic.end();
    const { acked, resent } = await traffic.check(world);
    expect(acked).toBeGreaterThan(600);
    expect(resent).toBeGreaterThan(50);
  });

  test.each(upTo(4))('is stopped while batches are in flight, and goes on (round %i)', async () => {
    const { promise: gaveUp, resolve } = Promise.withResolvers<unknown>();
    const traffic = startWriting((_, fields) => resolve(fields));
    await traffic.acked(150);
    const refused = traffic.refused();
    mariadb.signal('SIGSTOP');
    // The driver has destroyed its connections: what they still carry is found by the server when it goes on.
    expect(await gaveUp).toMatchObject({ reason: 'unavailable' });
    await refused;
    mariadb.signal('SIGCONT');
    await traffic.acked(150);
    await traffic.end();
    expect((await traffic.check(world)).refused).toBeGreaterThan(0);
    await untilNobodyWorks();
    await traffic.check(world);
  });

  test.each(upTo(2))('crashes, and comes back on the same data (round %i)', async () => {
    const traffic = startWriting();
    await traffic.acked(150);
    await mariadb.crash();
    await mariadb.startAgain();
    await traffic.acked(150);
    await traffic.end();
    await traffic.check(world);
  });

  test('waits for a row lock that somebody else holds, longer than the server lets it wait', async () => {
    const patient = await openMysqlAt(mariadb.dsn('chatd'), 2_500);
    const { promise: failedOnce, resolve } = Promise.withResolvers<unknown>();
    const log = openLog(patient, { log: { ...silent, warn: (_, fields) => resolve(fields) } });
    await log.append(toUser(1, 2, 'first'));
    const other = await createConnection({
      host: '127.0.0.1',
      port: mariadb.port,
      user: 'root',
      database: 'chatd',
    });
    await other.query('BEGIN');
    await other.query(`UPDATE conversations SET last_at = last_at WHERE id = '${between(1, 2)}'`);
    const second = log.append(toUser(2, 1, 'second'));
    expect(await failedOnce).toMatchObject({ reason: 'conflict', outcome: 'not_stored' });
    await other.query('ROLLBACK');
    expect((await second).message.seq).toBe(2);
    await other.end();
    await patient.close();
  });

  test('leaves a server that became read-only, and stores when it can be written again', async () => {
    await runSql(mariadb.dsn(''), "CREATE USER app@'127.0.0.1' IDENTIFIED BY 'secret'");
    await runSql(mariadb.dsn(''), "GRANT ALL ON chatd.* TO app@'127.0.0.1'");
    const app = await openMysqlAt(mariadb.dsn('chatd').replace('root:', 'app:secret'));
    const log = openLog(app, { maxWaitMs: 200 });
    await log.append(toUser(5, 6, 'before'));
    await runSql(mariadb.dsn(''), 'SET GLOBAL read_only = 1');
    await expect(log.append(toUser(5, 6, 'meanwhile'))).rejects.toMatchObject({
      code: 'storage_unavailable',
    });
    await runSql(mariadb.dsn(''), 'SET GLOBAL read_only = 0');
    expect((await log.append(toUser(5, 6, 'after'))).message.seq).toBe(2);
    await app.close();
  });

  test('stores text byte for byte whatever sql_mode and character set the server has', async () => {
    await runSql(
      mariadb.dsn(''),
      "SET GLOBAL sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES,PIPES_AS_CONCAT', GLOBAL character_set_server = latin1",
    );
    const strict = await openMysqlAt(mariadb.dsn('chatd'));
    const texts = ["\\'; DROP TABLE messages; --", '\\', '"quoted" || \'quoted\'', '你好 😀 \0 end  '];
    const log = openLog(strict);
    for (const text of texts) await log.append(toUser(7, 8, text, 'k\\' + texts.indexOf(text)));
    await runSql(mariadb.dsn(''), 'SET GLOBAL sql_mode = DEFAULT');
    expect((await storedIn(world, between(7, 8))).map(({ content }) => content)).toEqual(texts);
    await strict.close();
  });

  test('refuses alone what does not fit into a packet of the server', async () => {
    await runSql(mariadb.dsn(''), 'SET GLOBAL max_allowed_packet = 65536');
    const small = await openMysqlAt(mariadb.dsn('chatd'));
    const log = openLog(small);
    const outcomes = await Promise.allSettled([
      log.append(toUser(9, 10, 'small')),
      log.append(toUser(9, 10, 'x'.repeat(100_000))),
      ...upTo(30).map((n) => log.append(toUser(9, 10, `${n}`.repeat(5_000)))),
    ]);
    await runSql(mariadb.dsn(''), 'SET GLOBAL max_allowed_packet = DEFAULT');
    const codes = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
    expect(codes).toEqual(['internal']);
    expect(await storedIn(world, between(9, 10))).toHaveLength(31);
    await small.close();
  });

  test('never calls refused what an earlier attempt has stored, though looking for it ends in an error', async () => {
    await world.sql(`CREATE TRIGGER keep_seqs BEFORE UPDATE ON conversations FOR EACH ROW
      IF NEW.last_seq < OLD.last_seq THEN
        SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1114, MESSAGE_TEXT = 'full';
      END IF`);
    let attempts = 0;
    const forgetful: AppendDriver = {
      ...world.driver,
      append: async (batch) => {
        const outcomes = await world.driver.append(batch);
        attempts += 1;
        if (attempts === 1) throw new AppendFailure('unavailable', 'unknown');
        return outcomes;
      },
    };
    const { promise: failedTwice, resolve } = Promise.withResolvers<unknown>();
    const warn: Log['warn'] = (_, fields) => fields?.['attempts'] === 2 && resolve(fields);
    const log = openLog({ ...world, driver: forgetful }, { log: { ...silent, warn } });
    const sent = log.append(toUser(11, 12, 'stored at once'));
    expect(await failedTwice).toMatchObject({ reason: 'full', outcome: 'unknown' });
    await world.sql('DROP TRIGGER keep_seqs');
    expect(await sent).toMatchObject({ duplicate: false, message: { seq: 1 } });
    expect(await storedIn(world, between(11, 12))).toHaveLength(1);
  });

  /** What a stopped server still found in its sockets has run to its end. */
  async function untilNobodyWorks(): Promise<void> {
    for (let isBusy = true; isBusy; ) {
      const [row] = await world.sql('SELECT COUNT(*) AS n FROM information_schema.innodb_trx');
      isBusy = Number(row?.['n']) > 0;
    }
  }
});

function ignoreGone(error: { readonly errno?: number }): void {
  // 1094: the connection ended by itself before the KILL.
  if (error.errno !== 1094) throw error;
}
