import { join } from 'node:path';
import Database from 'better-sqlite3';
import { toUserId } from '../../src/protocol/ids.ts';
import { signToken } from '../../src/server/auth/token.ts';
import { type Actor, request } from './api.ts';
import { type Chatd, type ChatdOptions, startChatd } from './chatd.ts';
import { connect } from './client.ts';
import { runSql } from './databases.ts';
import type { Line } from './traffic.ts';

const FIRST_USER = 1000;

/** A server with `count` users who can sign in at once: registering them would hash a password each. */
export async function startWithCrowd(
  options: ChatdOptions,
  count: number,
): Promise<{ readonly chatd: Chatd; readonly crowd: readonly Actor[] }> {
  const fresh = await startChatd(options);
  await fresh.stop();
  const ids = Array.from({ length: count }, (_, at) => FIRST_USER + at);
  await addUsers(fresh, options.dsn ?? '', ids);
  const chatd = await fresh.restart();
  return { chatd, crowd: ids.map((id) => toActor(chatd, id)) };
}

/** Everybody writes to the next. */
export function roundDance(crowd: readonly Actor[]): readonly Line[] {
  return crowd.map((sender, at) => {
    const next = crowd[(at + 1) % crowd.length] ?? sender;
    return { sender, target: { chatType: 2, recvId: next.id } };
  });
}

async function addUsers(server: Chatd, dsn: string, ids: readonly number[]): Promise<void> {
  const rows = ids.map((id) => `(${id}, 'user${id}', 'user${id}', '', 'user', 1, 0, 0, ${Date.now()})`);
  const insert = `INSERT INTO users (id, name, name_key, password_hash, role, enabled, tokens_valid_from,
    lobby_joined_after, created_at) VALUES ${rows.join(', ')}`;
  if (dsn !== '') return runSql(dsn, insert);
  const database = new Database(join(server.directory, 'data/chatd.db'));
  database.exec(insert);
  database.close();
}

function toActor(server: Chatd, id: number): Actor {
  const userId = toUserId(id);
  if (userId === undefined) throw new Error(`${id} is no user`);
  const token = signToken(server.secret, { userId, issuedAt: Date.now(), expireSeconds: 36_000 });
  return {
    id: String(id),
    name: `user${id}`,
    password: '',
    token,
    connect: (options = {}) => connect(server, { token, ...options }),
    request: (route, body) => request(server, route, { token, ...(body === undefined ? {} : { body }) }),
    signIn: () => Promise.reject(new Error('one of a crowd has no password')),
  };
}
