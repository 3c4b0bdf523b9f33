import { CHAT_TYPE } from '../../protocol/frames.ts';
import { groupConversation, LOBBY, toGroupId, type UserId } from '../../protocol/ids.ts';
import type { MembersCache, Sessions } from './ports.ts';
import type { GroupStore, StoredMessage } from './store-ports.ts';

/** How many a message is for, its sender not counted: with a live connection, and without. */
export interface Audience {
  readonly online: number;
  readonly offline: number;
}

interface AudienceOptions {
  readonly sessions: Pick<Sessions, 'of' | 'all'>;
  readonly members: MembersCache;
  readonly groupStore: Pick<GroupStore, 'lobbyCount'>;
}

/** Counts, at this moment, whom a stored message reaches: for the operator who sent it. Rejects as the stores do. */
export function createAudienceOf({ sessions, members, groupStore }: AudienceOptions) {
  const isOnline = (userId: UserId) => sessions.of(userId).length > 0;

  async function receiversOf({ chatType, conversationId, recvId }: StoredMessage): Promise<Iterable<UserId>> {
    if (chatType === CHAT_TYPE.private) return recvId === undefined ? [] : [recvId];
    const groupId = toGroupId(conversationId);
    const group = groupId === undefined ? undefined : await members.get(groupId);
    return group?.members.keys() ?? [];
  }

  async function lobbyAudience(senderId: UserId): Promise<Audience> {
    const online = new Set(Array.from(sessions.all(), (session) => session.userId));
    online.delete(senderId);
    const others = (await groupStore.lobbyCount()) - 1;
    return { online: online.size, offline: Math.max(0, others - online.size) };
  }

  return async function audienceOf(message: StoredMessage): Promise<Audience> {
    if (message.conversationId === groupConversation(LOBBY)) return lobbyAudience(message.senderId);
    const others = [...(await receiversOf(message))].filter((userId) => userId !== message.senderId);
    const online = others.filter(isOnline).length;
    return { online, offline: others.length - online };
  };
}
