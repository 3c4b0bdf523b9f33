import type { Clock, Log } from '../chat/ports.ts';
import type { ConnectionLog } from '../chat/record-ports.ts';
import type { LiveSession } from './sessions.ts';

/** Who came and why they went: a line of the log and a row of the connection log each. */
export interface ConnectionJournal {
  opened(session: LiveSession): void;
  closed(session: LiveSession, code: number, cause: string): void;
}

export function createConnectionJournal(
  connections: ConnectionLog,
  log: Log,
  clock: Clock,
): ConnectionJournal {
  return {
    opened(session) {
      connections.opened(session);
      const { id, userId, client, address } = session;
      log.info('connection_opened', { connection: id, userId, client, address });
    },

    closed({ id, userId }, code, cause) {
      connections.closed({ id, code, cause, closedAt: clock.now() });
      log.info('connection_closed', { connection: id, userId, code, cause });
    },
  };
}
