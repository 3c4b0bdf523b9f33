import type { Log } from '../../chat/ports.ts';
import { failureCode } from '../errors.ts';

/**
 * What a checkpoint left behind: the pages in the write-ahead log, and how many of them are in the database file too. SQLite
 * gives -1 for both when another connection is at it.
 */
export interface WalState {
  readonly log: number;
  readonly checkpointed: number;
}

export interface CheckpointsOptions {
  /** A passive checkpoint on a connection of its own: nobody who writes or reads waits for it. */
  readonly aside: () => Promise<WalState>;
  /** The same between two writes, so that nothing is added meanwhile. */
  readonly betweenWrites: () => Promise<WalState>;
  readonly log: Log;
}

/** Moves what is committed from the write-ahead log into the database file, so that the log does not grow for ever. */
export interface Checkpoints {
  /** To be called after each write, with about how many rows it had. */
  wrote(rows: number): void;
  /** Resolves when no checkpoint is under way; none begins any more. */
  close(): Promise<void>;
}

/** Pages to move at a time (4 KiB each): one fsync for many, and of a page written twice only the last. */
const PAGES = 2000;
/**
 * Pages in the log from which on it has to begin anew. SQLite does that at the first write after all of it was moved, which
 * under load never happens by itself: something is always added meanwhile.
 */
const LONG = 2 * PAGES;
/** Pages a row, before anything is known: a message alone changes about so many. */
const FIRST_GUESS = 8;
/** Many messages to one group share their pages, and what is asked of the writer may change none: those after it do not. */
const LEAST_PAGES = 2;

export function createCheckpoints({ aside, betweenWrites, log }: CheckpointsOptions): Checkpoints {
  let rows = 0;
  let pagesARow = FIRST_GUESS;
  /** Pages in the log when it was last looked at; 0: all of it was moved, and the next write begins it anew. */
  let known = 0;
  let running: Promise<void> | undefined;
  let hasFailed = false;
  let isClosed = false;

  /** SQLite counts pages only where it moves them: how many a row takes is learned from the last time. */
  function learn({ log: pages, checkpointed }: WalState, counted: number): void {
    const added = pages >= known ? pages - known : pages;
    pagesARow = Math.max(LEAST_PAGES, added / counted);
    known = pages === checkpointed ? 0 : pages;
  }

  async function beginAnew(): Promise<void> {
    // What is left to move, and to be waited for, is what was added during the last one aside.
    const { log: pages, checkpointed } = await betweenWrites();
    [rows, known] = [0, pages === checkpointed ? 0 : pages];
  }

  async function move(): Promise<void> {
    const counted = rows;
    rows = 0;
    try {
      const { log: pages, checkpointed } = await aside();
      learn({ log: pages, checkpointed }, counted);
      if (pages >= LONG && !isClosed) await beginAnew();
      hasFailed = false;
    } catch (error) {
      // It is tried again at the next turn, and the writer does it at last: told once.
      if (!hasFailed) log.warn('checkpoint_failed', { error: failureCode(error) });
      hasFailed = true;
    }
  }

  return {
    wrote(more) {
      rows += more;
      if (isClosed || running !== undefined || rows * pagesARow < PAGES) return;
      running = move().finally(() => {
        running = undefined;
      });
    },
    async close() {
      isClosed = true;
      await running;
    },
  };
}
