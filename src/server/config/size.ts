const UNITS: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1000,
  mb: 1000 ** 2,
  gb: 1000 ** 3,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
};

/** `64KiB`, `10MB`, `65536`. */
export const SIZE = /^(\d+(?:\.\d+)?) ?([KMGkmg]i?[Bb]|[Bb])?$/;

/** A size (SIZE; a bare number is bytes) as bytes, rounded; undefined if it is none. */
export function parseSize(text: string): number | undefined {
  const [, count, unit = 'b'] = SIZE.exec(text) ?? [];
  return count === undefined
    ? undefined
    : Math.round(Number(count) * (UNITS[unit.toLowerCase()] ?? Number.NaN));
}

/** Bytes in the largest binary unit that divides them: `64KiB`, `1500B`. */
export function formatSize(bytes: number): string {
  if (bytes === 0) return '0B';
  if (bytes % 1024 ** 3 === 0) return `${bytes / 1024 ** 3}GiB`;
  if (bytes % 1024 ** 2 === 0) return `${bytes / 1024 ** 2}MiB`;
  return bytes % 1024 === 0 ? `${bytes / 1024}KiB` : `${bytes}B`;
}
