import type { Registry } from 'prom-client';
import { COUNTERS, GAUGES, type Metric, type Rows } from './metric-table.ts';
import type { ReadableMeters } from './meters.ts';
import type { ServerStats } from './stats.ts';

export interface MetricsParts {
  readonly stats: Pick<ServerStats, 'now'>;
  readonly meters: ReadableMeters;
}

/**
 * What Prometheus reads at `GET /metrics`: the figures of stats.get in Prometheus' units (seconds, bytes). Rates and
 * history are left to it: counters are all it needs. The library is loaded when somebody first asks.
 */
export function createMetrics(parts: MetricsParts): () => Promise<string> {
  let opening: Promise<() => Promise<string>> | undefined;
  return async () => {
    opening ??= openRegistry(parts);
    const expose = await opening;
    return expose();
  };
}

async function openRegistry({ stats, meters }: MetricsParts): Promise<() => Promise<string>> {
  const { Counter, Gauge, Registry } = await import('prom-client');
  const registry = new Registry();
  const counters = COUNTERS.map((metric) => ({ metric, shown: new Counter(toSettings(metric, registry)) }));
  const gauges = GAUGES.map((metric) => ({ metric, shown: new Gauge(toSettings(metric, registry)) }));
  await registerLatency(registry, meters);
  return () => {
    const now = stats.now();
    for (const { metric, shown } of counters) {
      shown.reset();
      each(metric, metric.read(now), (labels, value) => shown.inc(labels, value));
    }
    for (const { metric, shown } of gauges) {
      shown.reset();
      each(metric, metric.read(now), (labels, value) => shown.set(labels, value));
    }
    return registry.metrics();
  };
}

function toSettings({ name, help, label }: Metric, registry: Registry) {
  return { name, help, labelNames: label === undefined ? [] : [label], registers: [registry] };
}

function each(
  { label }: Metric,
  rows: Rows,
  show: (labels: Record<string, string>, value: number) => void,
): void {
  if (typeof rows === 'number') show({}, rows);
  else if (label !== undefined) {
    for (const [value, number] of Object.entries(rows)) show({ [label]: value }, number);
  }
}

/** Upper ends of the buckets of the store's latency, ms. */
const ENDS = [0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000];
const LATENCY = 'chatd_store_latency_seconds';

/** The library's histogram costs a microsecond an observation: ours is counted already, and only shown as one. */
async function registerLatency(registry: Registry, { store }: ReadableMeters): Promise<void> {
  const { Histogram } = await import('prom-client');
  const shown = new Histogram({
    name: LATENCY,
    help: 'From the send to the commit.',
    buckets: ENDS.map((end) => end / 1000),
    registers: [],
  });
  // Read in this way by the registry; there is no other door for a histogram that was counted elsewhere.
  const empty = await shown.get();
  const get = async () => ({ ...empty, values: rowsOf(store) });
  registry.registerMetric(Object.assign(shown, { get, getForPromString: get }));
}

function rowsOf({ latencies, totalMs }: ReadableMeters['store']) {
  const { count } = latencies;
  const counts = latencies.countsUpTo(ENDS);
  const buckets = ENDS.map((end, at) => ({ labels: { le: end / 1000 }, value: counts[at] ?? 0 }));
  return [
    ...[...buckets, { labels: { le: '+Inf' }, value: count }].map((row) => ({
      ...row,
      metricName: `${LATENCY}_bucket`,
    })),
    { labels: {}, value: totalMs / 1000, metricName: `${LATENCY}_sum` },
    { labels: {}, value: count, metricName: `${LATENCY}_count` },
  ];
}
