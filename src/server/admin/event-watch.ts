import { z } from 'zod';
import type { WatchSource } from './channel/watch-ports.ts';
import type { EventFeed } from './event-feed.ts';
import { type EventFilter, toEventFilter } from './event-filter.ts';
import { words } from './record-schemas.ts';

/** Events as they come, from the moment a watch begins; another filter goes on where the old one was. */
export function createEventWatch(feed: Pick<EventFeed, 'count' | 'since'>): WatchSource<'event.watch'> {
  return {
    settings: z.object({ filter: words }),
    everyMs: 500,
    isHeavy: false,
    open() {
      let place = feed.count;
      let filter: EventFilter = () => true;
      return {
        set(settings) {
          filter = toEventFilter(settings.filter);
        },
        read() {
          const tick = feed.since(place, filter);
          place = feed.count;
          return tick.events.length + tick.skipped > 0 ? tick : undefined;
        },
      };
    },
  };
}
