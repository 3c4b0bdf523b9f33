import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChatError } from '../../src/protocol/error-codes.ts';
import { migrateStore } from '../../src/server/store/migrate-store.ts';
import { openStore } from '../../src/server/store/open-store.ts';
import { storeStatus } from '../../src/server/store/store-status.ts';
import { engines } from '../support/databases.ts';
import { conversationId, createWorld, expectRefusal, groupId, openStage } from './store-world.ts';
import type { World } from './store-world.ts';

const MIGRATIONS = ['0001-first-tables', '0002-operators', '0003-recalls', '0004-messages-by-conversation'];

describe.each(engines())('a store on $name', (engine) => {
  let world: World;

  beforeEach(async () => {
    world = await createWorld(engine);
  });
  afterEach(() => world.remove());

  it('is made when it is missing, and says what it is without a password', async () => {
    const before = await storeStatus(world.options);
    expect(before).toMatchObject({ isInUse: false });
    // A database that is there and empty (MariaDB's) has everything pending, whatever the server's others have.
    expect(before.migrations.map((step) => step.appliedAt)).toEqual(
      before.exists ? MIGRATIONS.map(() => undefined) : [],
    );
    const migrated = await migrateStore(world.options);
    expect(migrated.migrated).toEqual(MIGRATIONS);
    expect(await migrateStore(world.options)).toEqual({ ...migrated, migrated: [] });
    const after = await storeStatus(world.options);
    expect(after).toMatchObject({ exists: true, isInUse: false, description: migrated.description });
    expect(after.migrations).toEqual(MIGRATIONS.map((name) => ({ name, appliedAt: expect.any(Number) })));
    expect(after.description).toMatch(
      /^(?:SQLite \/.*\/chatd\.db|MySQL root@127\.0\.0\.1:\d+\/chatd_test_\w+)$/,
    );
  });

  it('takes over what an earlier chatd stored, also where a migration was cut off', async () => {
    const first = await openStage(world.options);
    const alice = await first.user('alice');
    await first.store.close();
    // As MySQL leaves a migration that was killed after its first statement.
    const onUsers = engine.name === 'SQLite' ? '' : ' ON users';
    await world.sql(`DROP INDEX users_kept_out_at${onUsers}`);
    for (const column of ['kept_out_until', 'kept_out_reason', 'kept_out_by']) {
      await world.sql(`ALTER TABLE users DROP COLUMN ${column}`);
    }
    await world.sql("DELETE FROM migrations WHERE name = '0002-operators'");

    const { migrated } = await migrateStore(world.options);
    expect(migrated).toEqual(['0002-operators']);
    const second = await openStage(world.options);
    expect(await second.store.users.byId(alice.id)).toEqual(alice);
    const keepOut = { until: undefined, reason: '双开', by: 'deploy@srv', since: 5 };
    await second.store.users.update(alice.id, { keepOut });
    expect(await second.store.users.byId(alice.id)).toEqual({ ...alice, keepOut });
    await second.store.close();
  });

  it('is one chatd’s at a time, and free when it closes', async () => {
    const first = await openStore(world.options);
    expect(await first.isReady(5000)).toBe(true);
    const refused = await openStore(world.options).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ChatError);
    expect(refused).toMatchObject({
      code: 'conflict',
      detail: { text: { en: expect.stringMatching(/another chatd/) } },
    });
    expect(await storeStatus(world.options)).toMatchObject({ isInUse: true });
    await first.close();
    expect(await first.isReady(5000)).toBe(false);
    const second = await openStore(world.options);
    await second.close();
  });

  it('is free when the process that had it was killed', async () => {
    const file = join(import.meta.dirname, 'store-holder.ts');
    const { mysqlDsn, dataDir } = world.options;
    const holder = spawn(process.execPath, [file, mysqlDsn, dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    await expectRefusal(openStore(world.options), 'conflict');
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const store = await openStore(world.options);
    await store.close();
  });

  it('keeps everything over a restart, and goes on counting', async () => {
    const first = await openStage(world.options);
    const alice = await first.user('alice');
    await first.group('team', alice);
    const said = await first.say(alice, 'team', 'kept');
    await first.store.close();

    const second = await openStage(world.options);
    const window = { page: 1, count: 10 };
    const page = await second.store.conversations.history({
      viewer: alice.id,
      conversationId: conversationId('team'),
      window,
    });
    expect(page.messages).toEqual([said]);
    const next = await second.say(alice, 'team', 'next');
    expect(next.seq).toBe(2);
    expect(next.id).toBeGreaterThan(said.id);
    expect((await second.user('bob')).id).toBe(alice.id + 1);
    await second.store.close();
  });

  it('finishes at the start what a crash left of a user’s deletion', async () => {
    const first = await openStage(world.options);
    const alice = await first.user('alice');
    const bob = await first.user('bob');
    await first.group('team', alice, bob);
    await first.store.close();
    await world.sql(`UPDATE users SET deleted_at = 1, name_key = NULL WHERE id = ${bob.id}`);

    const second = await openStage(world.options);
    const team = await second.store.groups.load(groupId('team'));
    expect([...(team?.members.keys() ?? [])]).toEqual([alice.id]);
    await second.store.close();
  });
});

const onMariadb = engines().filter(({ name }) => name === 'MariaDB');

describe.each(onMariadb)('a store of an earlier chatd on $name', (engine) => {
  it('has its messages moved into the order they are read in', async () => {
    const world = await createWorld(engine);
    const first = await openStage(world.options);
    const alice = await first.user('alice');
    await first.group('team', alice);
    const said = [await first.say(alice, 'team', 'one'), await first.say(alice, 'team', 'two')];
    await first.store.close();
    await world.sql(`ALTER TABLE messages DROP PRIMARY KEY, DROP INDEX messages_id, ADD PRIMARY KEY (id),
      ADD UNIQUE INDEX messages_conversation_no_seq (conversation_no, seq)`);

    // The second time as if the server had been killed between the move and the note of it.
    for (let time = 1; time <= 2; time += 1) {
      await world.sql(`DELETE FROM migrations WHERE name = '${MIGRATIONS.at(-1)}'`);
      expect((await migrateStore(world.options)).migrated).toEqual(MIGRATIONS.slice(-1));
    }
    const second = await openStage(world.options);
    const query = {
      viewer: alice.id,
      conversationId: conversationId('team'),
      window: { page: 1, count: 10 },
    };
    expect((await second.store.conversations.history(query)).messages).toEqual(said);
    await second.store.close();
    await world.remove();
  });
});

describe('a store that cannot be opened', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chatd-store-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const why = async (mysqlDsn: string, dataDir = folder): Promise<string> => {
    const error = await openStore({ ...QUIET, mysqlDsn, dataDir }).catch((refusal: unknown) => refusal);
    if (!(error instanceof ChatError)) throw new Error('it opened', { cause: error });
    return `${error.code}: ${error.textIn('en')}`;
  };

  it('says in our words why', async () => {
    expect(await why('root:hunter2@tcp(127.0.0.1:1)/chatd')).toBe(
      'storage_unavailable: cannot open MySQL root@127.0.0.1:1/chatd: no server listens there',
    );
    expect(await why('root:hunter2@unix(/nowhere.sock)/chatd')).toBe(
      'storage_unavailable: cannot open MySQL root@/nowhere.sock/chatd: there is no such socket file',
    );
    expect(await why('root:hunter2@tcp(nowhere.invalid)/chatd')).toBe(
      'storage_unavailable: cannot open MySQL root@nowhere.invalid:3306/chatd: no such host',
    );
    expect(await why('hunter2')).toMatch(/^invalid_field: MySQL\.DSN is user:password@tcp/);
  });

  it('says so of a file that is no database', async () => {
    writeFileSync(join(folder, 'chatd.db'), 'not a database, '.repeat(1000));
    expect(await why('')).toMatch(
      /^storage_unavailable: \/.*chatd\.db is no SQLite database, or is damaged$/,
    );
  });

  it('makes a folder that is missing, for its owner alone', async () => {
    const dataDir = join(folder, 'a', 'b');
    const store = await openStore({ ...QUIET, mysqlDsn: '', dataDir });
    await store.close();
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  });
});

const QUIET = {
  log: { debug() {}, info() {}, warn() {}, error() {} },
  clock: { now: () => Date.now() },
  keepConnectionsMs: 1,
};
