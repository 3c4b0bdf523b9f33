import {
  CONNECTION_SORTS,
  type ConnectionItem,
  type ConnectionSort,
} from '../../protocol/admin-connections.ts';
import { ChatError } from '../../protocol/error-codes.ts';

/** What a connection is ordered by. It moves only when the connection itself does, never because time goes by. */
export type SortKey = string | number;

/** A place in an order: what is ordered by, and the id, by which equals are told apart. */
export interface Place {
  readonly key: SortKey;
  readonly id: string;
}

export interface ConnectionOrder {
  /** As it was asked for: `queue`, `-queue`. */
  readonly name: string;
  readonly keyType: 'number' | 'string';
  /** `now`: of the moment the item was made. */
  keyOf(item: ConnectionItem, now: number): SortKey;
  /** Below 0 if `a` comes first. */
  compare(a: Place, b: Place): number;
}

/** The order `sort` names, by the user's id if absent. Throws invalid_field (`sort`). */
export function parseConnectionOrder(sort = 'user'): ConnectionOrder {
  const isDescending = sort.startsWith('-');
  const name = isDescending ? sort.slice(1) : sort;
  if (!isSort(name)) throw unknownSort(sort);
  const sign = isDescending ? -1 : 1;
  return {
    name: sort,
    keyType: TEXTS.has(name) ? 'string' : 'number',
    keyOf: KEYS[name],
    compare: (a, b) => sign * compareKeys(a.key, b.key) || compareKeys(a.id, b.id),
  };
}

const KEYS: Readonly<Record<ConnectionSort, (item: ConnectionItem, now: number) => SortKey>> = {
  user: ({ userId }) => Number(userId),
  name: ({ name }) => name.toLowerCase(),
  address: ({ address }) => addressKey(address),
  up: ({ since }) => -since,
  idle: ({ idleMs }, now) => idleMs - now,
  in: (item) => item.in,
  out: ({ out }) => out,
  queue: ({ queued }) => queued,
  client: ({ client }) => client,
};

const TEXTS: ReadonlySet<ConnectionSort> = new Set(['name', 'address', 'client']);

/** IPv4 by its numbers (10.0.4.2 before 10.0.4.17), and before all others. */
function addressKey(address: string): string {
  const parts = address.split('.');
  return parts.length === 4 ? parts.map((part) => part.padStart(3, '0')).join('.') : `~${address}`;
}

function compareKeys(a: SortKey, b: SortKey): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function isSort(name: string): name is ConnectionSort {
  return (CONNECTION_SORTS as readonly string[]).includes(name);
}

function unknownSort(sort: string): ChatError {
  const known = CONNECTION_SORTS.join(' ');
  return new ChatError('invalid_field', {
    field: 'sort',
    text: {
      zh: `不能按 "${sort}" 排序, 可用: ${known}, 前面加 - 为从大到小`,
      en: `cannot sort by "${sort}"; there are: ${known}, with - in front for the largest first`,
    },
  });
}
