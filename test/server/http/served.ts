import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { type Accounts, createAccounts } from '../../../src/server/auth/accounts.ts';
import { createIdentify } from '../../../src/server/auth/identity.ts';
import { createPasswords } from '../../../src/server/auth/password.ts';
import { createThrottle } from '../../../src/server/auth/throttle.ts';
import { createChat } from '../../../src/server/chat/create-chat.ts';
import { createMembersCache } from '../../../src/server/chat/members-cache.ts';
import type { Log, LogFields } from '../../../src/server/chat/ports.ts';
import { createSendLimiter } from '../../../src/server/chat/send-limiter.ts';
import type { Store } from '../../../src/server/chat/database-ports.ts';
import { createUserCache } from '../../../src/server/chat/user-cache.ts';
import type { Config } from '../../../src/server/config/config.ts';
import { loadConfig } from '../../../src/server/config/load-config.ts';
import { createDelivery } from '../../../src/server/fanout/delivery.ts';
import { toMessageFrame } from '../../../src/server/fanout/message-frame.ts';
import { createSessions } from '../../../src/server/gateway/sessions.ts';
import { toWire } from '../../../src/server/gateway/wire.ts';
import { createMeters } from '../../../src/server/observe/meters.ts';
import { createHttp } from '../../../src/server/http/create-http.ts';
import type { HttpParts } from '../../../src/server/http/http-parts.ts';
import { ChatError } from '../../../src/protocol/error-codes.ts';
import { openStore } from '../../../src/server/store/open-store.ts';

/** The HTTP API on a free port, with everything behind it real: SQLite, accounts, chat; only the WebSocket door is absent. */
export interface Served {
  readonly app: FastifyInstance;
  readonly url: string;
  readonly port: number;
  readonly config: Config;
  readonly store: Store;
  readonly accounts: Accounts;
  readonly logged: readonly { readonly event: string; readonly fields: LogFields }[];
  /** What readyz says of it. */
  draining: boolean;
  close(): Promise<void>;
}

export interface ServeOptions {
  /** Settings as environment variables: `CHATD_UPLOAD_MAXSIZE`. */
  readonly env?: Readonly<Record<string, string>>;
  readonly parts?: Partial<HttpParts>;
}

const SECRET = 'only these tests sign tokens with this secret';

export async function serve({ env = {}, parts = {} }: ServeOptions = {}): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), 'chatd-http-'));
  const { config } = loadConfig({ file: undefined, folder, env });
  const clock = { now: Date.now };
  const logged: { event: string; fields: LogFields }[] = [];
  const log = toLog(logged);
  const store = await openStore({ mysqlDsn: '', dataDir: folder, keepConnectionsMs: 86_400_000, log, clock });
  const state = { draining: false };
  const core = createCore(config, store, log);
  const app = createHttp({
    ...core,
    config,
    version: '9.9.9',
    store,
    admitOperator: () => {
      throw new ChatError('not_found');
    },
    isOperatorAddress: () => false,
    metrics: () => Promise.resolve(''),
    isDraining: () => state.draining,
    clock,
    log,
    ...parts,
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return Object.assign(state, {
    app,
    url,
    port: Number(new URL(url).port),
    config,
    store,
    accounts: core.accounts,
    logged,
    async close() {
      await app.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  });
}

function createCore(
  config: Config,
  store: Store,
  log: Log,
): Pick<HttpParts, 'accounts' | 'chat' | 'identify'> {
  const clock = { now: Date.now };
  const users = createUserCache(store.users);
  const members = createMembersCache(store.groups);
  const sessions = createSessions({ singleSignOn: true, clock });
  const accounts = createAccounts({
    users: store.users,
    cache: users,
    members,
    sessions,
    passwords: createPasswords(),
    throttle: createThrottle(),
    secret: SECRET,
    expire: config.auth.expire,
    registration: config.auth.registration,
    clock,
  });
  const chat = createChat({
    log: store.log,
    users,
    members,
    userStore: store.users,
    groupStore: store.groups,
    conversations: store.conversations,
    syncStore: store.sync,
    toFrame: toMessageFrame,
    connectionLog: store.connections,
    delivery: createDelivery({ sessions, members, users, toWire, log }),
    sessions,
    limiter: createSendLimiter({ messagesPerSecond: 20, messageBurst: 60, clock }),
    logger: log,
    meters: createMeters(),
    clock,
    limits: { ...config.message, maxMembers: config.group.maxMembers },
  });
  return { accounts, chat, identify: createIdentify({ secret: SECRET, users, clock }) };
}

function toLog(logged: { event: string; fields: LogFields }[]): Log {
  const write = (event: string, fields: LogFields = {}): void => {
    logged.push({ event, fields });
  };
  return { debug: write, info: write, warn: write, error: write };
}

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // Whatever the route gives: a test says what it expects.
  readonly body: ReturnType<typeof JSON.parse>;
}

export interface Asked {
  readonly token?: string;
  /** An object is sent as JSON; text and forms go as they are. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `GET /v1/user/info`, and its answer. Redirects are answers too. */
export async function ask(
  served: Served,
  line: string,
  { token, body, headers = {} }: Asked = {},
): Promise<Answer> {
  const [method = '', path = ''] = line.split(' ');
  const isRaw = typeof body === 'string' || body instanceof FormData || body instanceof Uint8Array;
  const response = await fetch(served.url + path, {
    method,
    redirect: 'manual',
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isRaw ? body : JSON.stringify(body) }),
  });
  const text = Buffer.from(await response.arrayBuffer()).toString('latin1');
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const utf8 = Buffer.from(text, 'latin1').toString('utf8');
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson ? JSON.parse(utf8) : undefined,
  };
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly password: string;
  readonly token: string;
}

/** A new account, signed in. */
export async function register(served: Served, name: string): Promise<Person> {
  const password = `password of ${name}`;
  const { body } = await ask(served, 'POST /v1/user/register', { body: { name, password } });
  return { id: body.data.id, name, password, token: body.data.token };
}

/** The same, as an administrator. */
export async function registerAdministrator(served: Served, name: string): Promise<Person> {
  const person = await register(served, name);
  const user = await served.store.users.byName(name);
  if (user === undefined) throw new Error(`${name} was not registered`);
  await served.accounts.promote(user.id);
  return person;
}
