import { ChatError } from '../../protocol/error-codes.ts';
import { CHAT_TYPE, type RecallNotice } from '../../protocol/frames.ts';
import { type ConversationId, LOBBY, toGroupId, type UserId } from '../../protocol/ids.ts';
import type { ConversationStore, Recalled } from './conversation-ports.ts';
import type { Clock, Delivery, MembersCache, UserCache } from './ports.ts';
import { requireLetIn } from './require-let-in.ts';
import type { StoredMessage } from './store-ports.ts';

/** Who takes a message back. */
export type Recaller = { readonly userId: UserId } | { readonly operator: true };

/**
 * Takes a message back for everybody: its sender within `Message.RecallWindow`, a group's owner and admins always, an
 * operator always. Once it is gone, everybody online who could read it is told; whoever asks again is told alone.
 * Rejects with not_member, not_found, permission_denied.
 */
export type RecallMessage = (
  place: { readonly conversationId: ConversationId; readonly seq: number },
  by: Recaller,
) => Promise<Recalled>;

interface RecallOptions {
  readonly conversations: Pick<ConversationStore, 'messageAt' | 'recall'>;
  readonly users: UserCache;
  readonly members: MembersCache;
  readonly delivery: Pick<Delivery, 'signal' | 'signalReaders'>;
  readonly clock: Clock;
  /** ms a sender has, from `sentAt` on. */
  readonly recallWindow: number;
}

export function createRecall(options: RecallOptions): RecallMessage {
  const { conversations, users, members, delivery, clock, recallWindow } = options;

  async function authorize({ conversationId, seq }: Place, userId: UserId): Promise<void> {
    requireLetIn(await users.get(userId), clock.now());
    const message = await conversations.messageAt(userId, conversationId, seq);
    const isInTime = message.recalled === true || clock.now() - message.sentAt <= recallWindow;
    if (message.senderId === userId && isInTime) return;
    if (await mayModerate(message, userId)) return;
    throw message.senderId === userId ? tooLate() : new ChatError('permission_denied');
  }

  /** The lobby has nobody above the others, and neither has a private conversation. */
  async function mayModerate({ chatType, conversationId }: StoredMessage, userId: UserId): Promise<boolean> {
    const groupId = chatType === CHAT_TYPE.group ? toGroupId(conversationId) : undefined;
    if (groupId === undefined || groupId === LOBBY) return false;
    const role = (await members.get(groupId))?.members.get(userId)?.role;
    return role === 'owner' || role === 'admin';
  }

  function tell(recalled: Recalled, by: UserId | undefined): void {
    const { conversationId } = recalled.message;
    const notice = toNotice(recalled);
    if (!recalled.again) {
      delivery.signalReaders(recalled, notice);
      delivery.signal(recalled.rejoined, notice, { conversationId });
    } else if (by !== undefined) {
      // The answer to his first try may have been lost with its connection.
      delivery.signal([by], notice, { conversationId });
    }
  }

  return async (place, recaller) => {
    const by = 'userId' in recaller ? recaller.userId : undefined;
    if (by !== undefined) await authorize(place, by);
    const recalled = await conversations.recall({ ...place, by });
    tell(recalled, by);
    return recalled;
  };
}

type Place = Parameters<RecallMessage>[0];

function tooLate(): ChatError {
  return new ChatError('permission_denied', {
    text: { zh: '已超过可撤回的时间', en: 'too late to take it back' },
  });
}

function toNotice({ message, rev, by }: Recalled): RecallNotice {
  const { conversationId, seq } = message;
  return { type: 'recall', conversationId, seq, by: String(by ?? OPERATOR), rev };
}

const OPERATOR = 0;
