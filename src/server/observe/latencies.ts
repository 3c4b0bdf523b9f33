/**
 * How long things took, counted in buckets of about 3 % width: exact below 64 µs, then 32 buckets for each doubling.
 * Adding one is an addition to an array; nothing is ever allocated. Times are ms, and above 35 minutes count as that.
 */
export class Latencies {
  #counts = new Uint32Array(BUCKETS);
  #count = 0;
  #max = 0;

  get count(): number {
    return this.#count;
  }

  get max(): number {
    return this.#max;
  }

  add(ms: number, times = 1): void {
    const bucket = bucketOf(ms);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + times;
    this.#count += times;
    if (ms > this.#max) this.#max = ms;
  }

  addAll(other: Latencies): void {
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      this.#counts[bucket] = (this.#counts[bucket] ?? 0) + (other.#counts[bucket] ?? 0);
    }
    this.#count += other.#count;
    if (other.#max > this.#max) this.#max = other.#max;
  }

  clear(): void {
    this.#counts.fill(0);
    this.#count = 0;
    this.#max = 0;
  }

  /** The time that a share of `quantile` (0 to 1) did not exceed; 0 if there was nothing. */
  quantile(quantile: number): number {
    let left = Math.max(1, Math.ceil(this.#count * quantile));
    if (this.#count === 0) return 0;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      left -= this.#counts[bucket] ?? 0;
      if (left <= 0) return Math.min(upperEnd(bucket), this.#max);
    }
    return this.#max;
  }

  /** How many took no longer than each of `ends` (ascending, ms), to the width of a bucket. */
  countsUpTo(ends: readonly number[]): number[] {
    const counts: number[] = [];
    let bucket = 0;
    let sum = 0;
    for (const end of ends) {
      for (; bucket < BUCKETS && upperEnd(bucket) <= end; bucket += 1) sum += this.#counts[bucket] ?? 0;
      counts.push(sum);
    }
    return counts;
  }
}

const EXACT = 64;
/** Buckets to a doubling, and as a power of two. */
const PER_DOUBLING = 32;
const SHIFT = 5;
const LARGEST = 0x7fff_ffff;
const BUCKETS = bucketOf(LARGEST / 1000) + 1;

function bucketOf(ms: number): number {
  const us = ms > 0 ? Math.min(LARGEST, Math.floor(ms * 1000)) : 0;
  if (us < EXACT) return us;
  const doubling = 31 - Math.clz32(us) - SHIFT;
  return doubling * PER_DOUBLING + (us >>> doubling);
}

/** In ms: what a bucket holds is below it. */
function upperEnd(bucket: number): number {
  if (bucket < EXACT) return (bucket + 1) / 1000;
  const doubling = Math.floor(bucket / PER_DOUBLING) - 1;
  return ((bucket - doubling * PER_DOUBLING + 1) * 2 ** doubling) / 1000;
}
