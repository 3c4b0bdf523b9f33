import type { AdminWatch, WatchInput } from '../../../protocol/admin.ts';
import type { RpcNotification, WatchTick } from '../../../protocol/admin-channel.ts';
import type { Gate, WatchClocks, Watcher } from './watch-clocks.ts';
import type { Watching, WatchSource } from './watch-ports.ts';

/** What one channel watches: of each kind at most one. */
export interface ChannelWatches {
  /** Begins the watch, or changes its settings, which were checked. Rejects with ChatError: then all is as before. */
  set(watch: AdminWatch, settings: unknown): Promise<void>;
  /** Tells the watch for the first time under its settings: behind the answer to who asked. */
  begin(watch: AdminWatch): void;
  stop(watch: AdminWatch): void;
  stopAll(): void;
}

export interface ChannelWatchParts {
  readonly clocks: WatchClocks;
  readonly isClear: () => boolean;
  readonly write: (notification: RpcNotification) => void;
}

export function createChannelWatches(parts: ChannelWatchParts): ChannelWatches {
  const { clocks } = parts;
  const watchers = new Map<AdminWatch, ChannelWatcher>();

  const stop = (watch: AdminWatch): void => {
    const watcher = watchers.get(watch);
    watchers.delete(watch);
    if (watcher === undefined) return;
    watcher.end();
    clocks.remove(watcher);
  };

  return {
    async set(watch, settings) {
      const source = clocks.source(watch);
      if (source === undefined) return;
      const watcher = watchers.get(watch) ?? new ChannelWatcher(watch, source, parts);
      watchers.set(watch, watcher);
      try {
        await watcher.set(settings as WatchInput<AdminWatch>);
      } catch (error) {
        if (!watcher.hasBegun) watchers.delete(watch);
        throw error;
      }
      watcher.hasBegun = true;
      if (!watcher.hasEnded) clocks.add(watcher);
    },

    begin(watch) {
      const watcher = watchers.get(watch);
      if (watcher !== undefined) clocks.beat(watcher);
    },

    stop,
    stopAll: () => [...watchers.keys()].forEach(stop),
  };
}

class ChannelWatcher implements Watcher {
  readonly watch: AdminWatch;
  /** Its settings were right once. */
  hasBegun = false;
  hasEnded = false;
  readonly #watching: Watching<AdminWatch>;
  readonly #parts: ChannelWatchParts;
  readonly #gate: Gate;
  /** How many wait for their turn, and the last of them: a change of settings never comes between a read and its writing. */
  #busy = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(watch: AdminWatch, source: WatchSource<AdminWatch>, parts: ChannelWatchParts) {
    this.watch = watch;
    this.#watching = source.open();
    this.#parts = parts;
    this.#gate = parts.clocks.gate(watch);
  }

  get isBusy(): boolean {
    return this.#busy > 0;
  }

  get isClear(): boolean {
    return this.#parts.isClear();
  }

  set(settings: WatchInput<AdminWatch>): Promise<void> {
    return this.#inTurn(() => this.#gate(() => this.#watching.set(settings)));
  }

  tell(): Promise<void> {
    return this.#inTurn(async () => {
      const read = await this.#gate(() => (this.hasEnded ? undefined : this.#watching.read()));
      if (read === undefined || this.hasEnded) return;
      const tick = { watch: this.watch, data: read } as WatchTick;
      this.#parts.write({ jsonrpc: '2.0', method: 'watch.data', params: tick });
    });
  }

  end(): void {
    this.hasEnded = true;
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#busy += 1;
    const done = this.#last.then(work).finally(() => {
      this.#busy -= 1;
    });
    this.#last = done.catch(() => {});
    return done;
  }
}
