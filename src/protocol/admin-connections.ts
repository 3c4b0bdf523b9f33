import type { AdminUser } from './admin-users.ts';

/** Live connections and what became of earlier ones, as operators see them. */

export interface ConnectionItem {
  /** `c-8f2x1ab`. */
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly address: string;
  readonly client: 'seed' | 'v1';
  /** ms since 1970. */
  readonly since: number;
  /** ms since its last frame; pongs are none. */
  readonly idleMs: number;
  /** Messages it sent, and messages it was given. */
  readonly in: number;
  readonly out: number;
  /** Bytes it has not taken yet. */
  readonly queued: number;
  readonly userAgent: string;
  /** Which server holds it. */
  readonly node: string;
}

export const CONNECTION_SORTS = [
  'user',
  'name',
  'address',
  'up',
  'idle',
  'in',
  'out',
  'queue',
  'client',
] as const;
export type ConnectionSort = (typeof CONNECTION_SORTS)[number];

export interface ConnectionQuery {
  /** See connection-filter.ts. */
  readonly filter?: string | undefined;
  /** A ConnectionSort, `-` before it for the largest first: `-queue`. By id of the user if absent. */
  readonly sort?: string | undefined;
  readonly cursor?: string | undefined;
  /** At most 1000; 100 if absent. */
  readonly limit?: number | undefined;
}

export interface ConnectionPage {
  readonly items: readonly ConnectionItem[];
  /** How many match. */
  readonly total: number;
  /** How many there are. */
  readonly all: number;
  /** The cursor of the next page; absent on the last. */
  readonly next?: string | undefined;
}

export interface ConnectionDetail extends ConnectionItem {
  readonly port: number;
  /** Where its token was. */
  readonly tokenIn: 'header' | 'query' | 'subprotocol';
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Messages it sent a second, over the last ten; and what its user may send a second, 0 for any number. */
  readonly ratePerSecond: number;
  readonly rateLimit: number;
  /** ms since its last pong, and what that took. Absent before the first. */
  readonly pongAgoMs?: number | undefined;
  readonly rttMs?: number | undefined;
  /** ms since 1970. */
  readonly tokenExpiresAt: number;
  readonly user: AdminUser;
}

/** One connection there was, or is. */
export interface ConnectionRecord {
  readonly id: string;
  readonly openedAt: number;
  /** Absent while it lasts. */
  readonly closedAt?: number | undefined;
  readonly closeCode?: number | undefined;
  /** `replaced by c-8f2`, `no_pong`, `kicked by deploy@srv: 双开` … */
  readonly cause?: string | undefined;
  readonly address: string;
  readonly client: 'seed' | 'v1';
  readonly userAgent: string;
}

export interface ConnectionHistory {
  /** The latest first. */
  readonly items: readonly ConnectionRecord[];
  /** `before` of the next page. */
  readonly next?: string | undefined;
}

/** A window on the list that moves with it, or holds its order. */
export interface ConnectionWatch {
  readonly filter?: string | undefined;
  readonly sort?: string | undefined;
  /** The first row of the window, from 0. */
  readonly offset?: number | undefined;
  /** At most 200; 50 if absent. */
  readonly limit?: number | undefined;
  /** Keeps the order as it is now: nothing moves, nothing is added; what has gone stays, marked so. */
  readonly hold?: boolean | undefined;
}

export interface ConnectionView {
  readonly items: readonly (ConnectionItem & { readonly gone?: true })[];
  /** As asked for; less if that is beyond the last full window. */
  readonly offset: number;
  /** How many rows there are to move through: those that match, or those of the held order. */
  readonly total: number;
  readonly all: number;
  /** Those that match and are not in the held order. */
  readonly arrived: number;
}
