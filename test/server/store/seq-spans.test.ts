import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { clip, firstOf, highestOf, lastOf, sizeOf } from '../../../src/server/store/seq-spans.ts';
import type { Span } from '../../../src/server/store/seq-spans.ts';

/** Spans as memberships make them: ascending lengths of being in and out, given in any order. */
const spansOf = (lengths: readonly number[]): readonly Span[] => {
  const spans: Span[] = [];
  let at = 0;
  lengths.forEach((length, index) => {
    if (index % 2 === 1) spans.push({ after: at, upTo: at + length });
    at += length;
  });
  return spans.toReversed();
};
const spans = fc.array(fc.nat({ max: 9 }), { maxLength: 12 }).map(spansOf);
const seqsOf = (all: readonly Span[]): number[] =>
  all.flatMap(({ after, upTo }) => Array.from({ length: upTo - after }, (_, n) => after + 1 + n));

it('does to spans what it would do to the list of their seqs', () => {
  const bound = fc.integer({ min: -3, max: 60 });
  fc.assert(
    fc.property(spans, bound, bound, bound, (some, after, upTo, count) => {
      const clipped = clip(some, after, upTo);
      const seqs = seqsOf(some)
        .sort((one, other) => one - other)
        .filter((seq) => seq > after && seq <= upTo);
      const positive = Math.max(0, count);
      expect(seqsOf(clipped)).toEqual(seqs);
      expect(sizeOf(clipped)).toBe(seqs.length);
      expect(highestOf(clipped)).toBe(seqs.at(-1) ?? 0);
      expect(seqsOf(firstOf(clipped, count))).toEqual(seqs.slice(0, positive));
      const end = Math.max(0, seqs.length - 4);
      expect(seqsOf(lastOf(clipped, count, 4))).toEqual(seqs.slice(Math.max(0, end - positive), end));
    }),
  );
});
