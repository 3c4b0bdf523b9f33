import { ChatError } from '../../protocol/error-codes.ts';
import { CHAT_TYPE, CONTENT_TYPE, type TypingFrame, type TypingNotice } from '../../protocol/frames.ts';
import {
  type ConversationId,
  isPrivateForm,
  LOBBY,
  toConversationId,
  toGroupId,
  type UserId,
} from '../../protocol/ids.ts';
import type { Authorize, SendRequest } from './authorize.ts';
import type { ConversationStore } from './conversation-ports.ts';
import { andThen, type NowOrLater } from './now-or-later.ts';
import type { Clock, Delivery, MembersCache, Sessions } from './ports.ts';
import { createRecentMap } from './recent-map.ts';
import type { Signals } from './signals.ts';
import type { Draft } from './store-ports.ts';

interface TypingOptions {
  /** Who may write somewhere may be seen typing there. */
  readonly authorize: Authorize;
  readonly conversations: Pick<ConversationStore, 'history'>;
  readonly members: MembersCache;
  readonly sessions: Pick<Sessions, 'all'>;
  readonly delivery: Pick<Delivery, 'signal'>;
  readonly clock: Clock;
}

/** ms between two notices of the same user in the same conversation. */
const EVERY_MS = 1000;
/** A group with more members is told nothing: everybody typing to everybody is too much. Of the lobby, users online. */
const MOST_MEMBERS = 200;
/** Users typing, and private conversations typed in by their id: more than there are at a time. */
const MOST_KEPT = 20_000;

/** Passes on that somebody is typing, at most once a second; what is more is dropped. Refused like a message there. */
export function createTyping(options: TypingOptions): Signals['typing'] {
  const { authorize, members, sessions, delivery, clock } = options;
  const toldAt = createRecentMap<string, number>({ limit: MOST_KEPT });
  const requestOf = createTypingPlace(options.conversations);

  function pass(userId: UserId, { target }: Draft): NowOrLater<void> {
    if (isTooSoon(`${userId} ${target.conversationId}`)) return undefined;
    return andThen(receiversOf(target), (receivers) => tell(userId, target.conversationId, receivers));
  }

  function tell(userId: UserId, conversationId: ConversationId, receivers: ReadonlySet<UserId>): void {
    const notice: TypingNotice = { type: 'typing', conversationId, userId: String(userId) };
    const others = [...receivers].filter((receiver) => receiver !== userId);
    if (receivers.size <= MOST_MEMBERS) delivery.signal(others, notice, { conversationId });
  }

  function isTooSoon(key: string): boolean {
    const now = clock.now();
    const last = toldAt.get(key);
    if (last !== undefined && now >= last && now - last < EVERY_MS) return true;
    toldAt.set(key, now);
    return false;
  }

  function receiversOf(target: Draft['target']): NowOrLater<ReadonlySet<UserId>> {
    if (target.chatType === CHAT_TYPE.private) return new Set([target.recvId]);
    const groupId = toGroupId(target.conversationId);
    if (groupId === undefined) return new Set();
    if (groupId === LOBBY) return usersOnline(sessions);
    return andThen(members.get(groupId), (group) => new Set(group?.members.keys() ?? []));
  }

  return (frame, by) =>
    andThen(requestOf(frame, by.userId), (request) =>
      andThen(authorize(request, by), (draft) => pass(by.userId, draft)),
    );
}

/** As many as there are, or one more than are told anything. */
function usersOnline(sessions: Pick<Sessions, 'all'>): ReadonlySet<UserId> {
  const online = new Set<UserId>();
  for (const { userId } of sessions.all()) {
    online.add(userId);
    if (online.size > MOST_MEMBERS) break;
  }
  return online;
}

/** Where a message would go that is being typed: `authorize` says whether it may. */
function createTypingPlace(conversations: Pick<ConversationStore, 'history'>) {
  const peers = createRecentMap<string, UserId>({ limit: MOST_KEPT });

  async function findPeer(userId: UserId, conversationId: ConversationId): Promise<UserId> {
    const window = { afterSeq: 0, limit: 1 };
    const { messages } = await conversations.history({ viewer: userId, conversationId, window });
    const [first] = messages;
    if (first?.recvId === undefined) throw new ChatError('no_such_recipient');
    return first.senderId === userId ? first.recvId : first.senderId;
  }

  function peerOf(userId: UserId, conversationId: ConversationId): NowOrLater<UserId> {
    const key = `${userId} ${conversationId}`;
    const known = peers.get(key);
    if (known !== undefined) return known;
    return findPeer(userId, conversationId).then((peer) => {
      peers.set(key, peer);
      return peer;
    });
  }

  return ({ recvId, conversationId = '' }: TypingFrame, userId: UserId): NowOrLater<SendRequest> => {
    if (recvId !== undefined) return toPrivate(recvId);
    const id = toConversationId(conversationId);
    if (id === undefined || !isPrivateForm(id)) return toGroup(conversationId);
    return andThen(peerOf(userId, id), (peer) => toPrivate(String(peer)));
  };
}

/** What is not typed yet: any text will do to ask whether it may be sent. */
const BLANK = { content: ' ', contentType: CONTENT_TYPE.text } as const;

function toPrivate(recvId: string): SendRequest {
  return { ...BLANK, chatType: CHAT_TYPE.private, recvId, conversationId: '' };
}

function toGroup(conversationId: string): SendRequest {
  return { ...BLANK, chatType: CHAT_TYPE.group, recvId: '', conversationId };
}
