import type { AckFrame } from '../../protocol/frames.ts';
import type { Author, Authorize, SendRequest } from './authorize.ts';
import type { Delivery, FrameSender } from './ports.ts';
import type { Appended, Draft, MessageLog } from './store-ports.ts';

/** A send under way. */
export interface Sending {
  /** Present while the send has no place in its conversation's order yet. Never rejects. */
  readonly admitted?: Promise<void>;
  /** The stored message, acked and handed to delivery. Rejects with ChatError: it is not stored. */
  readonly stored: Promise<Appended>;
}

/**
 * Sends one message: authorize → append → ack → deliver. Each step needs what the one before it made. Throws ChatError
 * if the request is refused at once. `session`: the connection it came over, if any: it gets the ack.
 */
export type SendMessage = (request: SendRequest, author: Author, session?: FrameSender) => Sending;

interface SendMessageOptions {
  readonly authorize: Authorize;
  readonly log: MessageLog;
  readonly delivery: Delivery;
}

export function createSendMessage({ authorize, log, delivery }: SendMessageOptions): SendMessage {
  // What follows a commit hangs on the promise of append itself, never on one made from it: that keeps acks and
  // deliveries of a conversation in the order in which the log settles, whichever way a draft came here.
  function store(draft: Draft, session: FrameSender | undefined): Promise<Appended> {
    return log.append(draft).then((appended) => {
      if (session !== undefined && draft.clientMsgId !== undefined) {
        session.reply(acknowledge(appended, draft.clientMsgId));
      }
      if (!appended.duplicate) delivery.deliver(appended, session);
      return appended;
    });
  }

  return (request, author, session) => {
    const draft = authorize(request, author);
    if (!(draft instanceof Promise)) return { stored: store(draft, session) };
    const stored = draft.then((draft) => store(draft, session));
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
