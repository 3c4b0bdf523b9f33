import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import type { StatsNow } from '../../src/protocol/admin-stats.ts';
import type { LoadClient } from '../../src/cli/bench/load-order.ts';
import { userNameKey } from '../../src/protocol/user-name.ts';
import { toUserId } from '../../src/protocol/ids.ts';
import { signToken } from '../../src/server/auth/token.ts';
import { type Actor, signInRoot } from '../support/api.ts';
import { type Chatd, startChatd } from '../support/chatd.ts';
import type { BenchDatabase, BenchMariadb } from './database.ts';
import { FIRST_USER, type Subject, type SubjectPlace } from './subject.ts';

/** chatd as its users run it, with the defaults of etc/backend.yaml but for the rate limits. `mariadb`: it stores there. */
export function chatdSubject(mariadb?: BenchMariadb): Subject {
  return {
    name: mariadb === undefined ? 'chatd, SQLite' : 'chatd, MariaDB',
    dialect: 'chatd',
    async start(place) {
      const database = await mariadb?.createDatabase();
      const chatd = await startChatd({
        dsn: database?.dsn ?? '',
        config: { Log: { Level: 'warn' } },
        env: { NODE_ENV: 'production' },
        nodeArgs: COLLECTABLE,
      });
      await addUsers(chatd, database, place.users);
      const root = await signInRoot(chatd);
      if (place.group !== undefined) await createGroup(root, place.group, place.users);
      return {
        url: chatd.ws,
        clients: clientsOf(chatd.secret, place),
        serverPid: chatd.pid,
        databasePid: mariadb?.pid,
        loopDelay: async () => (await ask<StatsNow>(root, 'GET /v1/admin/stats')).loopDelay,
        async stop() {
          await chatd.stop();
          await chatd.dispose();
          await database?.drop();
        },
      };
    },
  };
}

/** For Node: SIGUSR2 collects garbage and says what is in use, so that memory can be compared. */
export const COLLECTABLE: readonly string[] = [
  '--expose-gc',
  '--import',
  pathToFileURL(join(import.meta.dirname, 'peers/collect-on-signal.mjs')).href,
];

const COLUMNS =
  'id, name, name_key, password_hash, role, enabled, tokens_valid_from, lobby_joined_after, created_at';

/** Straight into the database: registering would hash a password each. */
async function addUsers(chatd: Chatd, database: BenchDatabase | undefined, count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, at) => {
    const name = `bench-${at}`;
    return [FIRST_USER + at, name, userNameKey(name), '', 'user', 1, 0, 0, Date.now()];
  });
  if (database !== undefined) {
    await database.query(`INSERT INTO users (${COLUMNS}) VALUES ?`, [rows]);
    return;
  }
  const sqlite = new Database(join(chatd.directory, 'data/chatd.db'));
  const insert = sqlite.prepare(`INSERT INTO users (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  sqlite.transaction(() => rows.forEach((row) => insert.run(...row)))();
  sqlite.close();
}

async function createGroup(root: Actor, group: string, users: number): Promise<void> {
  const ids = Array.from({ length: users }, (_, at) => String(FIRST_USER + at));
  await ask(root, 'POST /v1/admin/groups', { group, users: ids });
}

async function ask<Data>(root: Actor, route: string, body?: unknown): Promise<Data> {
  const { code, error, msg, data } = await root.request<Data>(route, body);
  if (code !== 200) throw new Error(`${route}: ${code} ${error} ${msg}`);
  return data;
}

function clientsOf(secret: string, { users }: SubjectPlace): readonly LoadClient[] {
  return Array.from({ length: users }, (_, at) => ({
    user: String(FIRST_USER + at),
    token: tokenOf(secret, FIRST_USER + at),
  }));
}

export function tokenOf(secret: string, user: number): string {
  const userId = toUserId(user);
  if (userId === undefined) throw new Error(`no user's id: ${user}`);
  return signToken(secret, { userId, issuedAt: Date.now(), expireSeconds: 86_400 });
}
