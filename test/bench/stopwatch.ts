import { cpuMs, diskBytes } from '../support/process-usage.ts';

/** The processes that are measured: a server, and its database's if that has one. */
export interface Measurable {
  readonly serverPid: number;
  readonly databasePid: number | undefined;
}

/** What they take between `measuring` and `measured`. */
export class Stopwatch {
  serverMs = 0;
  databaseMs = 0;
  /** What the disk gave and got, bytes: of both. */
  readBytes = 0;
  writtenBytes = 0;
  readonly #measurable: Measurable;

  constructor(measurable: Measurable) {
    this.#measurable = measurable;
  }

  get cpuUs(): number {
    return (this.serverMs + this.databaseMs) * 1000;
  }

  mark(at: string): void {
    const sign = at === 'measuring' ? -1 : at === 'measured' ? 1 : 0;
    if (sign === 0) return;
    const { serverPid, databasePid } = this.#measurable;
    this.serverMs += sign * cpuMs(serverPid);
    if (databasePid !== undefined) this.databaseMs += sign * cpuMs(databasePid);
    for (const pid of databasePid === undefined ? [serverPid] : [serverPid, databasePid]) {
      const { read, written } = diskBytes(pid);
      this.readBytes += sign * read;
      this.writtenBytes += sign * written;
    }
  }
}
