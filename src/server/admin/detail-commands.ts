import { z } from 'zod';
import type { AdminMember, GroupDetail } from '../../protocol/admin-users.ts';
import { groupConversation, LOBBY, toGroupId, type UserId } from '../../protocol/ids.ts';
import type { GroupMembers, MemberRole } from '../chat/store-ports.ts';
import { type AdminCommand, defineCommand } from './admin-command.ts';
import type { AdminParts, AuditParts } from './admin-parts.ts';
import { createFindUser } from './find-user.ts';
import { adminGroup } from './group-commands.ts';
import { adminUser, namedUser, oneUser, toAdminUser } from './schemas.ts';
import { unknownGroup } from './unknown-group.ts';

type Parts = Pick<AdminParts, 'users' | 'groupStore' | 'messageRecords' | 'sessions'> &
  Pick<AuditParts, 'clock'>;

const MOST_GROUPS = 200;
/** As many as a group may have; of the lobby, the first. */
const MOST_MEMBERS = 2000;

/** One user, one group, with all there is to know. */
export function detailCommands(parts: Parts): readonly AdminCommand[] {
  const { users, messageRecords, sessions, clock } = parts;
  const findUser = createFindUser(users);

  return [
    defineCommand('user.get', {
      summary: 'Show a user, his groups, and whether he is kept out',
      input: oneUser,
      answer: adminUser.extend({
        unread: z.number().meta({ description: 'messages he has not read, at most 999' }),
        groupCount: z.number(),
        groups: z.array(namedUser).meta({ description: 'at most 200, by id' }),
      }),
      async run({ user: spec }) {
        const user = await findUser(spec);
        const [unread, { groups, total }] = await Promise.all([
          messageRecords.unreadOf(user.id),
          messageRecords.groupsOf(user.id, MOST_GROUPS),
        ]);
        const shown = toAdminUser(user, sessions.of(user.id).length > 0, clock.now());
        return { ...shown, unread, groupCount: total, groups };
      },
    }),
    defineCommand('group.get', {
      summary: 'Show a group and its members',
      input: z.object({ group: z.string().min(1).max(64) }),
      answer: adminGroup.extend({ members: z.array(groupMember) }),
      run: ({ group }) => showGroup(parts, group),
    }),
  ];
}

async function showGroup(parts: Parts, text: string): Promise<GroupDetail> {
  const id = toGroupId(text);
  if (id === undefined) throw unknownGroup(text);
  if (id === LOBBY) return showLobby(parts);
  const group = await parts.groupStore.load(id);
  if (group === undefined) throw unknownGroup(text);
  const members = await showMembers(parts, toRoles(group));
  return {
    id,
    name: group.name,
    creatorId: String(group.creatorId),
    memberCount: group.members.size,
    lastSeq: await lastSeqOf(parts, id),
    members,
  };
}

/** Everybody is in it, and nobody made it. */
async function showLobby(parts: Parts): Promise<GroupDetail> {
  const { groupStore } = parts;
  const [memberCount, ids, lastSeq] = await Promise.all([
    groupStore.lobbyCount(),
    groupStore.lobbyMembers(MOST_MEMBERS),
    lastSeqOf(parts, LOBBY),
  ]);
  const members = await showMembers(parts, new Map(ids.map((userId) => [userId, 'member'])));
  return { id: LOBBY, name: LOBBY, creatorId: '', memberCount, lastSeq, members };
}

async function lastSeqOf({ messageRecords }: Parts, id: typeof LOBBY): Promise<number> {
  const conversationId = groupConversation(id);
  const [last] = await messageRecords.list({ of: { conversationId }, limit: 1 });
  return last?.seq ?? 0;
}

function toRoles({ members }: GroupMembers): ReadonlyMap<UserId, MemberRole> {
  return new Map([...members].map(([userId, { role }]) => [userId, role]));
}

async function showMembers(
  { users, sessions }: Parts,
  roles: ReadonlyMap<UserId, MemberRole>,
): Promise<readonly AdminMember[]> {
  const ids = [...roles.keys()].toSorted((one, other) => one - other);
  const names = await users.namesOf(ids);
  return ids.map((id) => ({
    id: String(id),
    name: names.get(id) ?? String(id),
    role: roles.get(id) ?? 'member',
    online: sessions.of(id).length > 0,
  }));
}

const groupMember = namedUser.extend({ role: z.enum(['owner', 'admin', 'member']), online: z.boolean() });
