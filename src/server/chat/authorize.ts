import { ChatError } from '../../protocol/error-codes.ts';
import { CHAT_TYPE, type ChatFrame } from '../../protocol/frames.ts';
import { groupConversation, LOBBY, toGroupId, toUserId, type UserId } from '../../protocol/ids.ts';
import { privateConversation } from './conversation-id.ts';
import { andThen, type NowOrLater } from './now-or-later.ts';
import type { Clock, MembersCache, UserCache } from './ports.ts';
import { requireLetIn } from './require-let-in.ts';
import type { Draft, GroupTarget, PrivateTarget } from './store-ports.ts';

/** What somebody wants to say, and where. */
export type SendRequest = Omit<ChatFrame, 'type'>;

/** Who says it: always from a session, a token or an operator, never from the request. */
export interface Author {
  readonly userId: UserId;
  /** An operator speaks in this user's name: he is not rate limited or kept out and leaves the user's read position alone. */
  readonly byOperator?: true;
}

/** Whether `author` may send `request`: the draft, at once on warm caches. Throws or rejects with ChatError. */
export type Authorize = (request: SendRequest, author: Author) => NowOrLater<Draft>;

interface AuthorizeOptions {
  readonly users: UserCache;
  readonly members: MembersCache;
  /** The longest content, in bytes of UTF-8. */
  readonly maxContent: number;
  readonly clock: Clock;
}

export function createAuthorize({ users, members, maxContent, clock }: AuthorizeOptions): Authorize {
  function toDraft(request: SendRequest, author: Author): NowOrLater<Draft> {
    if (isLonger(request.content, maxContent)) throw new ChatError('content_too_large', { field: 'content' });
    const target =
      request.chatType === CHAT_TYPE.private
        ? privateTarget(request.recvId, author, users)
        : groupTarget(request.conversationId, author, members);
    return andThen(
      target,
      (target): Draft => ({
        target,
        senderId: author.userId,
        content: request.content,
        contentType: request.contentType,
        clientMsgId: request.clientMsgId,
        movesReadPosition: author.byOperator !== true,
      }),
    );
  }

  return (request, author) => {
    if (author.byOperator === true) return toDraft(request, author);
    const user = users.get(author.userId);
    if (user instanceof Promise) {
      return user.then((user) => {
        requireLetIn(user, clock.now());
        return toDraft(request, author);
      });
    }
    requireLetIn(user, clock.now());
    return toDraft(request, author);
  };
}

/** No character takes more than three bytes per UTF-16 unit, so short text need not be measured. */
function isLonger(content: string, maxBytes: number): boolean {
  return content.length * 3 > maxBytes && Buffer.byteLength(content) > maxBytes;
}

/** Whoever exists can be written to: oneself, and the disabled too, who read it when they are back. */
function privateTarget(recvId: string, { userId }: Author, users: UserCache): NowOrLater<PrivateTarget> {
  const id = toUserId(recvId);
  if (id === undefined) throw new ChatError('no_such_recipient');
  return andThen(users.get(id), (user): PrivateTarget => {
    if (user === undefined) throw new ChatError('no_such_recipient');
    return { chatType: CHAT_TYPE.private, conversationId: privateConversation(userId, id), recvId: id };
  });
}

/** A group that does not exist, one that cannot exist, and one the author is not in answer alike. */
function groupTarget(id: string, { userId }: Author, members: MembersCache): NowOrLater<GroupTarget> {
  const groupId = id === '' ? LOBBY : toGroupId(id);
  if (groupId === undefined) throw new ChatError('not_member');
  const conversationId = groupConversation(groupId);
  if (groupId === LOBBY) return { chatType: CHAT_TYPE.group, conversationId, membersVersion: 0 };
  return andThen(members.get(groupId), (group): GroupTarget => {
    if (group?.members.has(userId) !== true) throw new ChatError('not_member');
    return { chatType: CHAT_TYPE.group, conversationId, membersVersion: group.membersVersion };
  });
}
