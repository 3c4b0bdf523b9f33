const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** `25s`, `500ms`, `1h30m`, `86400`. */
export const DURATION = /^(?:(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+|\d+(?:\.\d+)?)$/;
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g;

/** A duration (DURATION; a bare number is seconds) as ms, rounded; undefined if it is none. */
export function parseDuration(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined;
  if (!/[a-z]$/.test(text)) return Math.round(Number(text) * 1000);
  const parts = [...text.matchAll(PART)].map(
    ([, count, unit]) => Number(count) * (UNITS[unit ?? ''] ?? Number.NaN),
  );
  return Math.round(parts.reduce((sum, part) => sum + part, 0));
}

/** ms in the largest unit that divides them: `25s`, `2m`, `500ms`. */
export function formatDuration(ms: number): string {
  const unit = Object.entries(UNITS).findLast(([, size]) => ms !== 0 && ms % size === 0);
  return unit ? `${ms / unit[1]}${unit[0]}` : `${ms}ms`;
}
