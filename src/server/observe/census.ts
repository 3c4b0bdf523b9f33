import type { LiveConnections } from '../chat/connection-ports.ts';

/** All live connections together. */
export interface Census {
  readonly seed: number;
  readonly v1: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Bytes not taken yet: of all, and of the one with the most. */
  readonly queued: number;
  readonly largestQueue: number;
}

/** Looks at every connection once: about a tenth of a microsecond each. */
export function takeCensus(connections: LiveConnections): Census {
  let seed = 0;
  let bytesIn = 0;
  let bytesOut = 0;
  let queued = 0;
  let largestQueue = 0;
  for (const connection of connections.all()) {
    if (connection.client === 'seed') seed += 1;
    bytesIn += connection.bytesIn;
    bytesOut += connection.bytesOut;
    const { unsent } = connection;
    queued += unsent;
    if (unsent > largestQueue) largestQueue = unsent;
  }
  return { seed, v1: connections.count - seed, bytesIn, bytesOut, queued, largestQueue };
}
