import { CHAT_TYPE } from '../../protocol/frames.ts';
import { type GroupId, groupConversation, LOBBY, toGroupId } from '../../protocol/ids.ts';
import type { MembersCache, Session, Sessions, UserCache } from '../chat/ports.ts';
import type { Appended, GroupMembers, StoredMessage, User } from '../chat/store-ports.ts';

export interface RouteOptions {
  readonly sessions: Pick<Sessions, 'of' | 'all'>;
  readonly members: MembersCache;
  readonly users: UserCache;
}

/**
 * Calls `write` for each live session entitled to a message: those of both users of a private conversation, in a group
 * those of who joined before it, in the lobby those of every user who is older than it. At once on warm caches.
 */
export type Route = (appended: Routed, write: Write) => void | Promise<void>;
type Write = (session: Session) => void;
type Routed = Omit<Appended, 'duplicate'>;

export function createRoute({ sessions, members, users }: RouteOptions): Route {
  function toBoth({ senderId, recvId }: StoredMessage, write: Write): void {
    for (const session of sessions.of(senderId)) write(session);
    if (recvId === undefined || recvId === senderId) return;
    for (const session of sessions.of(recvId)) write(session);
  }

  function toGroup({ message, membersVersion }: Routed, write: Write): void | Promise<void> {
    const groupId = toGroupId(message.conversationId);
    if (groupId === undefined) return undefined;
    const known = members.get(groupId);
    if (known instanceof Promise || (known !== undefined && known.membersVersion < membersVersion)) {
      return membersAt(groupId, membersVersion).then((group) => toMembers(group, message.seq, write));
    }
    return toMembers(known, message.seq, write);
  }

  /** The members, no older than the message: what was cached or being loaded may be. */
  async function membersAt(groupId: GroupId, membersVersion: number): Promise<GroupMembers | undefined> {
    const known = await members.get(groupId);
    if (known === undefined || known.membersVersion >= membersVersion) return known;
    members.drop(groupId);
    return members.get(groupId);
  }

  function toMembers(group: GroupMembers | undefined, seq: number, write: Write): void {
    for (const [userId, { joinedAfter }] of group?.members ?? []) {
      if (joinedAfter >= seq) continue;
      for (const session of sessions.of(userId)) write(session);
    }
  }

  function toLobby({ seq }: StoredMessage, write: Write): void | Promise<void> {
    const loads: Promise<void>[] = [];
    const writeIfOlder = (session: Session, user: User | undefined): void => {
      if (user !== undefined && user.lobbyJoinedAfter < seq) write(session);
    };
    for (const session of sessions.all()) {
      const user = users.get(session.userId);
      if (user instanceof Promise) loads.push(user.then((loaded) => writeIfOlder(session, loaded)));
      else writeIfOlder(session, user);
    }
    return loads.length === 0 ? undefined : allDone(loads);
  }

  return (appended, write) => {
    const { message } = appended;
    if (message.chatType === CHAT_TYPE.private) return toBoth(message, write);
    return message.conversationId === LOBBY_CONVERSATION ? toLobby(message, write) : toGroup(appended, write);
  };
}

const LOBBY_CONVERSATION = groupConversation(LOBBY);

/** Waits for every one of them, and only then rejects if one has. */
async function allDone(loads: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(loads);
  await Promise.all(loads);
}
