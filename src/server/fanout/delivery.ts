import { CHAT_TYPE, type ServerFrame } from '../../protocol/frames.ts';
import type { ConversationId } from '../../protocol/ids.ts';
import type { Delivery, Log, Place, Session, ToWire, WireFrame } from '../chat/ports.ts';
import { createChains } from './chains.ts';
import { toMessageFrame } from './message-frame.ts';
import { createRoute, type RouteOptions } from './route.ts';

interface DeliveryOptions extends RouteOptions {
  readonly toWire: ToWire;
  readonly log: Log;
}

/**
 * Delivery on this node: one chain per conversation, so that a message whose receivers have to be loaded first is not
 * overtaken. A frame is encoded once, and only if somebody gets it. A message that cannot be routed because the
 * database does not say who the members are is logged and not delivered live: it is stored, and history has it.
 */
export function createDelivery({ sessions, members, users, toWire, log }: DeliveryOptions): Delivery {
  const route = createRoute({ sessions, members, users });
  const chains = createChains<ConversationId>((conversationId, error) => {
    log.error('delivery_failed', { conversationId, error });
  });

  /** Encodes `frame` once, and only if somebody gets it. */
  function writerOf(frame: ServerFrame, place: Place): (session: Session) => void {
    let wire: WireFrame | undefined;
    return (session) => session.write((wire ??= toWire(frame)), place);
  }

  function placeOf(conversationId: ConversationId): Place {
    return { conversationId, seq: undefined };
  }

  return {
    deliver(appended, from, onDelivered) {
      const { message } = appended;
      const { conversationId, seq } = message;
      const spared = message.chatType === CHAT_TYPE.private ? from?.id : undefined;
      const deliverTo = (written: Session[] | undefined): void | Promise<void> => {
        const place = { conversationId, seq };
        let wire: WireFrame | undefined;
        return route(appended, (session) => {
          if (session.id === spared) return;
          wire ??= toWire(toMessageFrame(message));
          session.write(wire, place);
          written?.push(session);
        });
      };
      chains.run(
        conversationId,
        onDelivered === undefined ? () => deliverTo(undefined) : () => reportTo(onDelivered, deliverTo),
      );
    },
    notify(userIds, frame, conversationId) {
      chains.run(conversationId, () => {
        const write = writerOf(frame, placeOf(conversationId));
        for (const userId of userIds) sessions.of(userId).forEach(write);
      });
    },
    signal(userIds, frame, { conversationId, except }) {
      chains.run(conversationId, () => {
        const place = placeOf(conversationId);
        const write = writerOf(frame, isFleeting(frame) ? { ...place, isFleeting: true } : place);
        for (const userId of userIds) {
          for (const session of sessions.of(userId)) {
            if (session.client === 'v1' && session.id !== except?.id) write(session);
          }
        }
      });
    },
    signalReaders(appended, frame) {
      const { conversationId } = appended.message;
      chains.run(conversationId, () => {
        const write = writerOf(frame, placeOf(conversationId));
        return route(appended, (session) => {
          if (session.client === 'v1') write(session);
        });
      });
    },
  };
}

function isFleeting(frame: ServerFrame): boolean {
  return 'type' in frame && frame.type === 'typing';
}

/** Tells once whom it was written to, also when that failed half way. */
function reportTo(
  onDelivered: (sessions: readonly Session[]) => void,
  deliverTo: (written: Session[]) => void | Promise<void>,
): void | Promise<void> {
  const written: Session[] = [];
  try {
    const loading = deliverTo(written);
    if (loading !== undefined) return loading.finally(() => onDelivered(written));
  } catch (error) {
    onDelivered(written);
    throw error;
  }
  return onDelivered(written);
}
