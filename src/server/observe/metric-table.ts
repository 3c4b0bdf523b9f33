import type { StatsNow } from '../../protocol/admin-stats.ts';

/** A number, or one for each value of the metric's label. */
export type Rows = number | Readonly<Record<string, number>>;

/** A name, what it means, and what it is now: a number, or one for each value of a label. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly label?: string;
  read(stats: StatsNow): Rows;
}

/** What only grows. */
export const COUNTERS: readonly Metric[] = [
  {
    name: 'chatd_messages_in_total',
    help: 'Sends taken in, by WebSocket, HTTP and operators.',
    read: ({ totals }) => totals.messagesIn,
  },
  {
    name: 'chatd_messages_stored_total',
    help: 'Sends whose message was committed.',
    read: ({ totals }) => totals.stored,
  },
  {
    name: 'chatd_messages_out_total',
    help: 'Messages handed to connections.',
    read: ({ totals }) => totals.messagesOut,
  },
  {
    name: 'chatd_received_bytes_total',
    help: 'Bytes received from WebSocket connections.',
    read: ({ totals }) => totals.bytesIn,
  },
  {
    name: 'chatd_sent_bytes_total',
    help: 'Bytes sent to WebSocket connections.',
    read: ({ totals }) => totals.bytesOut,
  },
  {
    name: 'chatd_refusals_total',
    help: 'Upgrades, frames and requests refused, and connections closed by the server, by reason.',
    label: 'reason',
    read: ({ refusals }) => refusals,
  },
  {
    name: 'process_cpu_seconds_total',
    help: 'Processor time spent, user and system.',
    read: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    },
  },
];

/** What goes up and down. */
export const GAUGES: readonly Metric[] = [
  {
    name: 'chatd_info',
    help: 'Which chatd this is.',
    label: 'version',
    read: ({ version }) => ({ [version]: 1 }),
  },
  {
    name: 'chatd_connections',
    help: 'Open connections, by kind of client.',
    label: 'client',
    read: ({ connections: { seed, v1 } }) => ({ seed, v1 }),
  },
  {
    name: 'chatd_connections_max',
    help: 'Connections there may be.',
    read: ({ connections }) => connections.max,
  },
  {
    name: 'chatd_users_online',
    help: 'Users with a connection.',
    read: ({ connections }) => connections.users,
  },
  { name: 'chatd_consoles', help: 'Open admin channels.', read: ({ connections }) => connections.consoles },
  {
    name: 'chatd_store_pending',
    help: 'Sends whose outcome is not known yet.',
    read: ({ store }) => store.pending,
  },
  {
    name: 'chatd_store_pending_bytes',
    help: 'What sends whose outcome is not known yet take in memory.',
    read: ({ store }) => store.pendingBytes,
  },
  {
    name: 'chatd_store_waiting_connections',
    help: 'Connections not read from until there is room among the pending for what they sent.',
    read: ({ store }) => store.waiting,
  },
  {
    name: 'chatd_event_loop_delay_seconds',
    help: 'How late the event loop was over the last minute.',
    label: 'quantile',
    read: ({ loopDelay: { p50, p99, max } }) => ({ 0.5: p50 / 1000, 0.99: p99 / 1000, 1: max / 1000 }),
  },
  {
    name: 'chatd_queued_bytes',
    help: 'Bytes connections have not taken yet.',
    read: ({ queues }) => queues.total,
  },
  {
    name: 'chatd_queued_bytes_largest',
    help: 'Bytes not taken yet by the connection with the most.',
    read: ({ queues }) => queues.largest,
  },
  {
    name: 'chatd_heap_used_bytes',
    help: 'JavaScript heap in use.',
    read: ({ memory }) => memory.heapUsed,
  },
  {
    name: 'chatd_external_memory_bytes',
    help: 'Memory of buffers outside of the JavaScript heap.',
    read: ({ memory }) => memory.external,
  },
  { name: 'process_resident_memory_bytes', help: 'Resident memory.', read: ({ memory }) => memory.rss },
  {
    name: 'process_start_time_seconds',
    help: 'When the server was started, seconds since 1970.',
    read: ({ startedAt }) => startedAt / 1000,
  },
];
