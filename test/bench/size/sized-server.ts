import type { LoadClient } from '../../../src/cli/bench/load-order.ts';
import { type Chatd, startChatd } from '../../support/chatd.ts';
import { tokenOf } from '../chatd-subject.ts';
import type { Measurable } from '../stopwatch.ts';
import type { SizedDatabase } from './sized-database.ts';

/** chatd on such a database, as its users run it. */
export interface SizedServer extends Measurable {
  readonly chatd: Chatd;
  /** Users 1, 2, 3 … */
  readonly clients: readonly LoadClient[];
}

export async function withServer<Result>(
  database: SizedDatabase,
  users: number,
  work: (server: SizedServer) => Promise<Result>,
): Promise<Result> {
  const chatd = await startChatd({
    dsn: database.dsn,
    config: { Log: { Level: 'warn' }, Data: database.dataDir },
    env: { NODE_ENV: 'production' },
  });
  try {
    const clients = Array.from({ length: users }, (_, at) => ({
      user: String(1 + at),
      token: tokenOf(chatd.secret, 1 + at),
    }));
    return await work({ chatd, clients, serverPid: chatd.pid, databasePid: database.pid });
  } finally {
    await chatd.stop();
    await chatd.dispose();
  }
}
