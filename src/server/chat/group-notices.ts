import { CHAT_TYPE, type SystemFrame, type SystemType } from '../../protocol/frames.ts';
import type { UserId } from '../../protocol/ids.ts';
import type { GroupMembers } from './store-ports.ts';

/** The most members a notice lists, and the most names its text does. */
const MAX_LISTED = 200;
const MAX_NAMED = 10;

/** To every member of a new group. Lists all of them. */
export function createdNotice(group: GroupMembers, creatorName: string): SystemFrame {
  const text = `${creatorName} 创建了群组“${group.name}”`;
  return notice('group_create', group, text, [...group.members.keys()]);
}

/** To everybody in the group after it, the new ones included. Lists those who joined. */
export function joinedNotice(
  group: GroupMembers,
  joined: readonly UserId[],
  names: readonly string[],
): SystemFrame {
  return notice('group_join', group, `${nameAll(names)} 加入了群组“${group.name}”`, joined);
}

/** To everybody left in the group, and to who is no longer in it. Lists him. */
export function leftNotice(group: GroupMembers, leaver: Leaver): SystemFrame {
  const text = `${leaver.name} ${leaver.byHimself ? '退出了' : '被移出'}群组“${group.name}”`;
  return notice('group_leave', group, text, [leaver.id]);
}

interface Leaver {
  readonly id: UserId;
  readonly name: string;
  /** He left; otherwise he was removed. */
  readonly byHimself: boolean;
}

function notice(
  systemType: SystemType,
  group: GroupMembers,
  content: string,
  listed: readonly UserId[],
): SystemFrame {
  return {
    chatType: CHAT_TYPE.system,
    systemType,
    content,
    groupInfo: {
      groupId: group.groupId,
      groupName: group.name,
      memberIds: listed.slice(0, MAX_LISTED).map(String),
      creatorId: String(group.creatorId),
    },
  };
}

function nameAll(names: readonly string[]): string {
  const all = names.slice(0, MAX_NAMED).join('、');
  return names.length > MAX_NAMED ? `${all} 等 ${names.length} 人` : all;
}
