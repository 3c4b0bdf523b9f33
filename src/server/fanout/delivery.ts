import { CHAT_TYPE, type ServerFrame } from '../../protocol/frames.ts';
import type { ConversationId } from '../../protocol/ids.ts';
import type { Delivery, Log, Session, ToWire, WireFrame } from '../chat/ports.ts';
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

  return {
    deliver(appended, from) {
      const { message } = appended;
      const spared = message.chatType === CHAT_TYPE.private ? from?.id : undefined;
      chains.run(message.conversationId, () => {
        const write = writeOnce(() => toMessageFrame(message), toWire);
        return route(appended, (session) => {
          if (session.id !== spared) write(session);
        });
      });
    },
    notify(userIds, frame, conversationId) {
      chains.run(conversationId, () => {
        const write = writeOnce(() => frame, toWire);
        for (const userId of userIds) for (const session of sessions.of(userId)) write(session);
      });
    },
  };
}

/** Writes one frame to any number of sessions, made when the first of them gets it. */
function writeOnce(toFrame: () => ServerFrame, toWire: ToWire): (session: Session) => void {
  let wire: WireFrame | undefined;
  return (session) => {
    wire ??= toWire(toFrame());
    session.write(wire);
  };
}
