import { MAX_SYNC_FRAME, type SyncNotice } from '../../protocol/frames.ts';
import type { ConversationId } from '../../protocol/ids.ts';
import type { Place, WireFrame } from '../chat/ports.ts';
import type { SyncLane } from '../chat/sync-ports.ts';
import { createHeldFrames, type HeldFrame } from './held-frames.ts';
import type { Outbox } from './outbox.ts';

/** Where what is live of a session waits behind the pages of a sync. */
export interface SyncGate {
  /** Whether a live frame does not go out now: it is held, or was told by a page. */
  stops(frame: HeldFrame): boolean;
  /** Resolves when what is held now has been written; undefined if no sync is under way. */
  readonly through: Promise<void> | undefined;
  /** The one before it must be closed. */
  open(only: Iterable<ConversationId> | undefined): SyncLane;
}

export interface SyncGateOptions {
  readonly outbox: Pick<Outbox, 'hasRoom' | 'room'>;
  /** Bytes that may be unsent. */
  readonly maxQueue: number;
  writeLive(wire: WireFrame, place: Place): void;
  writePage(page: SyncNotice): void;
  /** Something had to be let go that no page has: the client has to begin again. */
  onTooMuch(): void;
}

export function createSyncGate(options: SyncGateOptions): SyncGate {
  return new SessionSyncGate(options);
}

/** Of the queue, at most: a page, and what is held. Half of it stays for what else is live. */
const PAGE_SHARE = 1 / 4;
const HELD_SHARE = 1 / 8;

class SessionSyncGate implements SyncGate {
  readonly #options: SyncGateOptions;
  /** By conversation, the seq up to which pages told it, as long as an older message may still be delivered. */
  readonly #told = new Map<ConversationId, number>();
  #lane: OpenLane | undefined;

  constructor(options: SyncGateOptions) {
    this.#options = options;
  }

  get through(): Promise<void> | undefined {
    return this.#lane?.through;
  }

  stops(frame: HeldFrame): boolean {
    return this.#lane?.holds(frame) === true || this.#wasTold(frame.place);
  }

  open(only: Iterable<ConversationId> | undefined): SyncLane {
    this.#lane = new OpenLane(this.#options, only === undefined ? undefined : new Set(only), {
      onTold: (id, seq) => void this.#told.set(id, seq),
      onClosed: () => {
        this.#lane = undefined;
      },
    });
    return this.#lane;
  }

  /** Deliveries of a conversation come in its order: after a later one there is none to be passed over. */
  #wasTold({ conversationId, seq }: Place): boolean {
    const upTo = this.#told.get(conversationId);
    if (seq === undefined || upTo === undefined) return false;
    if (seq <= upTo) return true;
    this.#told.delete(conversationId);
    return false;
  }
}

interface LaneEvents {
  onTold(id: ConversationId, seq: number): void;
  onClosed(): void;
}

class OpenLane implements SyncLane {
  readonly maxFrame: number;
  /** Resolves when it is closed. */
  readonly through: Promise<void>;
  readonly #settle: () => void;
  readonly #options: SyncGateOptions;
  readonly #events: LaneEvents;
  readonly #held;
  /** Undefined: all. */
  #scope: Set<ConversationId> | undefined;

  constructor(options: SyncGateOptions, scope: Set<ConversationId> | undefined, events: LaneEvents) {
    this.#options = options;
    this.#scope = scope;
    this.#events = events;
    this.maxFrame = Math.min(MAX_SYNC_FRAME, options.maxQueue * PAGE_SHARE);
    this.#held = createHeldFrames(options.maxQueue * HELD_SHARE);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.through = promise;
    this.#settle = resolve;
  }

  holds(frame: HeldFrame): boolean {
    if (this.#scope?.has(frame.place.conversationId) === false) return false;
    if (frame.place.isFleeting) return true;
    if (!this.#held.add(frame)) this.#options.onTooMuch();
    return true;
  }

  hasRoom(bytes: number): boolean {
    return this.#options.outbox.hasRoom(bytes + this.#held.bytes);
  }

  room(bytes: number): Promise<boolean> {
    return this.#options.outbox.room(bytes + this.#held.bytes);
  }

  narrow(ids: Iterable<ConversationId>): ReturnType<SyncLane['narrow']> {
    const scope = new Set(ids);
    this.#scope = scope;
    const others = this.#held.ids().filter((id) => !scope.has(id));
    return others.flatMap((conversationId) => {
      const lost = this.#held.lost(conversationId);
      if (lost === undefined) this.#writeHeld(conversationId, 0);
      else scope.add(conversationId);
      const start = { after: (lost?.first ?? 1) - 1, rev: Number.MAX_SAFE_INTEGER };
      return lost === undefined ? [] : [{ conversationId, start }];
    });
  }

  isBehind(id: ConversationId, seq: number): boolean {
    return (this.#held.lost(id)?.last ?? 0) > seq;
  }

  write(frame: SyncNotice): void {
    this.#options.writePage(frame);
  }

  release(id: ConversationId, seq: number, isRecent: boolean): void {
    this.#scope?.delete(id);
    if (isRecent) this.#events.onTold(id, seq);
    this.#writeHeld(id, seq);
  }

  close(): void {
    this.#events.onClosed();
    const ids = this.#held.ids();
    const hasLost = ids.some((id) => this.#held.lost(id) !== undefined);
    for (const id of ids) this.#writeHeld(id, 0);
    if (hasLost) this.#options.onTooMuch();
    this.#settle();
  }

  #writeHeld(id: ConversationId, seq: number): void {
    for (const { wire, place } of this.#held.take(id, seq)) this.#options.writeLive(wire, place);
  }
}
