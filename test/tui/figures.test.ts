import { describe, expect, test } from 'vitest';
import {
  bytesInWords,
  count,
  duration,
  milliseconds,
  shortBytes,
  shortCount,
} from '../../src/tui/figures.ts';
import { clockTime, clockTimeWithMs, dateAndTime, shortWhen, when } from '../../src/tui/times.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('figures', () => {
  test.each([
    [0, '0'],
    [999, '999'],
    [9874, '9,874'],
    [1_234_567.4, '1,234,567'],
  ])('count %d is %s', (value, text) => expect(count(value)).toBe(text));

  test.each([
    [0, '0'],
    [0.4, '0'],
    [812, '812'],
    [999.6, '1k'],
    [6100, '6.1k'],
    [9960, '10k'],
    [999_700, '1M'],
    [2e13, '20000G'],
    [-3, '0'],
  ])('shortCount %d is %s', (value, text) => expect(shortCount(value)).toBe(text));

  test.each([
    [0, '0', '0 B'],
    [1023, '1023', '1023 B'],
    [1024, '1K', '1 KB'],
    [9318, '9.1K', '9.1 KB'],
    [831_488, '812K', '812 KB'],
    [3 * 1024 ** 3, '3G', '3 GB'],
  ])('%d bytes are %s and %s', (bytes, short, words) => {
    expect(shortBytes(bytes)).toBe(short);
    expect(bytesInWords(bytes)).toBe(words);
  });

  test.each([
    [-5, '0s'],
    [4 * SECOND + 900, '4s'],
    [12 * MINUTE, '12m'],
    [2 * HOUR + 11 * MINUTE, '2h11m'],
    [3 * DAY + 4 * HOUR, '3d04h'],
    [41 * DAY + 4 * HOUR, '41d'],
  ])('duration %d is %s', (ms, text) => expect(duration(ms)).toBe(text));

  test.each([
    [0, '0 ms'],
    [1.94, '1.9 ms'],
    [9.96, '10 ms'],
    [38.4, '38 ms'],
    [1240, '1.2 s'],
  ])('milliseconds %d is %s', (ms, text) => expect(milliseconds(ms)).toBe(text));
});

describe('times, by the clock of the place', () => {
  const now = new Date(2026, 10, 22, 14, 2, 7, 120).getTime();

  test('of a clock', () => {
    expect(clockTime(now)).toBe('14:02:07');
    expect(clockTimeWithMs(now)).toBe('14:02:07.120');
    expect(dateAndTime(now)).toBe('2026-11-22 14:02');
  });

  test.each([
    [new Date(2026, 10, 22, 0, 0, 1), '00:00:01', '00:00:01', '00:00:01'],
    [new Date(2026, 10, 21, 18, 20), 'yesterday 18:20', '昨天 18:20', '11-21 18:20'],
    [new Date(2026, 10, 20, 18, 20), '11-20 18:20', '11-20 18:20', '11-20 18:20'],
    [new Date(2025, 10, 22, 18, 20), '2025-11-22', '2025-11-22', '2025-11-22'],
  ])('when %s was', (date, en, zh, short) => {
    expect(when(date.getTime(), now, 'en')).toBe(en);
    expect(when(date.getTime(), now, 'zh')).toBe(zh);
    expect(shortWhen(date.getTime(), now)).toBe(short);
  });
});
