import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from 'hdr-histogram-js';
import type { Latency } from './load-order.ts';

export type { Histogram } from 'hdr-histogram-js';

/** An hour is the longest; three digits are kept. */
const LONGEST_US = 3_600_000_000;

/** Of µs. */
export function createHistogram(): Histogram {
  return build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: LONGEST_US,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: 32,
  });
}

export function recordUs(histogram: Histogram, us: number): void {
  histogram.recordValue(us < 1 ? 1 : us > LONGEST_US ? LONGEST_US : us);
}

export { encodeIntoCompressedBase64 as encodeHistogram };

/** Of several processes as one; undefined if nothing was recorded. */
export function toLatency(encoded: readonly string[]): Latency | undefined {
  const all = createHistogram();
  for (const text of encoded) all.add(decodeFromCompressedBase64(text));
  if (all.totalCount === 0) return undefined;
  const ms = (percentile: number) => all.getValueAtPercentile(percentile) / 1000;
  return {
    p50: ms(50),
    p90: ms(90),
    p99: ms(99),
    p999: ms(99.9),
    max: all.maxValue / 1000,
    mean: Math.round(all.mean) / 1000,
  };
}
