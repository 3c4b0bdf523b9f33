import type { ConnectionItem } from '../../protocol/admin-connections.ts';
import type { LiveConnection } from '../chat/connection-ports.ts';

/** A live connection as operators see it, at this moment. */
export function toConnectionItem(connection: LiveConnection, now: number, node: string): ConnectionItem {
  return {
    id: connection.id,
    userId: String(connection.userId),
    name: connection.name,
    address: connection.address,
    client: connection.client,
    since: connection.since,
    idleMs: Math.max(0, now - connection.lastActiveAt),
    in: connection.messagesIn,
    out: connection.messagesOut,
    queued: connection.unsent,
    userAgent: connection.userAgent,
    node,
  };
}
