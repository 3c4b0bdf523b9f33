/**
 * Arithmetic on stretches of seqs. A conversation's seqs have no gaps, so how many messages somebody may read, and
 * which are on which page, is known without asking the database.
 */
export interface Span {
  /** Exclusive. */
  readonly after: number;
  /** Inclusive. */
  readonly upTo: number;
}

/** `spans` within `after < seq ≤ upTo`, ascending, without those that become empty. They do not overlap. */
export function clip(spans: readonly Span[], after: number, upTo: number): readonly Span[] {
  return spans
    .map((span) => ({ after: Math.max(span.after, after), upTo: Math.min(span.upTo, upTo) }))
    .filter((span) => span.after < span.upTo)
    .sort((one, other) => one.after - other.after);
}

/** How many seqs they hold. */
export function sizeOf(spans: readonly Span[]): number {
  return spans.reduce((sum, { after, upTo }) => sum + upTo - after, 0);
}

/** The first `count` seqs. */
export function firstOf(spans: readonly Span[], count: number): readonly Span[] {
  return slice(spans, 0, count);
}

/** `count` seqs, those that come before the last `skipped` ones. */
export function lastOf(spans: readonly Span[], count: number, skipped = 0): readonly Span[] {
  const end = sizeOf(spans) - skipped;
  return slice(spans, end - count, end);
}

/** The highest seq; 0 if there is none. */
export function highestOf(spans: readonly Span[]): number {
  return spans.at(-1)?.upTo ?? 0;
}

/** The seqs from the `from`th (counted from 0) to before the `to`th. */
function slice(spans: readonly Span[], from: number, to: number): readonly Span[] {
  const taken: Span[] = [];
  let passed = 0;
  for (const { after, upTo } of spans) {
    const start = after + Math.max(0, from - passed);
    const end = Math.min(upTo, after + Math.max(0, to - passed));
    if (start < end) taken.push({ after: start, upTo: end });
    passed += upTo - after;
  }
  return taken;
}
