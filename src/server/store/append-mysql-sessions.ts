import type { ConnectionOptions } from 'mysql2/promise';
import { openMysqlSession } from './append-mysql-session.ts';
import type { MysqlSession, OwnedSession } from './append-mysql-session.ts';

/** A few connections of the log's own, apart from Sequelize's: as many as there were transactions at once. */
export interface MysqlSessions {
  /** Lends a session to `work`. One whose state is in doubt afterwards is destroyed. */
  use<Result>(work: (session: MysqlSession) => Promise<Result>): Promise<Result>;
  /** Waits for the work under way, then lets the connections go. */
  close(): Promise<void>;
}

/** @param timeoutMs how long a server may take to answer: a stopped one would otherwise hold a query for ever. */
export function createMysqlSessions(options: ConnectionOptions, timeoutMs: number): MysqlSessions {
  const idle: OwnedSession[] = [];
  const lent = new Set<Promise<unknown>>();

  async function lend<Result>(work: (session: MysqlSession) => Promise<Result>): Promise<Result> {
    const session = takeIdle(idle) ?? (await openMysqlSession(options, timeoutMs));
    try {
      const result = await work(session);
      idle.push(session);
      return result;
    } catch (error) {
      if (await session.recover(error)) idle.push(session);
      else session.destroy();
      throw error;
    }
  }

  return {
    use(work) {
      const lending = lend(work).finally(() => lent.delete(lending));
      lent.add(lending);
      return lending;
    },
    async close() {
      await Promise.allSettled(lent);
      for (const session of idle.splice(0)) session.destroy();
    },
  };
}

/** One that nobody has ended meanwhile: the server, a proxy, an operator's KILL. */
function takeIdle(idle: OwnedSession[]): OwnedSession | undefined {
  for (let session = idle.pop(); session !== undefined; session = idle.pop()) {
    if (!session.isBroken) return session;
    session.destroy();
  }
  return undefined;
}
