import { describe, expect, test } from 'vitest';
import { ChatError } from '../../../src/protocol/error-codes.ts';
import type { GroupId, UserId } from '../../../src/protocol/ids.ts';
import {
  type Actor,
  requireMayAdd,
  requireMayRemove,
  visibleGroup,
} from '../../../src/server/chat/group-rights.ts';
import { createMembersCache } from '../../../src/server/chat/members-cache.ts';
import type { GroupMembers, Member } from '../../../src/server/chat/store-ports.ts';

const ID = { owner: 1, admin: 2, admin2: 3, member: 4, member2: 5, outsider: 6, outsider2: 7 } as const;
type Person = keyof typeof ID;

const ROLES: readonly (readonly [Person, Member['role']])[] = [
  ['owner', 'owner'],
  ['admin', 'admin'],
  ['admin2', 'admin'],
  ['member', 'member'],
  ['member2', 'member'],
];

const group: GroupMembers = {
  groupId: 'team' as GroupId,
  name: 'Team',
  creatorId: ID.owner as UserId,
  membersVersion: 1,
  members: new Map(ROLES.map(([person, role]) => [ID[person] as UserId, { role, joinedAfter: 0 }])),
};
const members = createMembersCache({ load: async (id) => (id === group.groupId ? group : undefined) });

type Answer = 'ok' | 'not_member' | 'permission_denied' | 'not_found';
const actors = ['owner', 'admin', 'member', 'outsider', 'operator'] as const;
const targets = ['owner', 'admin2', 'member2', 'outsider2', 'self'] as const;
type ActorName = (typeof actors)[number];
type TargetName = (typeof targets)[number];

const SEE: Record<ActorName, Answer> = {
  owner: 'ok',
  admin: 'ok',
  member: 'ok',
  outsider: 'not_member',
  operator: 'ok',
};
const ADD: Record<ActorName, Answer> = {
  owner: 'ok',
  admin: 'ok',
  member: 'permission_denied',
  outsider: 'not_member',
  operator: 'ok',
};
const REMOVE: Record<ActorName, Record<TargetName, Answer>> = {
  owner: { owner: 'ok', admin2: 'ok', member2: 'ok', outsider2: 'ok', self: 'ok' },
  admin: {
    owner: 'permission_denied',
    admin2: 'permission_denied',
    member2: 'ok',
    outsider2: 'ok',
    self: 'ok',
  },
  member: {
    owner: 'permission_denied',
    admin2: 'permission_denied',
    member2: 'permission_denied',
    outsider2: 'permission_denied',
    self: 'ok',
  },
  outsider: {
    owner: 'not_member',
    admin2: 'not_member',
    member2: 'not_member',
    outsider2: 'not_member',
    self: 'not_member',
  },
  operator: { owner: 'ok', admin2: 'ok', member2: 'ok', outsider2: 'ok', self: 'ok' },
};

describe.each(actors)('%s', (actor) => {
  test(`sees the group: ${SEE[actor]}`, async () => {
    expect(await answerOf(() => visibleGroup(members, 'team', toActor(actor)))).toBe(SEE[actor]);
  });

  test(`adds: ${ADD[actor]}`, async () => {
    const add = async () =>
      requireMayAdd(await visibleGroup(members, 'team', toActor(actor)), toActor(actor));
    expect(await answerOf(add)).toBe(ADD[actor]);
  });

  test.each(targets)(`removes %s`, async (target) => {
    const targetId = target === 'self' ? idOf(actor) : idOf(target);
    const remove = async () => {
      requireMayRemove(await visibleGroup(members, 'team', toActor(actor)), targetId, toActor(actor));
    };
    expect(await answerOf(remove)).toBe(REMOVE[actor][target]);
  });

  test.each(['nowhere', 'NOT A GROUP', '', '0123456789abcdefghijkl'])(
    'a group that is none: %s',
    async (id) => {
      const answer = await answerOf(() => visibleGroup(members, id, toActor(actor)));
      expect(answer).toBe(actor === 'operator' ? 'not_found' : 'not_member');
    },
  );
});

function toActor(actor: ActorName): Actor {
  return actor === 'operator' ? { operator: true } : { userId: idOf(actor) };
}

function idOf(person: Person | 'operator'): UserId {
  return (person === 'operator' ? ID.outsider : ID[person]) as UserId;
}

async function answerOf(act: () => Promise<unknown>): Promise<string> {
  try {
    await act();
    return 'ok';
  } catch (error) {
    if (error instanceof ChatError) return error.code;
    throw error;
  }
}
