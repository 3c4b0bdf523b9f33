import { z } from 'zod';
import type { SomeMembers } from '../../protocol/admin-users.ts';
import type { UserId } from '../../protocol/ids.ts';
import type { User } from '../chat/store-ports.ts';
import { type AdminCommand, defineCommand } from './admin-command.ts';
import type { AdminParts } from './admin-parts.ts';
import { explainConflict } from './explain-conflict.ts';
import { createFindUser, type FindUser } from './find-user.ts';
import { namedUser, paging, toNamedUser, toPage, userSpec } from './schemas.ts';

type Parts = Pick<AdminParts, 'users' | 'groups' | 'groupStore' | 'adminName'>;

const OPERATOR = { operator: true } as const;

/** What is done to groups. The rights of users do not bind operators; the rules of groups do. */
export function groupCommands(parts: Parts): readonly AdminCommand[] {
  const findUser = createFindUser(parts.users);
  // Every one before anything is done: a wrong name changes nothing.
  const findUsers = async (specs: readonly string[]) => {
    const found = new Map<UserId, User>();
    for (const spec of specs) {
      const user = await findUser(spec, 'users');
      found.set(user.id, user);
    }
    return [...found.values()];
  };
  return [
    listCommand(parts),
    createCommand(parts, findUser, findUsers),
    addCommand(parts, findUsers),
    removeCommand(parts, findUsers),
  ];
}

type FindUsers = (specs: readonly string[]) => Promise<readonly User[]>;

function listCommand({ groupStore }: Parts): AdminCommand {
  return defineCommand('group.list', {
    summary: 'List groups, by id',
    input: z.object(paging),
    answer: z.object({ groups: z.array(adminGroup), total: z.number() }),
    async run(query) {
      const { groups, total } = await groupStore.list(toPage(query));
      return { groups: groups.map((group) => ({ ...group, creatorId: String(group.creatorId) })), total };
    },
  });
}

function createCommand({ groups, adminName }: Parts, findUser: FindUser, findUsers: FindUsers): AdminCommand {
  return defineCommand('group.create', {
    summary: 'Create a group',
    input: z.object({
      group: z.string(),
      name: z.string().optional(),
      owner: userSpec.optional(),
      users: userSpecs.optional(),
    }),
    answer: adminGroup,
    target: ({ group }) => `group:${group}`,
    async run({ group: groupId, name: groupName = groupId, owner = `@${adminName}`, users = [] }) {
      const { id: creatorId } = await findUser(owner, 'owner');
      const memberIds = (await findUsers(users)).map(({ id }) => id);
      const made = groups.create({ groupId, groupName, creatorId, memberIds });
      const { name, members } = await explainConflict(made, {
        zh: `群组 id ${groupId} 已被使用, 或曾被使用`,
        en: `the group id ${groupId} is in use, or was once`,
      });
      return { id: groupId, name, creatorId: String(creatorId), memberCount: members.size, lastSeq: 0 };
    },
  });
}

function addCommand({ groups }: Parts, findUsers: FindUsers): AdminCommand {
  return defineCommand('group.add', {
    summary: 'Add users to a group',
    input: someMembers,
    answer: membersAnswer,
    target: describe,
    async run({ group, users: specs }) {
      const users = await findUsers(specs);
      const ids = users.map(({ id }) => id);
      const change = await groups.addMembers(group, ids, OPERATOR);
      const joined = users.filter(({ id }) => change.joined.includes(id));
      return { group, changed: joined.map(toNamedUser), memberCount: change.group.members.size };
    },
  });
}

function removeCommand({ groups }: Parts, findUsers: FindUsers): AdminCommand {
  return defineCommand('group.remove', {
    summary: 'Remove users from a group',
    input: someMembers,
    answer: membersAnswer,
    target: describe,
    async run({ group, users: specs }) {
      const left: User[] = [];
      let memberCount = 0;
      for (const user of await findUsers(specs)) {
        const change = await groups.removeMember(group, user.id, OPERATOR);
        if (change.left.includes(user.id)) left.push(user);
        memberCount = change.group.members.size;
      }
      return { group, changed: left.map(toNamedUser), memberCount };
    },
  });
}

function describe({ group, users }: SomeMembers): string {
  return `group:${group} ${users.join(' ')}`;
}

export const adminGroup = z.object({
  id: z.string(),
  name: z.string(),
  creatorId: z.string(),
  memberCount: z.number(),
  lastSeq: z.number(),
});

const userSpecs = z.array(userSpec).max(2000);
const someMembers = z.object({ group: z.string(), users: userSpecs.min(1) });
const membersAnswer = z.object({ group: z.string(), changed: z.array(namedUser), memberCount: z.number() });
