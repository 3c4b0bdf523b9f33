import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MemberRole, MembersChange } from '../../src/server/chat/store-ports.ts';
import {
  answers,
  createGroup,
  group,
  kinds,
  openLog,
  toGroup,
  toUser,
  upTo,
  user,
  type World,
} from './message-log-world.ts';

describe.each(kinds())('membership changes on $name', ({ open }) => {
  let world: World;
  let groups = 0;

  beforeAll(async () => {
    world = await open();
  });
  afterAll(() => world.close());

  async function newGroup(...members: readonly number[]): Promise<string> {
    groups += 1;
    await createGroup(world, `team-${groups}`, members);
    return `team-${groups}`;
  }

  function change(
    id: string,
    add: readonly number[],
    remove: readonly number[] = [],
    maxMembers = 2000,
  ): MembersChange {
    return { groupId: group(id), add: add.map(user), remove: remove.map(user), by: user(1), maxMembers };
  }

  async function intervals(id: string) {
    const rows = await world.sql(
      `SELECT m.user_id, m.role, m.joined_after, m.left_at, m.added_by, m.ended_by FROM memberships m
       JOIN conversations c ON c.no = m.conversation_no WHERE c.id = '${id}' ORDER BY m.id`,
    );
    return rows.map((row) => Object.values(row));
  }

  test('keeps no key of who is refused, though resends and new messages share the batch', async () => {
    const log = openLog(world, { lanes: 1 });
    const id = await newGroup(1, 2);
    const send = (from: number, text: string, membersVersion: number) =>
      log.append(toGroup(from, id, text, { membersVersion, clientMsgId: 'key' }));
    await send(1, 'first', 1);
    const together = await answers([
      send(1, 'first', 1),
      send(3, 'from outside', 0),
      send(2, 'second', 1),
      log.append(toUser(1, 2, 'elsewhere', `key of ${id}`)),
      send(2, 'second', 1),
      send(2, 'other', 1),
    ]);
    expect(together).toMatchObject([
      { duplicate: true, message: { seq: 1 } },
      'not_member',
      { duplicate: false, message: { seq: 2 } },
      { duplicate: false },
      { duplicate: true, message: { seq: 2 } },
      'id_reused',
    ]);
    await log.changeMembers(change(id, [3]));
    expect(await send(3, 'from inside', 2)).toMatchObject({ duplicate: false, message: { seq: 3 } });
    expect(await send(3, 'from inside', 2)).toMatchObject({ duplicate: true, message: { seq: 3 } });
    const keys = await world.sql(
      `SELECT s.sender_id, m.seq FROM sends s JOIN messages m ON m.id = s.message_id
       JOIN conversations c ON c.no = s.conversation_no WHERE c.id = '${id}' ORDER BY m.seq`,
    );
    expect(keys.map(({ sender_id, seq }) => [sender_id, seq])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });

  test('takes its place among the messages: who joins gets what is after, who leaves what is up to it', async () => {
    const log = openLog(world);
    const id = await newGroup(1, 2);
    const send = (from: number, text: string, membersVersion: number) =>
      log.append(toGroup(from, id, text, { membersVersion }));
    const [one, changed, two, late, fromJoined] = await Promise.allSettled([
      send(2, 'one', 1),
      log.changeMembers(change(id, [3], [2])),
      send(1, 'two', 1),
      send(2, 'too late', 1),
      send(3, 'hello', 1),
    ]);
    expect(one).toMatchObject({ value: { message: { seq: 1 }, membersVersion: 1 } });
    expect(changed).toMatchObject({
      value: { joined: [3], left: [2], atSeq: 1, group: { membersVersion: 2 } },
    });
    expect(two).toMatchObject({ value: { message: { seq: 2 }, membersVersion: 2 } });
    expect(late).toMatchObject({ reason: { code: 'not_member' } });
    expect(fromJoined).toMatchObject({ value: { message: { seq: 3 }, membersVersion: 2 } });
    expect(await intervals(id)).toEqual([
      [1, 'owner', 0, null, null, null],
      [2, 'member', 0, 1, null, 1],
      [3, 'member', 1, null, 1, null],
    ]);
  });

  test('passes over members who join and strangers who leave, and then keeps the version', async () => {
    const log = openLog(world);
    const id = await newGroup(1, 2);
    const changed = await log.changeMembers(change(id, [2, 1], [9]));
    expect(changed).toMatchObject({
      joined: [],
      left: [],
      group: { membersVersion: 1, name: 'a group', creatorId: 1 },
    });
    expect(changed.group.members).toEqual(
      new Map([
        [1, { role: 'owner', joinedAfter: 0 }],
        [2, { role: 'member', joinedAfter: 0 }],
      ]),
    );
    expect((await log.changeMembers(change(id, [3, 3]))).joined).toEqual([3]);
    expect(await intervals(id)).toHaveLength(3);
  });

  test('lets somebody come back: a second interval beside the first', async () => {
    const log = openLog(world);
    const id = await newGroup(1, 2);
    await log.append(toGroup(2, id, 'bye', { membersVersion: 1 }));
    await log.changeMembers(change(id, [], [2]));
    await log.append(toGroup(1, id, 'without you', { membersVersion: 2 }));
    await log.changeMembers(change(id, [2]));
    expect((await intervals(id)).filter(([userId]) => userId === 2)).toEqual([
      [2, 'member', 0, 1, null, 1],
      [2, 'member', 2, null, 1, null],
    ]);
    expect(await log.append(toGroup(2, id, 'back', { membersVersion: 1 }))).toMatchObject({
      membersVersion: 3,
    });
  });

  test('refuses more members than the group may have, and changes nothing', async () => {
    const log = openLog(world);
    const id = await newGroup(1, 2);
    await expect(log.changeMembers(change(id, [3, 4], [], 3))).rejects.toMatchObject({
      code: 'limit_exceeded',
    });
    expect(await intervals(id)).toHaveLength(2);
    expect((await log.changeMembers(change(id, [3, 4], [2], 3))).group.members.size).toBe(3);
    expect((await log.changeMembers(change(id, [], [4], 1))).left).toEqual([4]);
  });

  test.each<[string, readonly MemberRole[], readonly number[], readonly number[], number | undefined]>([
    ['the longest-standing admin', ['owner', 'member', 'admin', 'admin'], [1], [], 3],
    ['else the longest-standing member', ['owner', 'member', 'member'], [1], [], 2],
    ['else who joins in the same change', ['owner'], [1], [7, 8], 7],
    ['nobody when nobody is left', ['owner', 'member'], [1, 2], [], undefined],
    ['nobody else while the owner stays', ['owner', 'admin'], [2], [], 1],
  ])('hands the group of an owner who leaves to %s', async (...[, roles, remove, add, heir]) => {
    const log = openLog(world);
    const id = await newGroup(...upTo(roles.length));
    for (const [index, role] of roles.entries()) {
      await world.sql(
        `UPDATE memberships SET role = '${role}' WHERE user_id = ${index + 1}
         AND conversation_no = (SELECT no FROM conversations WHERE id = '${id}')`,
      );
    }
    const { group: after } = await log.changeMembers(change(id, add, remove));
    const owners = [...after.members].filter(([, { role }]) => role === 'owner').map(([userId]) => userId);
    expect(owners).toEqual(heir === undefined ? [] : [heir]);
    const stored = (await intervals(id)).filter(([, role, , leftAt]) => role === 'owner' && leftAt === null);
    expect(stored.map(([userId]) => userId)).toEqual(owners);
  });

  test('knows no group that was not made, is dismissed, or is the lobby', async () => {
    const log = openLog(world);
    const id = await newGroup(1);
    await world.sql(`UPDATE conversations SET dismissed_at = 1 WHERE id = '${id}'`);
    const changes = ['nothing', id, 'all'].map((name) => log.changeMembers(change(name, [5])));
    expect(await answers(changes)).toEqual(['not_found', 'not_found', 'not_found']);
  });

  test('checks whoever sends while two servers change the members: stored only if a member at that seq', async () => {
    const [here, there] = [openLog(world), openLog(world)];
    const id = await newGroup(1, 2);
    const outcomes = await Promise.all(
      upTo(60).map(async (n) => {
        const log = n % 2 ? here : there;
        if (n % 5 === 0) await log.changeMembers(n % 10 ? change(id, [], [2]) : change(id, [2]));
        return log.append(toGroup(2, id, `${n}`, { membersVersion: 1 })).then(
          ({ message }) => message.seq,
          (error: { code: string }) => error.code,
        );
      }),
    );
    const seqs = outcomes.filter((one) => typeof one === 'number').toSorted((a, b) => a - b);
    expect(seqs).toEqual(upTo(seqs.length));
    expect(outcomes.filter((one) => typeof one === 'string' && one !== 'not_member')).toEqual([]);
    const mine = (await intervals(id)).filter(([userId]) => userId === 2);
    for (const seq of seqs) {
      const covering = mine.filter(
        ([, , after, until]) => Number(after) < seq && (until === null || seq <= Number(until)),
      );
      expect(covering, `seq ${seq}`).toHaveLength(1);
    }
  });

  test('keeps private conversations out of it', async () => {
    const log = openLog(world);
    const { message } = await log.append(toUser(1, 2, 'hello'));
    const asGroup = { ...change('all', [5]), groupId: message.conversationId as never };
    await expect(log.changeMembers(asGroup)).rejects.toMatchObject({ code: 'not_found' });
  });
});
