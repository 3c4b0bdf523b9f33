import type { SyncFrame } from '../../protocol/frames.ts';
import type { ConversationId, UserId } from '../../protocol/ids.ts';
import type { Clock, FrameSender } from './ports.ts';
import { composeSync, type EndedItem, type SyncItem, type SyncPart, type ToFrame } from './compose-sync.ts';
import type { SyncLane, SyncStart, SyncStore } from './sync-ports.ts';

export interface AnswerSyncOptions {
  readonly store: SyncStore;
  readonly toFrame: ToFrame;
  readonly clock: Clock;
}

/** Answers one sync: resolves when its last part was written or the session has ended. Rejects as the store does. */
export type AnswerSync = (frame: SyncFrame, by: FrameSender) => Promise<void>;

export function createAnswerSync(options: AnswerSyncOptions): AnswerSync {
  return async (frame, by) => {
    const only = frame.only ? (Object.keys(frame.since) as ConversationId[]) : undefined;
    const lane = by.openSyncLane(only);
    try {
      const ids = await options.store.list(by.userId, only);
      const items = ids.map((conversationId) => ({ conversationId, start: startOf(frame, conversationId) }));
      const queue: SyncItem[] = [...items, ...lane.narrow(ids)];
      await new Answering({ ...options, lane, userId: by.userId, queue }).run();
    } finally {
      lane.close();
    }
  };
}

function startOf({ since, limit }: SyncFrame, id: ConversationId): SyncStart {
  const held = since[id];
  return held === undefined ? { newest: limit } : { held };
}

/** Rows read at once: few at first, as nobody knows how long the messages are. */
const FIRST_ROWS = 50;
const MOST_ROWS = 200;
/** Conversations looked at together, and what one takes in a frame at least, in bytes. */
const MOST_ITEMS = 250;
const LEAST_BYTES = 250;
/** A message that was sent less than this before it was read may still be on its way to be delivered, ms. */
const RECENT = 600_000;

interface AnsweringOptions extends AnswerSyncOptions {
  readonly lane: SyncLane;
  readonly userId: UserId;
  /** In the order they are to be told. */
  readonly queue: SyncItem[];
}

/**
 * One sync under way: a page of who is first in the queue, and behind the others with it if that was not all. So nobody's
 * live messages wait for the thousands of another conversation.
 */
class Answering {
  readonly #options: AnsweringOptions;
  readonly #queue: SyncItem[];
  #rows = FIRST_ROWS;

  constructor(options: AnsweringOptions) {
    this.#options = options;
    this.#queue = options.queue;
  }

  async run(): Promise<void> {
    const { lane, store, userId } = this.#options;
    do {
      if (!(await lane.room(lane.maxFrame))) return;
      const batch = this.#takeBatch();
      const pages = batch.length === 0 ? [] : await store.read(userId, batch, this.#rows);
      const part = composeSync(batch, pages, { maxBytes: lane.maxFrame, toFrame: this.#options.toFrame });
      this.#rows = part.isFull ? Math.max(1, part.messages) : Math.min(MOST_ROWS, this.#rows * 2);
      while (!lane.hasRoom(part.bytes)) {
        if (!(await lane.room(part.bytes))) return;
      }
      this.#write(part);
    } while (this.#queue.length > 0);
  }

  /** Those that are first, as many as what is known of them fits one read. */
  #takeBatch(): readonly SyncItem[] {
    const most = Math.max(1, Math.min(MOST_ITEMS, Math.floor(this.#options.lane.maxFrame / LEAST_BYTES)));
    let rows = 0;
    let count = 0;
    for (const { left = 0 } of this.#queue) {
      rows += left;
      if (count === most || (count > 0 && rows > this.#rows)) break;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }

  /** What came in while there was no room decides whether a conversation is through. */
  #write({ entries, ended, unread, begun }: SyncPart): void {
    const { lane, clock } = this.#options;
    const through = ended.filter(({ conversationId, upTo }) => !lane.isBehind(conversationId, upTo));
    const ends = new Set(through.map(({ last }) => last));
    const behind = ended.filter((item) => !through.includes(item));
    this.#queue.unshift(...unread);
    this.#queue.push(...begun, ...behind.map(toItem));
    lane.write({
      type: 'sync',
      conversations: entries.map((entry) => (ends.has(entry) ? { ...entry, more: false } : entry)),
      done: this.#queue.length === 0,
    });
    const recently = clock.now() - RECENT;
    for (const { conversationId, upTo, lastAt } of through) {
      lane.release(conversationId, upTo, lastAt >= recently);
    }
  }
}

function toItem({ conversationId, upTo, rev, last }: EndedItem): SyncItem {
  const item = { conversationId, start: { after: upTo, rev } };
  return last === undefined ? item : { ...item, last };
}
