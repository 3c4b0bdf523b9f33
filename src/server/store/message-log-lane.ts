import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../chat/ports.ts';
import type { RunTurn } from './message-log-run-turn.ts';
import { filterTurn, takeTurn } from './message-log-turn.ts';
import type { Entry, Turn } from './message-log-turn.ts';

export interface Lane {
  add(entry: Entry): void;
}

export interface LaneOptions {
  readonly runTurn: RunTurn;
  readonly clock: Clock;
  readonly maxWaitMs: number;
}

/**
 * A line of entries with one transaction in flight. What was tried goes before what waits, so order is kept. What waits
 * longer than `maxWaitMs` is refused, as long as none of its attempts may have been stored.
 */
export function createLane({ runTurn, clock, maxWaitMs }: LaneOptions): Lane {
  const queue: Entry[] = [];
  const tried: Turn[] = [];
  let running = false;
  let expiry: NodeJS.Timeout | undefined;

  function add(entry: Entry): void {
    queue.push(entry);
    if (running) return watchExpiry();
    running = true;
    // A microtask, not now: the frames one socket read brought along share the transaction.
    queueMicrotask(run);
  }

  async function run(): Promise<void> {
    for (let turn = nextTurn(); turn !== undefined; turn = nextTurn()) {
      const { again, pauseMs } = await runTurn(turn);
      tried.unshift(...again);
      if (pauseMs > 0) await pause(pauseMs, undefined, { ref: false });
    }
    running = false;
  }

  function nextTurn(): Turn | undefined {
    for (let turn = tried.shift(); turn !== undefined; turn = tried.shift()) {
      const alive = turn.suspect ? turn : filterTurn(turn, refuseIfOverdue);
      if (alive.entries.length > 0) return alive;
    }
    return takeTurn(queue, clock.now());
  }

  /** The oldest waits at the front: one timer is enough. */
  function watchExpiry(): void {
    const first = queue[0];
    if (expiry !== undefined || first === undefined) return;
    expiry = setTimeout(expire, Math.max(0, first.since + maxWaitMs - performance.now())).unref();
  }

  function expire(): void {
    expiry = undefined;
    queue.splice(0, queue.length, ...queue.filter(refuseIfOverdue));
    watchExpiry();
  }

  /** Whether `entry` may wait on. */
  function refuseIfOverdue(entry: Entry): boolean {
    const isOverdue = performance.now() - entry.since >= maxWaitMs;
    if (isOverdue) entry.refuse('storage_unavailable');
    return !isOverdue;
  }

  return { add };
}
