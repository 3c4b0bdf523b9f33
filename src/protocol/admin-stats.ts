/** How the server is, in figures: what the console, `/v1/admin/stats` and `/metrics` show alike. Times in ms, sizes in bytes. */

export interface StatsNow {
  /** `Name` of the configuration. */
  readonly name: string;
  readonly version: string;
  /** Which server this is: host name and process. */
  readonly node: string;
  readonly at: number;
  readonly startedAt: number;
  readonly connections: {
    readonly open: number;
    readonly max: number;
    /** Users who have one. */
    readonly users: number;
    readonly seed: number;
    readonly v1: number;
    /** Open admin channels. */
    readonly consoles: number;
  };
  /** Over the last five seconds, a second. `in`: sends taken in; `out`: messages handed to connections. */
  readonly rates: Traffic;
  /** Since the start. */
  readonly totals: Traffic & { readonly stored: number };
  readonly store: {
    /** `SQLite …`, `MySQL …`; never a password. */
    readonly database: string;
    /** Sends whose outcome is not known yet, and the bytes they take. */
    readonly pending: number;
    readonly pendingBytes: number;
    /** Connections that are not read from until there is room among those for what they sent. */
    readonly waiting: number;
    /** From the send to the commit, over the last minute. */
    readonly latency: Quantiles;
  };
  /** How late the event loop was, over the last minute. */
  readonly loopDelay: Quantiles;
  readonly memory: { readonly rss: number; readonly heapUsed: number; readonly external: number };
  /** Share of one processor, over the last five seconds. */
  readonly cpu: number;
  /** What connections have not taken yet: all of them, and the one with the most. */
  readonly queues: { readonly total: number; readonly largest: number };
  /** Since the start, by reason: of upgrades (`bad_token`), of frames and requests (error codes), of closes (`slow`). */
  readonly refusals: Readonly<Record<string, number>>;
}

export interface Traffic {
  readonly messagesIn: number;
  readonly messagesOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export interface Quantiles {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface Stats extends StatsNow {
  readonly history: StatsHistory;
}

/** The last 15 minutes. */
export interface StatsHistory {
  readonly everyMs: number;
  /** Oldest first. */
  readonly samples: readonly StatsSample[];
}

/** One sample: rates a second over its time. */
export interface StatsSample extends Traffic {
  readonly at: number;
  readonly connections: number;
  readonly storeP99: number;
  readonly loopP99: number;
  readonly rss: number;
  readonly pending: number;
  readonly refused: number;
}
