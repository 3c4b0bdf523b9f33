import { z } from 'zod';
import type { ConnectionItem, ConnectionView, ConnectionWatch } from '../../protocol/admin-connections.ts';
import type { WatchSource, Watching } from './channel/watch-ports.ts';
import { toConnectionItem } from './connection-item.ts';
import { type ConnectionParts, matchingRows, parseSelection, type Selection } from './connection-rows.ts';
import { selectFirst } from './select-first.ts';

/** What `connection.watch` shows: a window on the live connections that moves with their order, or holds it. */
export function connectionSource(parts: ConnectionParts): WatchSource<'connection.watch'> {
  return {
    settings: connectionWatch,
    everyMs: 1000,
    isHeavy: true,
    open: () => new ConnectionWindow(parts),
  };
}

const MAX_LIMIT = 200;
const DEFAULT_LIMIT = 50;

const connectionWatch: z.ZodType<ConnectionWatch> = z.object({
  filter: z.string().optional(),
  sort: z.string().optional(),
  offset: z.number().int().min(0).max(10_000_000).optional(),
  limit: z.number().int().min(1).max(MAX_LIMIT).optional(),
  hold: z.boolean().optional(),
});

/** An order that was held, of those who were there: what was last seen of each, in its place. */
interface Held {
  readonly items: ConnectionItem[];
  readonly ids: ReadonlySet<string>;
}

class ConnectionWindow implements Watching<'connection.watch'> {
  readonly #parts: ConnectionParts;
  #settings: ConnectionWatch = {};
  #selection: Selection = parseSelection({});
  /** The window as it was told last, under the settings that hold. */
  #told: { readonly offset: number; readonly items: readonly ConnectionItem[] } | undefined;
  #held: Held | undefined;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
  }

  set(settings: ConnectionWatch): void {
    const selection = parseSelection(settings);
    const isSameOrder = settings.filter === this.#settings.filter && settings.sort === this.#settings.sort;
    this.#settings = settings;
    this.#selection = selection;
    if (!isSameOrder) this.#told = undefined;
    if (settings.hold !== true) this.#held = undefined;
    else if (!isSameOrder || this.#held === undefined) this.#held = this.#hold();
  }

  read(): ConnectionView {
    return this.#held === undefined ? this.#readLive() : this.#readHeld(this.#held);
  }

  #readLive(): ConnectionView {
    const rows = matchingRows(this.#parts, this.#selection);
    const { offset, limit } = this.#window(rows.length);
    const first = selectFirst(rows, offset + limit, this.#selection.order.compare);
    const items = first.slice(offset).map(({ item }) => item);
    this.#told = { offset, items };
    return { items, offset, total: rows.length, all: this.#parts.connections.count, arrived: 0 };
  }

  /**
   * The order as it is now; but what somebody has on his screen stays where he sees it, though it may have moved since,
   * or have gone.
   */
  #hold(): Held {
    const rows = matchingRows(this.#parts, this.#selection).sort(this.#selection.order.compare);
    const told = this.#told?.items ?? [];
    const shown = new Set(told.map(({ id }) => id));
    const items = rows.map(({ item }) => item).filter(({ id }) => !shown.has(id));
    items.splice(this.#told?.offset ?? 0, 0, ...told);
    return { items, ids: new Set(items.map(({ id }) => id)) };
  }

  #readHeld(held: Held): ConnectionView {
    const { connections, clock, node } = this.#parts;
    const { offset, limit } = this.#window(held.items.length);
    const now = clock.now();
    const items: ConnectionView['items'][number][] = [];
    for (let at = offset; at < Math.min(offset + limit, held.items.length); at += 1) {
      const last = held.items[at];
      if (last === undefined) break;
      const connection = connections.get(last.id);
      const item = connection === undefined ? last : toConnectionItem(connection, now, node);
      held.items[at] = item;
      items.push(connection === undefined ? { ...item, gone: true } : item);
    }
    return {
      items,
      offset,
      total: held.items.length,
      all: connections.count,
      arrived: this.#countArrived(held, now),
    };
  }

  #countArrived({ ids }: Held, now: number): number {
    const { connections, node } = this.#parts;
    const { filter } = this.#selection;
    let arrived = 0;
    for (const connection of connections.all()) {
      if (ids.has(connection.id)) continue;
      if (filter === undefined || filter(toConnectionItem(connection, now, node), now)) arrived += 1;
    }
    return arrived;
  }

  /** A window beyond the end is the last there is. */
  #window(total: number): { readonly offset: number; readonly limit: number } {
    const { offset = 0, limit = DEFAULT_LIMIT } = this.#settings;
    return { offset: Math.max(0, Math.min(offset, total - limit)), limit };
  }
}
