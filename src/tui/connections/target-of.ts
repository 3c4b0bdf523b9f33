import type { ConnectionItem } from '../../protocol/admin-connections.ts';
import type { Target } from '../view.ts';

/** Whom an action on this connection is for, as he is now. */
export function targetOf({ id, userId, name, address, client }: ConnectionItem): Target {
  return { userId, name, connection: id, address, client };
}
