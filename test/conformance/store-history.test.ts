import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEntry, ConnectionOpened } from '../../src/server/chat/record-ports.ts';
import type { User } from '../../src/server/chat/store-ports.ts';
import { engines } from '../support/databases.ts';
import { createWorld, expectRefusal, openStage } from './store-world.ts';
import type { Stage, World } from './store-world.ts';

const AT = 1_800_000_000_000;

describe.each(engines())('connection histories on $name', (engine) => {
  let world: World;
  let stage: Stage;
  let alice: User;
  let bob: User;

  beforeAll(async () => {
    world = await createWorld(engine);
    stage = await openStage(world.options);
    alice = await stage.user('alice');
    bob = await stage.user('bob');
    // Not in the order of their ids, several in one millisecond.
    for (const [id, since] of [
      ['c-b', AT],
      ['c-a', AT],
      ['c-c', AT],
      ['c-9', AT + 5],
      ['c-z', AT - 5],
    ] as const) {
      open({ id, since });
    }
    open({ id: 'c-bob', since: AT, userId: bob.id });
    stage.store.connections.closed({
      id: 'c-z',
      closedAt: AT + 1,
      code: 4503,
      cause: 'kicked by deploy@srv: 双开',
    });
  });
  afterAll(async () => {
    await stage.store.close();
    await world.remove();
  });

  const open = (more: Partial<ConnectionOpened> & { readonly id: string }) =>
    stage.store.connections.opened({
      userId: alice.id,
      since: AT,
      address: '10.0.4.17',
      client: 'seed',
      userAgent: 'Mozilla/5.0',
      ...more,
    });

  it('have everything at once, though it is written once a second, and why a connection ended', async () => {
    const { items, next } = await stage.store.connections.history({ userId: alice.id, limit: 10 });
    expect(items.map(({ id }) => id)).toEqual(['c-9', 'c-c', 'c-b', 'c-a', 'c-z']);
    expect(next).toBeUndefined();
    expect(items[0]).toEqual({
      id: 'c-9',
      userId: alice.id,
      openedAt: AT + 5,
      address: '10.0.4.17',
      client: 'seed',
      userAgent: 'Mozilla/5.0',
      closedAt: undefined,
      code: undefined,
      cause: undefined,
    });
    expect(items[4]).toMatchObject({ closedAt: AT + 1, code: 4503, cause: 'kicked by deploy@srv: 双开' });
  });

  it('page without a gap or a repetition, whatever is opened meanwhile', async () => {
    const { connections } = stage.store;
    const seen: string[] = [];
    let before: string | undefined;
    for (let page = 0; page < 9; page += 1) {
      const cursor = before === undefined ? {} : { before };
      const { items, next } = await connections.history({ userId: bob.id, limit: 2, ...cursor });
      seen.push(...items.map(({ id }) => id));
      if (page === 0) {
        expect(next).toBeUndefined();
        for (let n = 0; n < 5; n += 1) open({ id: `c-more-${n}`, since: AT - 100, userId: bob.id });
        before = `${AT}_c-bob`;
      } else {
        before = next;
      }
      if (before === undefined) break;
    }
    expect(seen).toEqual(['c-bob', 'c-more-4', 'c-more-3', 'c-more-2', 'c-more-1', 'c-more-0']);
  });

  it.each(['', 'x', '1', '_c-1', '-1_c-1', `${'9'.repeat(16)}_c-1`, "1_c-1' OR 1=1 --", '1_\0'])(
    'refuse %j as a cursor',
    async (before) => {
      await expectRefusal(
        stage.store.connections.history({ userId: alice.id, limit: 2, before }),
        'invalid_field',
      );
    },
  );
});

describe.each(engines())('the audit on $name', (engine) => {
  let world: World;
  let stage: Stage;

  beforeAll(async () => {
    world = await createWorld(engine);
    stage = await openStage(world.options);
    const entries: readonly Partial<AuditEntry>[] = [
      { action: 'user.add', target: 'user:2' },
      { action: 'user.kick', target: 'user:2 双开', actor: 'user:1' },
      { action: 'users', target: 'user:20' },
      { action: 'user', target: '100% of group:a_b' },
      { action: 'group.add', target: 'group:team 2 3', result: 'limit_exceeded' },
      { action: 'user0add', target: 'USER:2' },
    ];
    for (const [index, entry] of entries.entries()) {
      const whole = { actor: 'deploy@srv', action: '', target: '', address: '::1', result: 'ok', ...entry };
      await stage.store.audit.append({ ...whole, at: AT + index });
    }
  });
  afterAll(async () => {
    await stage.store.close();
    await world.remove();
  });

  it.each([
    [{}, [6, 5, 4, 3, 2, 1]],
    [{ actor: 'user:1' }, [2]],
    [{ actor: 'user' }, []],
    [{ action: 'user' }, [4, 2, 1]],
    [{ action: 'user.kick' }, [2]],
    [{ action: 'us' }, []],
    [{ target: 'user:2' }, [3, 2, 1]],
    [{ target: '双' }, [2]],
    [{ target: '%' }, [4]],
    [{ target: '_' }, [4]],
    [{ target: '\\' }, []],
    [{ target: "'" }, []],
    [{ target: '\0' }, []],
    [{ actor: 'deploy@srv', action: 'user', target: 'user', before: 4 }, [1]],
    [{ before: 3 }, [2, 1]],
  ])('answers %j', async (query, ids) => {
    const found = await stage.store.audit.list({ limit: 10, ...query });
    expect(found.items.map(({ id }) => id)).toEqual(ids);
    expect(found.next).toBeUndefined();
  });

  it('gives back what was written, and pages', async () => {
    const first = await stage.store.audit.list({ limit: 4 });
    expect(first.next).toBe(3);
    expect(first.items[1]).toEqual({
      id: 5,
      at: AT + 4,
      actor: 'deploy@srv',
      action: 'group.add',
      target: 'group:team 2 3',
      address: '::1',
      result: 'limit_exceeded',
    });
    const second = await stage.store.audit.list({ limit: 2, before: 3 });
    expect(second).toMatchObject({ items: [{ id: 2 }, { id: 1 }] });
    expect(second.next).toBeUndefined();
  });
});
