import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConnectionOpened } from '../../src/server/chat/record-ports.ts';
import type { User } from '../../src/server/chat/store-ports.ts';
import { openDatabase } from '../../src/server/store/open-database.ts';
import { defineTables } from '../../src/server/store/tables.ts';
import { createUpkeep } from '../../src/server/store/upkeep.ts';
import { engines } from '../support/databases.ts';
import { createWorld, openStage } from './store-world.ts';
import type { Stage, World } from './store-world.ts';

const DAY = 86_400_000;

describe.each(engines())('records on $name', (engine) => {
  let world: World;
  let stage: Stage;
  let alice: User;

  beforeEach(async () => {
    world = await createWorld(engine);
    stage = await openStage(world.options);
    alice = await stage.user('alice');
  });
  afterEach(async () => {
    await stage.store.close();
    await world.remove();
  });

  const open = (id: string, more: Partial<ConnectionOpened> = {}) =>
    stage.store.connections.opened({
      id,
      userId: alice.id,
      since: 1_800_000_000_000,
      address: '::ffff:10.0.0.1',
      client: 'v1',
      userAgent: 'test',
      ...more,
    });
  const rows = async () => {
    await stage.store.close();
    const found = await world.sql('SELECT id, closed_at, close_code, cause FROM connections ORDER BY id');
    return found.map(({ id, closed_at, close_code, cause }) => ({
      id: String(id),
      closed_at,
      close_code,
      cause,
    }));
  };

  it('keep when and why a connection ended, however often it was written between', async () => {
    const { connections } = stage.store;
    open('c-1');
    connections.closed({ id: 'c-1', closedAt: 5, code: 4510, cause: 'replaced by c-2' });
    open('c-2');
    await connections.flush();
    connections.closed({ id: 'c-2', closedAt: 6, code: 1001, cause: 'client_left' });
    connections.closed({ id: 'c-2', closedAt: 9, code: 1006, cause: 'late' });
    connections.closed({ id: 'c-nobody', closedAt: 9, code: 1006, cause: 'never opened' });
    await connections.flush();
    expect(await rows()).toEqual([
      { id: 'c-1', closed_at: 5, close_code: 4510, cause: 'replaced by c-2' },
      { id: 'c-2', closed_at: 6, close_code: 1001, cause: 'client_left' },
    ]);
  });

  it('hold two connections of one id apart: ids begin anew with every start', async () => {
    const { connections } = stage.store;
    open('c-1', { since: 1 });
    connections.closed({ id: 'c-1', closedAt: 2, code: 1001, cause: 'first' });
    open('c-1', { since: 3 });
    connections.closed({ id: 'c-1', closedAt: 4, code: 1001, cause: 'second' });
    expect((await rows()).map((row) => row.cause).sort()).toEqual(['first', 'second']);
  });

  it('are written within a second or so by themselves, and in bulk', async () => {
    for (let n = 0; n < 1000; n += 1) open(`c-${n}`);
    expect(world.logged).not.toContain('warn connection_log_not_written');
    await stage.store.connections.flush();
    for (let n = 0; n < 1000; n += 1) {
      stage.store.connections.closed({ id: `c-${n}`, closedAt: 2, code: 1001, cause: 'x' });
    }
    const written = await rows();
    expect(written).toHaveLength(1000);
    expect(written.every((row) => row.closed_at === 2)).toBe(true);
  });

  it('say what was, to the letter', async () => {
    const userAgent = '"it\'s" \\n \\ $1 $rows ? :id `😀` 用户\n\u2028';
    open('c-1', { userAgent, since: 1_800_000_000_001 });
    open('c-2', { userAgent: '12345', address: '10.0.0.1', since: 1_800_000_000_002 });
    const end = { id: 'c-2', closedAt: 1_800_000_000_003, code: 4503, cause: 'kicked; "双开"' };
    stage.store.connections.closed(end);
    const { items } = await stage.store.connections.history({ userId: alice.id, limit: 10 });
    expect(items).toEqual([
      {
        ...end,
        userId: alice.id,
        openedAt: 1_800_000_000_002,
        address: '10.0.0.1',
        client: 'v1',
        userAgent: '12345',
      },
      {
        id: 'c-1',
        userId: alice.id,
        openedAt: 1_800_000_000_001,
        address: '::ffff:10.0.0.1',
        client: 'v1',
        userAgent,
        closedAt: undefined,
        code: undefined,
        cause: undefined,
      },
    ]);
  });

  it('cut what is too long, and take any text', async () => {
    open('c-1', { userAgent: `\0${'😀'.repeat(5000)}'; DROP TABLE users; --`, address: 'x'.repeat(500) });
    stage.store.connections.closed({ id: 'c-1', closedAt: 2, code: 1001, cause: '原因'.repeat(500) });
    await stage.store.audit.append({
      at: 1,
      actor: `deploy@${'h'.repeat(400)}`,
      action: 'user\0.add',
      target: '目标'.repeat(300),
      address: '::1',
      result: 'ok',
    });
    expect(await rows()).toHaveLength(1);
    expect(world.logged.filter((line) => /^(?:warn|error)/.test(line))).toEqual([]);
    expect(await world.sql('SELECT action, result FROM audit')).toEqual([
      { action: 'user.add', result: 'ok' },
    ]);
  });

  it('end with the server, and as crashed when it did not get to it', async () => {
    open('c-stopped');
    await stage.store.close();
    await world.sql(
      `INSERT INTO connections (id, opened_at, user_id, address, client, user_agent) VALUES ('c-crashed', 1, 1, '', 'v1', '')`,
    );
    stage = await openStage(world.options);
    expect(world.logged).toContain('warn connections_closed_after_crash');
    const ends = (await rows()).map(({ id, close_code: code, cause }) => ({ id, code, cause }));
    expect(ends).toEqual([
      { id: 'c-crashed', code: 1006, cause: 'crashed' },
      { id: 'c-stopped', code: 1012, cause: 'server_stopped' },
    ]);
  });

  it('survive a database that is away for a while', async () => {
    const database = stage.store;
    await database.close();
    // Written to a store that is closed: kept, not thrown at anybody.
    open('c-1');
    await database.connections.flush();
    expect(world.logged).toContain('warn connection_log_not_written');
  });

  it('go when they were kept long enough, open connections never', async () => {
    await stage.store.close();
    const database = await openDatabase(world.options);
    const { connections, audit } = defineTables(database.sequelize);
    const now = 100 * DAY;
    const row = { userId: 1, address: '', client: 'v1', userAgent: '', closeCode: 1001, cause: 'x' };
    const old = Array.from({ length: 1200 }, (_, n) => ({
      ...row,
      id: `old-${n}`,
      openedAt: n,
      closedAt: 69 * DAY,
    }));
    await connections.bulkCreate([
      ...old,
      { ...row, id: 'young', openedAt: 1, closedAt: 71 * DAY },
      { ...row, id: 'open', openedAt: 1, closedAt: null },
    ]);
    const entry = { actor: 'a', action: 'b', target: 'c', address: 'd', result: 'ok' };
    await audit.bulkCreate([
      { ...entry, at: DAY },
      { ...entry, at: 99 * DAY },
    ]);
    const upkeep = createUpkeep({
      ...world.options,
      tables: defineTables(database.sequelize),
      driver: database.driver,
      clock: { now: () => now },
      keepConnectionsMs: 30 * DAY,
      keepAuditMs: 90 * DAY,
    });
    await upkeep.run();
    await upkeep.close();
    const left = (await connections.findAll({ order: ['id'] })).map((kept) => kept.get().id);
    const audited = (await audit.findAll()).map((kept) => kept.get().at);
    await database.driver.close();
    await database.close();
    expect(left).toEqual(['open', 'young']);
    expect(audited).toEqual([99 * DAY]);
  });
});
