import type { AdminWatch, WatchData, WatchInput } from '../protocol/admin.ts';
import type { WatchTick } from '../protocol/admin-channel.ts';
import type { AdminError } from './admin-error.ts';
import type { AdminLink, Timers } from './admin-link.ts';

/** What a session watches, over all its connections. */
export interface SessionWatches {
  /** Begins it, or changes its settings and who is told. Gives what stops it. */
  add<W extends AdminWatch>(watch: Watched<W>): () => void;
  /** Begins all of them on a new connection; `undefined`: there is none. */
  move(link: AdminLink | undefined): void;
  /** Hands a tick to who asked for it. */
  tell(tick: WatchTick): void;
}

export interface Watched<W extends AdminWatch> {
  readonly watch: W;
  readonly input: WatchInput<W>;
  readonly onTick: (data: WatchData<W>) => void;
  readonly onRefused?: ((error: AdminError) => void) | undefined;
}

interface Entry {
  readonly watched: Watched<AdminWatch>;
  /** What the server goes on with if it refuses this one. */
  before: Entry | undefined;
  /** The server has these settings: before it does, what it tells is of others. */
  isTold: boolean;
}

/** ms until a watch is asked for again that could not be answered. */
const AGAIN_AFTER = 1000;

export function createSessionWatches(timers: Timers, timeoutMs: number): SessionWatches {
  return new WatchTable(timers, timeoutMs);
}

class WatchTable implements SessionWatches {
  readonly #entries = new Map<AdminWatch, Entry>();
  readonly #timers: Timers;
  readonly #timeoutMs: number;
  #link: AdminLink | undefined;

  constructor(timers: Timers, timeoutMs: number) {
    this.#timers = timers;
    this.#timeoutMs = timeoutMs;
  }

  add<W extends AdminWatch>(watched: Watched<W>): () => void {
    const last = this.#entries.get(watched.watch);
    const before = last?.isTold === true ? last : last?.before;
    const entry: Entry = { watched: watched as unknown as Watched<AdminWatch>, before, isTold: false };
    this.#entries.set(watched.watch, entry);
    this.#ask(entry);
    return () => this.#stop(entry);
  }

  move(link: AdminLink | undefined): void {
    this.#link = link;
    for (const entry of this.#entries.values()) {
      entry.before = undefined;
      entry.isTold = false;
      this.#ask(entry);
    }
  }

  tell({ watch, data }: WatchTick): void {
    const entry = this.#entries.get(watch);
    if (entry?.isTold === true) entry.watched.onTick(data);
  }

  #ask(entry: Entry): void {
    const link = this.#link;
    if (link === undefined) return;
    const { watch: method, input: params } = entry.watched;
    const isStill = (): boolean => this.#entries.get(method) === entry && this.#link === link;
    link.request({
      method,
      params,
      timeoutMs: this.#timeoutMs,
      done() {
        entry.isTold = true;
        entry.before = undefined;
      },
      failed: (error) => {
        // No answer of a server: the next connection is asked.
        if (!isStill() || error.code === 'no_server') return;
        if (isPassing(error)) this.#timers.after(AGAIN_AFTER, () => isStill() && this.#ask(entry));
        else this.#refuse(entry, error);
      },
    });
  }

  #refuse({ watched, before }: Entry, error: AdminError): void {
    if (before === undefined) this.#entries.delete(watched.watch);
    else {
      before.isTold = true;
      this.#entries.set(watched.watch, before);
    }
    watched.onRefused?.(error);
  }

  #stop(entry: Entry): void {
    const { watch } = entry.watched;
    const current = this.#entries.get(watch);
    if (current === undefined || (current !== entry && current !== entry.before)) return;
    this.#entries.delete(watch);
    const nothing = (): void => {};
    const timeoutMs = this.#timeoutMs;
    this.#link?.request({
      method: 'watch.stop',
      params: { watch },
      timeoutMs,
      done: nothing,
      failed: nothing,
    });
  }
}

/** What says nothing about the settings. */
function isPassing({ code }: AdminError): boolean {
  return ['rate_limited', 'timed_out', 'storage_unavailable', 'draining', 'token_expired'].includes(code);
}
