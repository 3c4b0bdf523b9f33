import type { Log, LogFields } from '../chat/ports.ts';

export interface SampleOptions {
  /** Lines of one event and reason that are written in an interval; the rest is counted. */
  readonly first?: number;
  /** ms. */
  readonly intervalMs?: number;
}

/** A Log that must be closed, so that what it counted last is written. */
export interface SampledLog extends Log {
  close(): void;
}

const MOST_KINDS = 1000;

/**
 * `log` for what an attacker can cause at will (refusals): of each event and `reason` the first few lines in an
 * interval are written as they are, the others become one `<event>_suppressed` line with their count at its end.
 * Lines without a `reason` field pass untouched.
 */
export function createSampledLog(
  log: Log,
  { first = 5, intervalMs = 10_000 }: SampleOptions = {},
): SampledLog {
  const counts = new Map<string, { readonly event: string; readonly reason: string; seen: number }>();
  let timer: NodeJS.Timeout | undefined;

  const summarize = () => {
    clearTimeout(timer);
    timer = undefined;
    for (const { event, reason, seen } of counts.values()) {
      if (seen > first) log.warn(`${event}_suppressed`, { reason, count: seen - first });
    }
    counts.clear();
  };

  const passes = (event: string, reason: string) => {
    timer ??= setTimeout(summarize, intervalMs).unref();
    const key = `${event} ${reason}`;
    // Reasons are words of ours; should one ever carry a user's text, memory stays bounded.
    if (counts.size >= MOST_KINDS && !counts.has(key)) return false;
    const count = counts.get(key) ?? { event, reason, seen: 0 };
    counts.set(key, count);
    count.seen += 1;
    return count.seen <= first;
  };

  const sampled =
    (level: keyof Log) =>
    (event: string, fields: LogFields = {}) => {
      const { reason } = fields;
      if (typeof reason !== 'string' || passes(event, reason)) log[level](event, fields);
    };

  return {
    debug: sampled('debug'),
    info: sampled('info'),
    warn: sampled('warn'),
    error: sampled('error'),
    close: summarize,
  };
}
