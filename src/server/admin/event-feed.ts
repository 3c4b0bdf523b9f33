import type { EventLevel, EventPage, EventTick, ServerEvent } from '../../protocol/admin-records.ts';
import type { Clock, Log, LogFields } from '../chat/ports.ts';
import { toEventFields } from './event-fields.ts';
import { type EventFilter, eventText } from './event-filter.ts';
import { createRing } from './ring.ts';

/** What the server says of itself, kept for operators: the last 2000 lines of its log but those of level debug. */
export interface EventFeed {
  /** Passes everything on, and keeps it. */
  readonly log: Log;
  /** How many there were: a place to read on from. */
  readonly count: number;
  /** What came after that place, oldest first; of many only the latest, the others skipped. */
  since(place: number, filter: EventFilter): EventTick;
  /** The latest first. */
  list(query: { readonly before: number; readonly limit: number; readonly filter: EventFilter }): EventPage;
}

interface EventFeedParts {
  readonly log: Log;
  readonly clock: Clock;
  /** Takes out of fields what must never be shown. */
  readonly toSafeFields: (fields: LogFields) => LogFields;
}

const KEPT = 2000;
/** Events told at once. */
const MOST_TOLD = 200;

interface Kept {
  readonly event: ServerEvent;
  /** Made when somebody looks for something. */
  text: string | undefined;
}

export function createEventFeed({ log, clock, toSafeFields }: EventFeedParts): EventFeed {
  const ring = createRing<Kept>(KEPT);

  const keep =
    (level: EventLevel) =>
    (event: string, fields: LogFields = {}) => {
      log[level](event, fields);
      const shown = toEventFields(toSafeFields(fields));
      ring.add({
        event: { id: ring.count + 1, at: clock.now(), level, event, fields: shown },
        text: undefined,
      });
    };

  return {
    log: {
      debug: (event, fields) => log.debug(event, fields),
      info: keep('info'),
      warn: keep('warn'),
      error: keep('error'),
    },
    get count() {
      return ring.count;
    },
    since(place, filter) {
      const { items, missed } = ring.since(place);
      const matching = items.filter((kept) => filter(textOf(kept)));
      const told = matching.slice(-MOST_TOLD);
      return { events: told.map(({ event }) => event), skipped: missed + matching.length - told.length };
    },
    list({ before, limit, filter }) {
      const { items } = ring.since(0);
      const matching = items.filter((kept) => kept.event.id < before && filter(textOf(kept)));
      const page = matching.slice(-limit).toReversed();
      const next = matching.length > page.length ? page.at(-1)?.event.id : undefined;
      return { items: page.map(({ event }) => event), next };
    },
  };
}

function textOf(kept: Kept): string {
  kept.text ??= eventText(kept.event);
  return kept.text;
}
