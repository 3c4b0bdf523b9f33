import type { Quantiles } from '../../src/protocol/admin-stats.ts';
import type { Dialect, LoadClient } from '../../src/cli/bench/load-order.ts';

/** A server that is measured. */
export interface Subject {
  /** `chatd (MariaDB)` */
  readonly name: string;
  readonly dialect: Dialect;
  /** Starts it anew, with nothing in it but `users` users and, if it says so, a group of all of them. */
  start(place: SubjectPlace): Promise<RunningSubject>;
}

export interface SubjectPlace {
  readonly users: number;
  /** The id of the group that all of them are in; undefined: there is none. */
  readonly group: string | undefined;
}

export interface RunningSubject {
  /** `ws://127.0.0.1:9000` */
  readonly url: string;
  readonly clients: readonly LoadClient[];
  readonly serverPid: number;
  /** Of the database it stores in, if that is a process of its own. */
  readonly databasePid: number | undefined;
  /** How late it says its event loop was over the last minute, ms; absent if it says nothing of it. */
  loopDelay?(): Promise<Quantiles>;
  stop(): Promise<void>;
}

/** Ids are the same everywhere. chatd keeps the low ones for itself. */
export const FIRST_USER = 1000;
