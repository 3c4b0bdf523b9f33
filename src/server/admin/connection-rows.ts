import type { ConnectionItem } from '../../protocol/admin-connections.ts';
import { type ConnectionFilter, parseConnectionFilter } from '../../protocol/connection-filter.ts';
import type { LiveConnections } from '../chat/connection-ports.ts';
import type { Clock } from '../chat/ports.ts';
import { toConnectionItem } from './connection-item.ts';
import { type ConnectionOrder, parseConnectionOrder, type Place } from './connection-order.ts';

/** What lists of connections are made from. */
export interface ConnectionParts {
  readonly connections: LiveConnections;
  readonly clock: Clock;
  /** Which server this is. */
  readonly node: string;
}

/** Which connections, and in which order. */
export interface Selection {
  readonly filter: ConnectionFilter | undefined;
  readonly order: ConnectionOrder;
}

/** A connection at its place in an order. */
export interface ConnectionRow extends Place {
  readonly item: ConnectionItem;
}

/** Throws invalid_field (`filter`, `sort`). */
export function parseSelection({
  filter = '',
  sort,
}: {
  readonly filter?: string | undefined;
  readonly sort?: string | undefined;
}): Selection {
  return {
    filter: filter.trim() === '' ? undefined : parseConnectionFilter(filter),
    order: parseConnectionOrder(sort === '' ? undefined : sort),
  };
}

/** All connections that match, as they are now, in no order yet. */
export function matchingRows(
  { connections, clock, node }: ConnectionParts,
  { filter, order }: Selection,
): ConnectionRow[] {
  const now = clock.now();
  const rows: ConnectionRow[] = [];
  for (const connection of connections.all()) {
    const item = toConnectionItem(connection, now, node);
    if (filter !== undefined && !filter(item, now)) continue;
    rows.push({ key: order.keyOf(item, now), id: item.id, item });
  }
  return rows;
}
