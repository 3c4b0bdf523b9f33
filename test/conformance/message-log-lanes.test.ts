import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppendFailure } from '../../src/server/store/append-driver.ts';
import type { AppendDriver, FailureReason } from '../../src/server/store/append-driver.ts';
import {
  answers,
  between,
  createGroup,
  group,
  kinds,
  openLog,
  storedIn,
  toGroup,
  toUser,
  upTo,
  user,
  type World,
} from './message-log-world.ts';

/** What a lane does when its driver fails: the real databases below, and failures put between them and the log. */
describe.each(kinds())('lanes over $name', ({ open }) => {
  let world: World;
  let pair = 1000;

  beforeAll(async () => {
    world = await open();
  });
  afterAll(() => world.close());

  function strangers(): readonly [number, number] {
    pair += 2;
    return [pair, pair + 1];
  }

  type Fate = 'pass' | 'lost before' | 'lost after';

  /** The world with a driver whose transactions are, one after the other, passed on or lost. Later ones pass. */
  function unreliable(...fates: readonly Fate[]): World {
    const left = [...fates];
    const under = async <Result>(work: () => Promise<Result>): Promise<Result> => {
      const fate = left.shift() ?? 'pass';
      if (fate === 'lost before') throw new AppendFailure('unavailable', 'unknown');
      const result = await work();
      if (fate === 'lost after') throw new AppendFailure('unavailable', 'unknown');
      return result;
    };
    return withDriver({
      append: (batch) => under(() => world.driver.append(batch)),
      changeMembers: (change) => under(() => world.driver.changeMembers(change)),
    });
  }

  function withDriver(changed: Partial<AppendDriver>): World {
    return { ...world, driver: { ...world.driver, ...changed } };
  }

  /** A driver that hands nothing on until it is released. */
  function held() {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const { promise: handed, resolve: hand } = Promise.withResolvers<void>();
    const driver = withDriver({
      append: async (batch) => {
        hand();
        await released;
        return world.driver.append(batch);
      },
    });
    return { world: driver, handed, release };
  }

  function failing(reason: FailureReason, outcome: 'not_stored' | 'unknown'): World {
    return withDriver({
      append: async () => {
        throw new AppendFailure(reason, outcome);
      },
    });
  }

  test.each<[string, readonly Fate[]]>([
    ['after the COMMIT', ['lost after']],
    ['before it', ['lost before']],
    ['again and again', ['lost before', 'lost after', 'lost after', 'lost before']],
  ])('stores each message once when the answer was lost %s', async (_, fates) => {
    const log = openLog(unreliable(...fates));
    const [alice, bob] = strangers();
    const appended = await Promise.all([
      log.append(toUser(alice, bob, 'one')),
      log.append(toUser(alice, bob, 'two', 'key')),
      log.append(toUser(alice, bob, 'two', 'key')),
      log.append(toUser(bob, alice, 'three')),
    ]);
    expect(appended.map(({ message, duplicate }) => [message.seq, duplicate])).toEqual([
      [1, false],
      [2, false],
      [2, true],
      [3, false],
    ]);
    const stored = await storedIn(world, between(alice, bob));
    expect(stored.map(({ content }) => content)).toEqual(['one', 'two', 'three']);
    expect(appended.map(({ message }) => message.id)).toEqual([0, 1, 1, 2].map((index) => stored[index]?.id));
  });

  test.each<[string, readonly Fate[]]>([
    ['after the COMMIT', ['lost after', 'lost before']],
    ['before it', ['lost before']],
  ])('says who joined and left though the answer was lost %s', async (_, fates) => {
    const id = `team-${(pair += 2)}`;
    await createGroup(world, id, [1, 2]);
    const log = openLog(unreliable(...fates));
    const change = { groupId: group(id), add: [user(3)], remove: [user(1)], by: user(2), maxMembers: 10 };
    const [changed, sent] = await Promise.all([
      log.changeMembers(change),
      log.append(toGroup(3, id, 'hello', { membersVersion: 1 })),
    ]);
    expect(changed).toMatchObject({ joined: [3], left: [1], atSeq: 0, group: { membersVersion: 2 } });
    expect(changed.group.members).toEqual(
      new Map([
        [2, { role: 'owner', joinedAfter: 0 }],
        [3, { role: 'member', joinedAfter: 0 }],
      ]),
    );
    expect(sent).toMatchObject({ membersVersion: 2, message: { seq: 1 } });
  });

  test('writes what arrived while a transaction was in flight as the next one', async () => {
    const sizes: number[] = [];
    const counting = withDriver({
      append: (batch) => {
        sizes.push(batch.entries.length);
        return world.driver.append(batch);
      },
    });
    const log = openLog(counting, { lanes: 1 });
    const [alice, bob] = strangers();
    const first = log.append(toUser(alice, bob, 'alone'));
    await Promise.resolve();
    await Promise.resolve();
    const rest = upTo(20).map((n) => log.append(toUser(alice, bob, `${n}`)));
    await Promise.all([first, ...rest]);
    expect(sizes).toEqual([1, 20]);
  });

  test('refuses at once what is too much, in count and in bytes', async () => {
    const { world: slow, release } = held();
    const [alice, bob] = strangers();
    const few = openLog(slow, { maxPending: 3 });
    const counted = upTo(5).map((n) => few.append(toUser(alice, bob, `${n}`)));
    const small = openLog(slow, { maxPendingBytes: 5000 });
    const sized = upTo(3).map(() => small.append(toUser(bob, alice, 'x'.repeat(2000))));
    expect(await answers([...counted.slice(3), ...sized.slice(2)])).toEqual([
      'storage_unavailable',
      'storage_unavailable',
      'storage_unavailable',
    ]);
    expect([few.pending, small.pending]).toEqual([3, 2]);
    release();
    await Promise.all([...counted.slice(0, 3), ...sized.slice(0, 2)]);
    expect(few.pending).toBe(0);
    expect(await storedIn(world, between(alice, bob))).toHaveLength(5);
  });

  test('refuses what waited too long, never what was handed to the database', async () => {
    const { world: slow, handed, release } = held();
    const log = openLog(slow, { maxWaitMs: 30, lanes: 1 });
    const [alice, bob] = strangers();
    const first = log.append(toUser(alice, bob, 'handed over'));
    await handed;
    const waiting = upTo(3).map((n) => log.append(toUser(alice, bob, `waiting ${n}`)));
    expect(await answers(waiting)).toEqual(Array(3).fill('storage_unavailable'));
    expect(log.pending).toBe(1);
    release();
    expect((await first).message.seq).toBe(1);
    expect((await log.append(toUser(alice, bob, 'after'))).message.seq).toBe(2);
    expect((await storedIn(world, between(alice, bob))).map(({ content }) => content)).toEqual([
      'handed over',
      'after',
    ]);
  });

  test('refuses what the database was never there for, once it has waited too long', async () => {
    const log = openLog(failing('unavailable', 'not_stored'), { maxWaitMs: 30 });
    const [alice, bob] = strangers();
    const sends = upTo(3).map((n) => log.append(toUser(alice, bob, `${n}`)));
    expect(await answers(sends)).toEqual(Array(3).fill('storage_unavailable'));
    expect(log.pending).toBe(0);
  });

  test('leaves unsettled what has no known outcome, for as long as it takes, and drain tells', async () => {
    let isBack = false;
    const gone = withDriver({
      append: async (batch) => {
        if (isBack) return world.driver.append(batch);
        throw new AppendFailure('unavailable', 'unknown');
      },
    });
    const log = openLog(gone, { maxWaitMs: 20 });
    const [alice, bob] = strangers();
    const first = log.append(toUser(alice, bob, 'perhaps stored'));
    await log.drain(100);
    expect(log.pending).toBe(1);
    isBack = true;
    await log.drain(10_000);
    expect(log.pending).toBe(0);
    expect(await first).toMatchObject({ duplicate: false, message: { seq: 1 } });
  });

  test('says at once when the disk is full', async () => {
    const log = openLog(failing('full', 'not_stored'));
    const [alice, bob] = strangers();
    expect(await answers([log.append(toUser(alice, bob, 'one'))])).toEqual(['storage_full']);
  });

  test('tries again after a conflict, and in halves after the second', async () => {
    const sizes: number[] = [];
    const crowded = withDriver({
      append: (batch) => {
        sizes.push(batch.entries.length);
        if (sizes.length <= 3) throw new AppendFailure('conflict', 'not_stored');
        return world.driver.append(batch);
      },
    });
    const log = openLog(crowded, { lanes: 1 });
    const [alice, bob] = strangers();
    const appended = await Promise.all(upTo(8).map((n) => log.append(toUser(alice, bob, `${n}`))));
    expect(sizes).toEqual([8, 8, 4, 2, 2, 4]);
    expect(appended.map(({ message }) => message.seq)).toEqual(upTo(8));
  });

  test('refuses everything once it is closed', async () => {
    const closing = await open();
    const log = openLog(closing);
    await log.append(toUser(1, 2, 'stored'));
    await closing.driver.close();
    expect(await answers([log.append(toUser(1, 2, 'late'))])).toEqual(['storage_unavailable']);
    expect(log.pending).toBe(0);
    await closing.close();
  });
});
