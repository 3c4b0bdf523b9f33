import { toLatency } from './latencies.ts';
import type { Counts, FullTally, LoadReport, LoadTimes, Tally } from './load-order.ts';

/** What all processes counted, as one. */
export function toReport(
  tallies: readonly FullTally[],
  { begin, from, until }: LoadTimes,
  endedAt: number,
): LoadReport {
  const { sent, acked, refused, owed, delivered, ackedInTime, deliveredInTime } = tallies.reduce(
    addTallies,
    NOTHING,
  );
  const measured = (until - from) / 1e6;
  return {
    sent,
    acked,
    refused,
    unanswered: sent - acked - refused,
    delivered,
    lost: Math.max(0, owed - delivered),
    duplicated: sum(tallies, ({ duplicated }) => duplicated),
    outOfOrder: sum(tallies, ({ outOfOrder }) => outOfOrder),
    errors: addCounts(tallies),
    seconds: (endedAt - begin) / 1e6,
    ackedInTime,
    deliveredInTime,
    messagesPerSecond: ackedInTime / measured,
    deliveriesPerSecond: deliveredInTime / measured,
    ack: toLatency(tallies.map(({ ack }) => ack)),
    delivery: toLatency(tallies.map(({ delivery }) => delivery)),
  };
}

export const NOTHING: Tally = {
  sent: 0,
  acked: 0,
  refused: 0,
  owed: 0,
  delivered: 0,
  ackedInTime: 0,
  deliveredInTime: 0,
};

export function addTallies(one: Tally, other: Tally): Tally {
  return {
    sent: one.sent + other.sent,
    acked: one.acked + other.acked,
    refused: one.refused + other.refused,
    owed: one.owed + other.owed,
    delivered: one.delivered + other.delivered,
    ackedInTime: one.ackedInTime + other.ackedInTime,
    deliveredInTime: one.deliveredInTime + other.deliveredInTime,
  };
}

export function sum<T>(all: readonly T[], value: (one: T) => number): number {
  return all.reduce((total, one) => total + value(one), 0);
}

export function addCounts(all: readonly { readonly errors: Counts }[]): Counts {
  const total: Record<string, number> = {};
  for (const { errors } of all) {
    for (const [what, times] of Object.entries(errors)) total[what] = (total[what] ?? 0) + times;
  }
  return total;
}
