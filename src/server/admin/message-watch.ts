import { z } from 'zod';
import type { MessageWatch } from '../../protocol/admin-records.ts';
import { CHAT_TYPE } from '../../protocol/frames.ts';
import { groupConversation, LOBBY, toGroupId, type UserId } from '../../protocol/ids.ts';
import type { MembersCache, UserCache } from '../chat/ports.ts';
import type { StoredMessage, UserStore } from '../chat/store-ports.ts';
import type { WatchSource } from './channel/watch-ports.ts';
import { createFindUser } from './find-user.ts';
import { firstFitting } from './first-fitting.ts';
import { toMessageItems } from './message-items.ts';
import { toReadTarget } from './read-target.ts';
import { flag } from './record-schemas.ts';
import type { Ring } from './ring.ts';
import { userSpec } from './schemas.ts';
import { unknownGroup } from './unknown-group.ts';

/** Stored messages kept for watches: half a second of a busy server. */
export const MESSAGES_KEPT = 1000;
/** Messages told at once. */
const MOST_TOLD = 100;

interface MessageWatchParts {
  /** What was stored lately. */
  readonly stored: Pick<Ring<StoredMessage>, 'count' | 'since'>;
  readonly users: Pick<UserStore, 'byId' | 'byName' | 'namesOf'>;
  /** Whoever wrote just now is in them. */
  readonly userCache: Pick<UserCache, 'get'>;
  readonly members: Pick<MembersCache, 'get'>;
}

/** Which messages a watch is for. At once where the membership is known. */
type Choice = (message: StoredMessage) => boolean | Promise<boolean>;

/** Messages as they are stored, from the moment a watch begins. */
export function createMessageWatch(parts: MessageWatchParts): WatchSource<'message.watch'> {
  const { stored } = parts;
  const toChoice = createToChoice(parts);

  return {
    settings: z.object({
      user: userSpec.optional(),
      group: z.string().min(1).max(64).optional(),
      content: flag,
    }),
    everyMs: 500,
    isHeavy: false,
    open() {
      let place = stored.count;
      let choose: Choice = () => true;
      let withContent = false;
      return {
        async set(settings) {
          choose = await toChoice(settings);
          withContent = settings.content === true;
        },
        async read() {
          const { items, missed } = stored.since(place);
          place = stored.count;
          const chosen = await filter(items, choose);
          const latest = await toMessageItems(chosen.slice(-MOST_TOLD), namesOf(parts), withContent);
          const messages = firstFitting(latest.toReversed()).toReversed();
          const skipped = missed + chosen.length - messages.length;
          return messages.length + skipped === 0 ? undefined : { messages, skipped };
        },
      };
    },
    toAuditTarget: (settings) => (settings.content === true ? toReadTarget(settings) : undefined),
  };
}

function createToChoice({ users, members }: MessageWatchParts) {
  const findUser = createFindUser(users);

  return async ({ user, group }: MessageWatch): Promise<Choice> => {
    if (user !== undefined) return toUserChoice((await findUser(user)).id, members);
    if (group === undefined) return () => true;
    const groupId = toGroupId(group);
    if (groupId === undefined) throw unknownGroup(group);
    const id = groupConversation(groupId);
    return ({ conversationId }) => conversationId === id;
  };
}

/** What he wrote and what was for him. */
function toUserChoice(userId: UserId, members: MessageWatchParts['members']): Choice {
  return ({ senderId, recvId, chatType, conversationId }) => {
    if (senderId === userId || recvId === userId) return true;
    const groupId = chatType === CHAT_TYPE.group ? toGroupId(conversationId) : undefined;
    if (groupId === undefined || groupId === LOBBY) return groupId === LOBBY;
    const group = members.get(groupId);
    if (!(group instanceof Promise)) return group?.members.has(userId) === true;
    return group.then((found) => found?.members.has(userId) === true);
  };
}

async function filter(messages: readonly StoredMessage[], choose: Choice): Promise<readonly StoredMessage[]> {
  const verdicts = await Promise.all(messages.map(choose));
  return messages.filter((_message, index) => verdicts[index] === true);
}

function namesOf({ users, userCache }: MessageWatchParts) {
  return async (ids: readonly UserId[]): Promise<ReadonlyMap<UserId, string>> => {
    const known = await Promise.all(ids.map((id) => userCache.get(id)));
    const names = new Map(
      known.flatMap((user) => (user === undefined ? [] : [[user.id, user.name] as const])),
    );
    const gone = ids.filter((id) => !names.has(id));
    return gone.length === 0 ? names : new Map([...names, ...(await users.namesOf(gone))]);
  };
}
