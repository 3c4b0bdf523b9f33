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

type ToSafeFields = EventFeedParts['toSafeFields'];

export function createEventFeed({ log, clock, toSafeFields }: EventFeedParts): EventFeed {
  const ring = createRing<KeptLine>(KEPT);

  const keep =
    (level: EventLevel) =>
    (event: string, fields: LogFields = {}) => {
      log[level](event, fields);
      const line = { id: ring.count + 1, at: clock.now(), level, event, fields: {} };
      ring.add(new KeptLine(line, fields, toSafeFields));
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
      const matching = items.filter(({ text }) => filter(text));
      const told = matching.slice(-MOST_TOLD);
      return { events: told.map(({ event }) => event), skipped: missed + matching.length - told.length };
    },
    list({ before, limit, filter }) {
      const { items } = ring.since(0);
      const matching = items.filter((kept) => kept.id < before && filter(kept.text));
      const page = matching.slice(-limit).toReversed();
      const next = matching.length > page.length ? page.at(-1)?.id : undefined;
      return { items: page.map(({ event }) => event), next };
    },
  };
}

/** A line of the log, which becomes what operators read when the first of them looks: of most nobody ever does. */
class KeptLine {
  readonly #toSafeFields: ToSafeFields;
  /** As they were written; undefined once the event has them. */
  #fields: LogFields | undefined;
  #event: ServerEvent;
  #text: string | undefined;

  constructor(event: ServerEvent, fields: LogFields, toSafeFields: ToSafeFields) {
    this.#toSafeFields = toSafeFields;
    this.#fields = fields;
    this.#event = event;
    // An error or a list may be changed later, and may keep much else in memory.
    if (Object.values(fields).some(isObject)) this.#show(fields);
  }

  get id(): number {
    return this.#event.id;
  }

  get event(): ServerEvent {
    if (this.#fields !== undefined) this.#show(this.#fields);
    return this.#event;
  }

  get text(): string {
    this.#text ??= eventText(this.event);
    return this.#text;
  }

  #show(fields: LogFields): void {
    this.#event = { ...this.#event, fields: toEventFields(this.#toSafeFields(fields)) };
    this.#fields = undefined;
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
