import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { createEventFeed } from './admin/event-feed.ts';
import { createAdmitOperator } from './auth/admit-operator.ts';
import { findCredential } from './auth/credentials.ts';
import { digestKey } from './auth/digest-key.ts';
import {
  createFirstAdministrator,
  type FirstAdministrator,
  keepPassword,
  makeDataFolder,
} from './auth/first-start.ts';
import { openSecret } from './auth/secret-file.ts';
import type { Clock, Log } from './chat/ports.ts';
import type { Store } from './chat/database-ports.ts';
import type { Config } from './config/config.ts';
import { type Core, createCore } from './core.ts';
import { answerRequest } from './gateway/answer.ts';
import { createGateway, type Gateway } from './gateway/create-gateway.ts';
import { createListener } from './gateway/create-listener.ts';
import { REFUSALS } from './gateway/refusal.ts';
import { adminRoutes } from './http/admin-routes.ts';
import { createHttp } from './http/create-http.ts';
import { type Address, listen } from './listen.ts';
import { createMetrics } from './observe/metrics.ts';
import { openAdminChannel } from './open-admin-channel.ts';
import { toSafeFields } from './observe/log-fields.ts';
import { createSampledLog } from './observe/log-sampler.ts';
import { openStore } from './store/open-store.ts';

export interface ServerOptions {
  readonly config: Config;
  readonly log: Log;
  /** chatd's own. */
  readonly version: string;
  /** Somebody is watching: what is shown once is shown to him, not written to a file. */
  readonly isTerminal: boolean;
  readonly clock?: Clock;
}

/** What a server that is open can say of itself. */
export interface Started {
  readonly http: Address;
  readonly ws: Address;
  /** For people: `SQLite …/chatd.db`; never a password. */
  readonly database: string;
  /** Present if this start made it. */
  readonly firstAdministrator: FirstAdministrator | undefined;
  readonly startedInMs: number;
}

export interface Server {
  /** Resolves once both doors are open. Rejects with ChatError and leaves nothing open if it cannot be. */
  start(): Promise<Started>;
  /** Drains: no new connections, what is in flight is finished, 1012 to who is left; then lets everything go. */
  stop(): Promise<void>;
}

/** Joins the parts: the store, the core, the doors. They are closed in the opposite order. */
export function createServer(options: ServerOptions): Server {
  const opened = createOpened();
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= opened.closeAll();
    return stopping;
  };
  return {
    async start() {
      try {
        return await open(options, opened);
      } catch (error) {
        await stop();
        throw error;
      }
    },
    stop,
  };
}

/** What has been opened, to be closed in the opposite order. */
interface Opened {
  add(close: () => void | Promise<void>): void;
  closeAll(): Promise<void>;
}

function createOpened(): Opened {
  const closers: (() => void | Promise<void>)[] = [];
  return {
    add: (close) => closers.push(close),
    async closeAll() {
      for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close();
    },
  };
}

async function open(options: ServerOptions, opened: Opened): Promise<Started> {
  const since = performance.now();
  const { config } = options;
  const clock = options.clock ?? { now: Date.now };
  const events = createEventFeed({ log: options.log, clock, toSafeFields });
  const { log } = events;
  await makeDataFolder(config.data);
  const secret = await openSecret({ secret: config.auth.secret, data: config.data }, log);
  const store = await openStore({
    mysqlDsn: config.mysql.dsn,
    dataDir: config.data,
    digestKey: digestKey(secret),
    keepConnectionsMs: config.keep.connections,
    keepAuditMs: config.keep.audit,
    log,
    clock,
  });
  opened.add(() => closeStore(store, log));
  const core = createCore({ ...options, log, events, clock, secret, store });
  opened.add(core.stats.start());
  const firstAdministrator = await createFirstAdministrator({
    data: config.data,
    admin: config.admin,
    isTerminal: options.isTerminal,
    users: store.users,
    accounts: core.accounts,
    log,
  });
  const refusalLog = createSampledLog(log);
  opened.add(() => refusalLog.close());
  const doors = await openDoors({ core, version: options.version, refusalLog }, opened).catch(
    async (error: unknown) => {
      if (firstAdministrator !== undefined)
        await keepPassword({ data: config.data, log }, firstAdministrator);
      throw error;
    },
  );
  const startedInMs = Math.round(performance.now() - since);
  return { ...doors, database: store.description, firstAdministrator, startedInMs };
}

/** ms the store has for its end, after the drain. */
const STORE_CLOSE_MS = 2000;

/** A database that does not answer must not keep the process: nobody was told an outcome that is not known. */
async function closeStore(store: Store, log: Log): Promise<void> {
  const isClosed = await Promise.race([store.close().then(() => true), delay(STORE_CLOSE_MS, false)]);
  if (!isClosed) log.warn('store_not_closed', { pending: store.log.pending });
}

interface Doors {
  readonly core: Core;
  readonly version: string;
  /** Sampled: for what anybody can cause at will. */
  readonly refusalLog: Log;
}

/** Opens HTTP and WebSocket, on one listener if they share an address. Their end is the drain. */
async function openDoors(doors: Doors, opened: Opened): Promise<Pick<Started, 'http' | 'ws'>> {
  const { core } = doors;
  const { config } = core;
  const drain = createDeadline(config.drain.timeout);
  const gateway = openGateway(doors);
  opened.add(() => gateway.close());
  const webSockets = openAdminChannel({ ...doors, others: gateway });
  opened.add(() => webSockets.close());
  const api = openApi(doors, drain.hasBegun);
  opened.add(() => closeApi(api, drain.leftMs()));

  const isShared = config.ws.host === config.host && config.ws.port === config.port;
  const listener = isShared ? api.server : createListener(webSockets);
  if (isShared) {
    listener.on('upgrade', webSockets.handleUpgrade);
    api.get('/ws', { schema: { hide: true } }, (_request, reply) => {
      reply.hijack();
      answerRequest(reply.raw, REFUSALS.notWebSocket, 'zh');
    });
  }
  opened.add(async () => {
    drain.begin();
    core.chat.drain();
    // Both doors go on answering: /readyz with 503, upgrades with "come back later".
    await Promise.all([gateway.drain(drain.leftMs()), webSockets.drain(drain.leftMs())]);
    if (!isShared) listener.close();
    await core.store.log.drain(drain.leftMs());
  });
  const ws = isShared ? undefined : await listen(listener, config.ws);
  const http = await listen(api, config);
  return { http, ws: ws ?? http };
}

/** One end for all that has to be finished within `Drain.Timeout`. */
function createDeadline(timeoutMs: number): { begin(): void; hasBegun(): boolean; leftMs(): number } {
  let end: number | undefined;
  return {
    begin: () => {
      end ??= performance.now() + timeoutMs;
    },
    hasBegun: () => end !== undefined,
    leftMs: () => Math.max(0, (end ?? 0) - performance.now()),
  };
}

function openApi({ core, version, refusalLog }: Doors, isDraining: () => boolean): FastifyInstance {
  const admitOperator = createAdmitOperator({ gate: core.operatorGate, refusalLog });
  return createHttp({
    ...core,
    version,
    adminRoutes: adminRoutes(core.admin),
    admitOperator,
    isOperatorAddress: core.operatorGate.isAllowed,
    metrics: createMetrics(core),
    isDraining,
  });
}

function openGateway({ core, refusalLog }: Doors): Gateway {
  return createGateway({
    ...core,
    settings: core.config,
    findCredential,
    handleFrame: core.chat.handleFrame,
    connections: core.store.connections,
    room: core.store.log.room,
    refusalLog,
  });
}

/** In flight is finished; who does not finish is cut off. */
async function closeApi(api: FastifyInstance, timeoutMs: number): Promise<void> {
  const cut = setTimeout(() => api.server.closeAllConnections(), timeoutMs);
  await api.close();
  clearTimeout(cut);
}
