import type { AckFrame } from '../../protocol/frames.ts';
import type { Author, Authorize, SendRequest } from './authorize.ts';
import type { Meters } from './connection-ports.ts';
import type { Delivery, FrameSender, Session } from './ports.ts';
import type { Appended, Draft, MessageLog, StoredMessage } from './store-ports.ts';

/** A send under way. */
export interface Sending {
  /** Present while the send has no place in its conversation's order yet. Never rejects. */
  readonly admitted?: Promise<void>;
  /** The stored message, acked and handed to delivery. Rejects with ChatError: it is not stored. */
  readonly stored: Promise<Appended>;
}

/**
 * Sends one message: authorize → append → ack → deliver. Each step needs what the one before it made. Throws ChatError
 * if the request is refused at once. `session`: the connection it came over, if any: it gets the ack. `onDelivered`: see
 * Delivery; never called for a duplicate.
 */
export type SendMessage = (
  request: SendRequest,
  author: Author,
  session?: FrameSender,
  onDelivered?: OnDelivered,
) => Sending;

export type OnDelivered = (sessions: readonly Session[]) => void;

interface SendMessageOptions {
  readonly authorize: Authorize;
  readonly log: MessageLog;
  readonly delivery: Delivery;
  readonly meters: Meters;
  /** Told of every message once it is stored; an addition to a list, and cannot fail. */
  readonly onStored?: (message: StoredMessage) => void;
}

export function createSendMessage(options: SendMessageOptions): SendMessage {
  const { authorize, log, delivery, meters, onStored } = options;

  // What follows a commit hangs on the promise of append itself, never on one made from it: that keeps acks and
  // deliveries of a conversation in the order in which the log settles, whichever way a draft came here.
  function store(draft: Draft, session?: FrameSender, onDelivered?: OnDelivered): Promise<Appended> {
    meters.messageIn();
    const since = performance.now();
    return log.append(draft).then((appended) => {
      if (session !== undefined && draft.clientMsgId !== undefined) {
        session.reply(acknowledge(appended, draft.clientMsgId));
      }
      if (!appended.duplicate) {
        meters.messageStored(performance.now() - since);
        onStored?.(appended.message);
        delivery.deliver(appended, session, onDelivered);
      }
      return appended;
    });
  }

  return (request, author, session, onDelivered) => {
    const draft = authorize(request, author);
    if (!(draft instanceof Promise)) return { stored: store(draft, session, onDelivered) };
    const stored = draft.then((draft) => store(draft, session, onDelivered));
    return { stored, admitted: draft.then(ignore, ignore) };
  };
}

function acknowledge({ message, duplicate }: Appended, clientMsgId: string): AckFrame {
  return {
    type: 'ack',
    clientMsgId,
    id: String(message.id),
    conversationId: message.conversationId,
    seq: message.seq,
    sentAt: message.sentAt,
    ...(duplicate ? { duplicate } : {}),
  };
}

/** Who waits for a place in the order does not care how it ended: `stored` tells. */
function ignore(): void {}
