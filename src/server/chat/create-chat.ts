import { decodeChat } from '../../protocol/codec.ts';
import { ChatError } from '../../protocol/error-codes.ts';
import type { ConversationId } from '../../protocol/ids.ts';
import { type Audience, createAudienceOf } from './audience.ts';
import { type Author, type Authorize, createAuthorize, type SendRequest } from './authorize.ts';
import { createGroups, type Groups } from './groups.ts';
import { createHandleFrame } from './handle-frame.ts';
import type { Meters } from './connection-ports.ts';
import type {
  Clock,
  Delivery,
  HandleFrame,
  Log,
  MembersCache,
  SendLimiter,
  Sessions,
  UserCache,
} from './ports.ts';
import { createPresence, type Presence } from './presence.ts';
import { createReadState, type ReadState } from './read-state.ts';
import { createRecentAuthors } from './recent-authors.ts';
import { createRecall, type RecallMessage } from './recall.ts';
import type { ConnectionLog } from './record-ports.ts';
import { createSendMessage, type OnDelivered } from './send-message.ts';
import type { Signals } from './signals.ts';
import type { ConversationStore } from './conversation-ports.ts';
import type { Appended, GroupStore, MessageLog, StoredMessage, UserStore } from './store-ports.ts';
import { createSync, type SyncOptions } from './sync.ts';
import type { SyncStore } from './sync-ports.ts';
import { createTyping } from './typing.ts';

/** The rules of chat, behind every door: frames, HTTP, the admin channel. */
export interface Chat {
  /** Does not limit: the gateway has taken a frame's token from the limiter before, to slow its socket. */
  readonly handleFrame: HandleFrame;
  /**
   * Sends one message that came by HTTP or from an operator, by the same rules as a frame; resolves after the commit.
   * Rejects with rate_limited and the time to wait, except for operators. `onDelivered`: see Delivery.
   */
  send(request: SendRequest, by: Author, onDelivered?: OnDelivered): Promise<Appended>;
  /** How many others a message is for, and how many of them are online. */
  audienceOf(message: StoredMessage): Promise<Audience>;
  readonly groups: Groups;
  readonly reads: ReadState;
  readonly recall: RecallMessage;
  readonly presence: Presence;
  /** From now on every send is refused with draining; what is under way goes on. */
  drain(): void;
}

interface ChatOptions {
  readonly log: MessageLog;
  readonly users: UserCache;
  readonly members: MembersCache;
  readonly userStore: UserStore;
  readonly groupStore: GroupStore;
  readonly conversations: ConversationStore;
  readonly syncStore: SyncStore;
  /** A stored message as it travels. */
  readonly toFrame: SyncOptions['toFrame'];
  readonly connectionLog: ConnectionLog;
  readonly delivery: Delivery;
  readonly sessions: Sessions;
  readonly limiter: SendLimiter;
  readonly logger: Log;
  readonly meters: Meters;
  readonly clock: Clock;
  /** Told of every message once it is stored; an addition to a list, and cannot fail. */
  readonly onStored?: (message: StoredMessage) => void;
  /** `maxContent` in bytes of UTF-8, `recallWindow` in ms. */
  readonly limits: {
    readonly maxContent: number;
    readonly maxMembers: number;
    readonly recallWindow: number;
  };
}

export function createChat(options: ChatOptions): Chat {
  const { limits, limiter } = options;
  let isDraining = false;

  const authorize = createAuthorize({ ...options, maxContent: limits.maxContent });
  const authorizeUnlessDraining: Authorize = (request, author) => {
    if (isDraining) throw new ChatError('draining');
    return authorize(request, author);
  };
  const authors = createRecentAuthors();
  const onStored = (message: StoredMessage): void => {
    authors.add(message);
    options.onStored?.(message);
  };
  const sendMessage = createSendMessage({ ...options, onStored, authorize: authorizeUnlessDraining });

  async function send(request: SendRequest, by: Author, onDelivered?: OnDelivered): Promise<Appended> {
    const frame = decodeChat(request);
    if (frame instanceof ChatError) throw frame;
    const retryAfterMs = by.byOperator === true ? 0 : limiter.take(by.userId);
    if (retryAfterMs > 0) throw new ChatError('rate_limited', { retryAfterMs });
    return sendMessage(frame, by, undefined, onDelivered).stored;
  }

  const reads = createReadState({ ...options, authors });
  const recall = createRecall({ ...options, recallWindow: limits.recallWindow });
  const presence = createPresence(options);
  const signals: Signals = {
    read: (frame, by) => reads.mark(by.userId, toConversation(frame), frame.seq, by).then(ignore),
    typing: createTyping({ ...options, authorize: authorizeUnlessDraining }),
    recall: (frame, by) =>
      recall({ conversationId: toConversation(frame), seq: frame.seq }, { userId: by.userId }).then(ignore),
    sync: createSync(options),
    presence: presence.watch,
  };

  return {
    handleFrame: createHandleFrame({ ...options, sendMessage, signals }),
    send,
    reads,
    recall,
    presence,
    audienceOf: createAudienceOf(options),
    groups: createGroups({ ...options, maxMembers: limits.maxMembers }),
    drain: () => {
      isDraining = true;
    },
  };
}

/** The codec let through what can be a conversation's id, and nothing else. */
function toConversation({ conversationId }: { readonly conversationId: string }): ConversationId {
  return conversationId as ConversationId;
}

function ignore(): void {}
