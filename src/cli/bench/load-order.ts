/** What the load generator is told, and what it tells. Between the processes times are µs of a clock they share. */

/** How clients speak: as chatd's do; the same frames to a bare relay; the same objects in Socket.IO's packets. */
export type Dialect = 'chatd' | 'relay' | 'socket.io';

export interface LoadOrder {
  readonly dialect: Dialect;
  /** Of the WebSocket server, without a path: `ws://127.0.0.1:9000`. */
  readonly url: string;
  readonly clients: readonly LoadClient[];
  /** Who writes where; none if connections alone are measured. */
  readonly conversations: readonly LoadConversation[];
  /** Bytes of a message's content, at least MARK_LENGTH. */
  readonly size: number;
  /** Sends in flight of each sender in each conversation. */
  readonly window: number;
  /** Messages a second of all together; 0: as fast as acks come. */
  readonly rate: number;
  /** Each send is of a stream drawn at random; `window` is then what all of a process have in flight together. */
  readonly isDrawn?: boolean;
  /** How many make the load. */
  readonly processes: number;
}

export interface LoadClient {
  readonly user: string;
  readonly token: string;
}

/** Members and senders are indices of clients. A private conversation has two members, and no `group`. */
export interface LoadConversation {
  readonly group?: string;
  readonly members: readonly number[];
  readonly senders: readonly number[];
}

export interface Opened {
  readonly open: number;
  readonly failed: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** Why not, and how often. */
  readonly errors: Counts;
}

export type Counts = Readonly<Record<string, number>>;

/** ms, from the send to the ack or the delivery. */
export interface Latency {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  readonly mean: number;
}

/** The first nine are of the whole run; those `InTime`, rates and latencies of the measured time alone. */
export interface LoadReport {
  readonly sent: number;
  readonly acked: number;
  readonly refused: number;
  /** Neither acked nor refused. */
  readonly unanswered: number;
  readonly delivered: number;
  /** Deliveries of acked messages that did not come. */
  readonly lost: number;
  readonly duplicated: number;
  readonly outOfOrder: number;
  /** Error frames and ends of connections by code, deliveries to whom they were not for. */
  readonly errors: Counts;
  readonly seconds: number;
  readonly ackedInTime: number;
  readonly deliveredInTime: number;
  readonly messagesPerSecond: number;
  readonly deliveriesPerSecond: number;
  readonly ack: Latency | undefined;
  readonly delivery: Latency | undefined;
}

export interface RunTimes {
  readonly warmupMs: number;
  readonly durationMs: number;
}

/** What one process counts. `owed`: deliveries that what was acked to its senders makes. */
export interface Tally {
  readonly sent: number;
  readonly acked: number;
  readonly refused: number;
  readonly owed: number;
  readonly delivered: number;
  readonly ackedInTime: number;
  readonly deliveredInTime: number;
}

export interface FullTally extends Tally {
  readonly duplicated: number;
  readonly outOfOrder: number;
  readonly errors: Counts;
  /** Histograms in hdr's compressed form. */
  readonly ack: string;
  readonly delivery: string;
}

/** Connections opened and left again. */
export interface Churned {
  readonly inTime: number;
  readonly failed: number;
  readonly errors: Counts;
  /** From the first byte to the upgrade: a histogram in hdr's compressed form. */
  readonly open: string;
}

/** When, in µs; what happens from `from` until `until` is measured. */
export interface LoadTimes {
  readonly begin: number;
  readonly from: number;
  readonly until: number;
}

/** To a process of the load. */
export type LoadCommand =
  | { readonly do: 'prepare'; readonly order: LoadOrder; readonly share: number }
  | { readonly do: 'connect'; readonly atOnce: number }
  | { readonly do: 'churn'; readonly atOnce: number; readonly times: LoadTimes }
  | { readonly do: 'send'; readonly times: LoadTimes }
  | { readonly do: 'tally' };

/** From it: an answer to each; and while it sends, how far it is. */
export type LoadAnswer =
  | { readonly is: 'prepare' }
  | { readonly is: 'connect'; readonly open: number; readonly failed: number; readonly errors: Counts }
  | { readonly is: 'churn'; readonly churned: Churned }
  | { readonly is: 'send' }
  | { readonly is: 'tally'; readonly tally: FullTally }
  | { readonly is: 'progress'; readonly tally: Tally; readonly isFinished: boolean }
  | { readonly is: 'failed'; readonly message: string };
