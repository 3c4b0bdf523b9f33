import type {
  AdminAnswer,
  AdminMethod,
  AdminWatch,
  WatchData,
  WatchInput,
} from '../../src/protocol/admin.ts';
import type { ConnectionItem } from '../../src/protocol/admin-connections.ts';
import type { MessageItem, ServerEvent } from '../../src/protocol/admin-records.ts';
import type { StatsNow } from '../../src/protocol/admin-stats.ts';
import type { AdminUser } from '../../src/protocol/admin-users.ts';

/** What a server says to whoever draws screens: the one of the specification's pictures. */

/** 14:02:07 on 22 November 2026, where the test runs. */
export const NOW = new Date(2026, 10, 22, 14, 2, 7, 120).getTime();

/** A date that is the same wherever the test runs: clocks change in between. */
const CREATED = new Date(2026, 9, 15, 9, 30).getTime();

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const CONNECTIONS: readonly ConnectionItem[] = [
  connection('c-91a', '1043', '王芳 🚀', {
    address: '10.0.4.99',
    up: 12 * MINUTE,
    idleMs: 31 * SECOND,
    in: 7,
    out: 55,
    queued: 831_000,
  }),
  connection('c-8f2', '2', '王小明', {
    address: '10.0.4.17',
    up: 2.19 * HOUR,
    idleMs: 4 * SECOND,
    in: 118,
    out: 942,
    client: 'seed',
  }),
  connection('c-77b', '77', '王\u202Ex', {
    address: '192.168.7.20',
    up: 3 * SECOND,
    idleMs: 3 * SECOND,
    in: 1,
    out: 2,
  }),
  connection('c-410', '410', '王 (admin)', {
    address: '10.0.4.2',
    up: 124 * HOUR,
    idleMs: MINUTE,
    in: 0,
    out: 12,
    userAgent: 'wscat',
  }),
];

function connection(
  id: string,
  userId: string,
  name: string,
  more: Partial<ConnectionItem> & { readonly up: number },
): ConnectionItem {
  const { up, ...rest } = more;
  const usual = {
    client: 'v1',
    queued: 0,
    userAgent: 'Mozilla/5.0 (Windows NT 10.0) Chrome/141',
    node: 'srv/1',
  } as const;
  return { id, userId, name, address: '', idleMs: 0, in: 0, out: 0, ...usual, ...rest, since: NOW - up };
}

const STATS: StatsNow = {
  name: 'backend-api',
  version: '0.1.0',
  node: 'srv/1',
  at: NOW,
  startedAt: NOW - 76 * HOUR,
  connections: { open: 9874, max: 10_000, users: 9801, seed: 7300, v1: 2574, consoles: 1 },
  rates: { messagesIn: 812, messagesOut: 6100, bytesIn: 91_000, bytesOut: 683_000 },
  totals: {
    messagesIn: 81_200_000,
    messagesOut: 610_000_000,
    bytesIn: 9.1e9,
    bytesOut: 6.8e10,
    stored: 81_199_990,
  },
  store: {
    database: 'MySQL 11.8',
    pending: 3,
    pendingBytes: 1536,
    waiting: 0,
    latency: { p50: 1.2, p99: 3, max: 41 },
  },
  loopDelay: { p50: 0.4, p99: 2, max: 11 },
  memory: { rss: 300_000_000, heapUsed: 120_000_000, external: 20_000_000 },
  cpu: 0.31,
  queues: { total: 831_000, largest: 831_000 },
  refusals: { bad_token: 12, rate_limited: 3 },
};

const SAMPLES = Array.from({ length: 30 }, (_, at) => ({
  at: NOW - (30 - at) * 5000,
  messagesIn: 500 + ((at * 37) % 300),
  messagesOut: 4000 + ((at * 531) % 2500),
  bytesIn: 60_000 + at * 1000,
  bytesOut: 500_000 + ((at * 7919) % 200_000),
  connections: 9800 + at * 2,
  storeP99: 2 + (at % 4),
  loopP99: 1 + (at % 3),
  rss: 290_000_000 + at * 300_000,
  pending: at % 5,
  refused: at % 11 === 0 ? 2 : 0,
}));

const USERS: readonly AdminUser[] = [
  { id: '1', name: 'root', role: 'admin', enabled: true, online: false, createdAt: CREATED },
  { id: '2', name: '王小明', role: 'user', enabled: true, online: true, createdAt: CREATED },
  { id: '91', name: 'mallory', role: 'user', enabled: false, online: false, createdAt: NOW - 3 * HOUR },
];

const MESSAGES: readonly MessageItem[] = [
  {
    id: '90071',
    conversationId: 'p-1-2',
    seq: 118,
    from: { id: '1', name: 'root' },
    to: { id: '2', name: '王小明' },
    contentType: 1,
    bytes: 32,
    sentAt: NOW - 2 * SECOND,
  },
  {
    id: '90070',
    conversationId: 'g-ops',
    seq: 7,
    from: { id: '2', name: '王小明' },
    group: 'ops',
    contentType: 2,
    bytes: 60,
    sentAt: NOW - MINUTE,
  },
];

const EVENTS: readonly ServerEvent[] = [
  {
    id: 3,
    at: NOW - SECOND,
    level: 'warn',
    event: 'connection_refused',
    fields: { reason: 'bad_token', address: '10.0.4.66' },
  },
  {
    id: 2,
    at: NOW - 9 * SECOND,
    level: 'info',
    event: 'operator',
    fields: { actor: 'deploy@srv', action: 'user.kick', target: 'user:91' },
  },
];

type Answers = { readonly [M in AdminMethod]?: (input: unknown) => AdminAnswer<M> };

const ALL_ANSWERS: Answers = {
  'connection.list': () => ({ items: CONNECTIONS, total: 4, all: 9874 }),
  'connection.get': () => ({
    ...(CONNECTIONS[1] ?? connection('c', '2', '', { up: 0 })),
    port: 51_022,
    tokenIn: 'query',
    bytesIn: 9318,
    bytesOut: 90_112,
    ratePerSecond: 0.2,
    rateLimit: 20,
    pongAgoMs: 4000,
    rttMs: 38,
    tokenExpiresAt: NOW + 19.2 * HOUR,
    user: USERS[1] ?? { id: '2', name: '', role: 'user', enabled: true, online: true, createdAt: 0 },
  }),
  'connection.history': () => ({
    items: [
      { id: 'c-8f2', openedAt: NOW - 2.19 * HOUR, address: '10.0.4.17', client: 'seed', userAgent: '' },
      {
        id: 'c-7e1',
        openedAt: NOW - 5.2 * HOUR,
        closedAt: NOW - 2.19 * HOUR,
        closeCode: 4510,
        cause: 'replaced by c-8f2 from 10.0.4.17',
        address: '10.0.4.17',
        client: 'seed',
        userAgent: '',
      },
      {
        id: 'c-6d0',
        openedAt: NOW - 28 * HOUR,
        closedAt: NOW - 27.9 * HOUR,
        closeCode: 4503,
        cause: 'kicked by deploy: "双开" (60 s)',
        address: '112.64.3.9',
        client: 'v1',
        userAgent: '',
      },
    ],
  }),
  'user.get': () => ({
    ...(USERS[1] ?? { id: '2', name: '', role: 'user', enabled: true, online: true, createdAt: 0 }),
    unread: 2,
    groupCount: 3,
    groups: [{ id: 'ops', name: 'Operations' }],
  }),
  'user.list': () => ({ users: USERS, total: 3 }),
  'group.list': () => ({
    groups: [{ id: 'ops', name: 'Operations', creatorId: '1', memberCount: 12, lastSeq: 7 }],
    total: 1,
  }),
  'group.get': () => ({
    id: 'ops',
    name: 'Operations',
    creatorId: '1',
    memberCount: 1,
    lastSeq: 7,
    members: [{ id: '1', name: 'root', role: 'owner', online: false }],
  }),
  'message.list': () => ({ items: MESSAGES }),
  'event.list': () => ({ items: EVENTS }),
  'audit.list': () => ({
    items: [
      {
        id: 5,
        at: NOW - 9 * SECOND,
        actor: 'deploy@srv',
        action: 'user.kick',
        target: 'user:91',
        address: '127.0.0.1',
        result: 'ok',
      },
    ],
  }),
  'stats.get': () => ({ ...STATS, history: { everyMs: 5000, samples: SAMPLES } }),
  'ban.list': () => ({ items: [], total: 0 }),
  'user.kick': () => ({
    results: [
      { target: 'c-91a', user: { id: '1043', name: '王芳 🚀' }, ended: 1, keptOutUntil: NOW + MINUTE },
    ],
  }),
  'user.unban': () => ({ results: [{ target: '1043', user: { id: '1043', name: '王芳 🚀' }, ended: 0 }] }),
};

export const ANSWERS = ALL_ANSWERS as Readonly<Record<string, ((input: unknown) => unknown) | undefined>>;

export const TICKS: { readonly [W in AdminWatch]: (settings: WatchInput<W>) => WatchData<W> } = {
  'stats.watch': () => STATS,
  'connection.watch': ({ offset = 0 }) => ({
    items: CONNECTIONS,
    offset,
    total: CONNECTIONS.length,
    all: 9874,
    arrived: 0,
  }),
  'event.watch': () => ({ events: [], skipped: 0 }),
  'message.watch': () => ({ messages: [], skipped: 0 }),
};
