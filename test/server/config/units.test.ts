import { describe, expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../../src/protocol/duration.ts';
import { formatSize, parseSize } from '../../../src/server/config/size.ts';

describe('durations', () => {
  test.each([
    ['25s', 25_000],
    ['500ms', 500],
    ['2m', 120_000],
    ['1h30m', 5_400_000],
    ['30d', 2_592_000_000],
    ['86400', 86_400_000],
    ['0', 0],
    ['1.5s', 1500],
  ])('%s is %i ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

  test.each(['', 's', '5 s', '-1s', '1y', '1e3', 'Infinity', '1h-3m', '５s'])('%j is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  test.each(['25s', '500ms', '2m', '30d', '0ms', '90s', '36h'])('%s is shown so', (text) => {
    expect(formatDuration(parseDuration(text) ?? -1)).toBe(text);
  });
});

describe('sizes', () => {
  test.each([
    ['64KiB', 65_536],
    ['64kib', 65_536],
    ['1 MiB', 1_048_576],
    ['10MB', 10_000_000],
    ['1.5GiB', 1_610_612_736],
    ['65536', 65_536],
    ['12B', 12],
  ])('%s is %i bytes', (text, bytes) => expect(parseSize(text)).toBe(bytes));

  test.each(['', 'KiB', '1K', '-1B', '1TiB', '0x10', '1e3'])('%j is none', (text) => {
    expect(parseSize(text)).toBeUndefined();
  });

  test.each(['64KiB', '1MiB', '3GiB', '1500B', '0B'])('%s is shown so', (text) => {
    expect(formatSize(parseSize(text) ?? -1)).toBe(text);
  });
});
