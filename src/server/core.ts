import { type Admin, createAdmin } from './admin/create-admin.ts';
import type { EventFeed } from './admin/event-feed.ts';
import { MESSAGES_KEPT } from './admin/message-watch.ts';
import { createRing } from './admin/ring.ts';
import { type Accounts, createAccounts } from './auth/accounts.ts';
import { createIdentify } from './auth/identity.ts';
import { createOperatorGate, type OperatorGate } from './auth/operator-gate.ts';
import { createPasswords } from './auth/password.ts';
import { createThrottle } from './auth/throttle.ts';
import { type Chat, createChat } from './chat/create-chat.ts';
import { createMembersCache } from './chat/members-cache.ts';
import type { Clock, Identify, Log, SendLimiter } from './chat/ports.ts';
import { createSendLimiter } from './chat/send-limiter.ts';
import type { Store } from './chat/database-ports.ts';
import type { StoredMessage } from './chat/store-ports.ts';
import { createUserCache } from './chat/user-cache.ts';
import type { Config } from './config/config.ts';
import { createDelivery } from './fanout/delivery.ts';
import { toMessageFrame } from './fanout/message-frame.ts';
import { createSessions, type LiveSessions } from './gateway/sessions.ts';
import { toWire } from './gateway/wire.ts';
import { nodeName } from './node-name.ts';
import { createMeters, type ReadableMeters } from './observe/meters.ts';
import { createStats, type ServerStats, type StatsParts } from './observe/stats.ts';

/** What the core stands on. */
export interface Ground {
  /** chatd's own. */
  readonly version: string;
  readonly config: Config;
  readonly secret: string;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** What goes to the log, as operators read it. */
  readonly events: EventFeed;
}

/** Accounts, rules, sessions and operators' commands: everything between the database and the doors. */
export interface Core extends Ground {
  readonly stats: ServerStats;
  readonly identify: Identify;
  /** Who may give commands. */
  readonly operatorGate: OperatorGate;
  /** Which server this is. */
  readonly node: string;
  readonly accounts: Accounts;
  readonly sessions: LiveSessions;
  readonly meters: ReadableMeters;
  readonly limiter: SendLimiter;
  readonly chat: Chat;
  readonly admin: Admin;
}

/** Joins what lies behind the doors. Without a door nobody is online, and the same rules hold for a command line. */
export function createCore(ground: Ground): Core {
  const { config, clock, secret, store, log } = ground;
  const users = createUserCache(store.users);
  const members = createMembersCache(store.groups);
  const sessions = createSessions({ singleSignOn: config.ws.singleSignOn, clock });
  const meters = createMeters();
  const limiter = createSendLimiter({ ...config.ws, clock });
  const identify = createIdentify({ secret, users, clock });
  const allowFrom = config.admin.allowFrom;
  const operatorGate = createOperatorGate({ secret, users: store.users, allowFrom, clock });
  const accounts = createAccounts({
    ...config.auth,
    users: store.users,
    cache: users,
    members,
    sessions,
    passwords: createPasswords(),
    throttle: createThrottle(),
    secret,
    clock,
  });
  const stored = createRing<StoredMessage>(MESSAGES_KEPT);
  const chat = createChat({
    ...chatStores(store),
    toFrame: toMessageFrame,
    users,
    members,
    delivery: createDelivery({ sessions, members, users, toWire, log }),
    sessions,
    limiter,
    logger: log,
    onStored: stored.add,
    meters,
    clock,
    limits: { ...config.message, maxMembers: config.group.maxMembers },
  });
  sessions.observe(chat.presence);
  const node = nodeName();
  const stats = openStats(ground, { meters, connections: sessions, node });
  const admin = createAdmin({
    ...ground,
    ...recordsIn(store),
    groups: chat.groups,
    accounts,
    messages: chat,
    stored,
    sessions,
    connections: sessions,
    node,
    rateLimit: config.ws.messagesPerSecond,
    stats,
    userCache: users,
    members,
    identify,
    keepOutMs: config.kick.keepOut,
    adminName: config.admin.name,
  });
  return { ...ground, identify, operatorGate, node, accounts, sessions, meters, stats, limiter, chat, admin };
}

/** Of the store, what the rules of chat stand on. */
function chatStores({ log, users, groups, conversations, sync, connections }: Store) {
  return {
    log,
    userStore: users,
    groupStore: groups,
    conversations,
    syncStore: sync,
    connectionLog: connections,
  };
}

/** Of the store, what operators' commands look into. */
function recordsIn({ users, groups, connections, messageRecords, audit }: Store) {
  return { users, groupStore: groups, connectionLog: connections, messageRecords, audit };
}

function openStats(
  { config, version, store, clock }: Ground,
  live: Pick<StatsParts, 'meters' | 'connections' | 'node'>,
): ServerStats {
  const { maxConnections } = config.ws;
  return createStats({ ...live, name: config.name, version, maxConnections, store, clock });
}
