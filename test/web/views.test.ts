import { describe, expect, it } from 'vitest';
import type { Item } from '../../src/web/model/state.ts';
import { TEXTS } from '../../src/web/text/text-of.ts';
import { agoText, dayText, shortTime } from '../../src/web/views/time-text.ts';
import { toBlocks } from '../../src/web/views/to-blocks.ts';
import { isOnlyEmoji, isWebAddress, toParts } from '../../src/web/views/to-parts.ts';
import { HOSTILE_TEXTS } from '../support/hostile-texts.ts';
import { fixtureState } from './fixture-state.ts';

const NOW = new Date(2026, 10, 22, 14, 30).getTime();
const HOUR = 3_600_000;

describe('addresses in a text', () => {
  const links = (text: string) => toParts(text).flatMap((part) => (part.kind === 'link' ? [part.text] : []));

  it.each([
    ['see https://a.example/x?y=1#z.', ['https://a.example/x?y=1#z']],
    ['路线：https://a.example/山，出发前看', ['https://a.example/山']],
    ['(https://a.example/b_(c)) and http://d.example', ['https://a.example/b_(c)', 'http://d.example']],
    ['"https://a.example/"', ['https://a.example/']],
    ['javascript:alert(1) data:text/html,x ftp://a.example file:///etc', []],
    ['https:// https:/// http://', []],
    ['no address', []],
  ])('%j', (text, expected) => expect(links(text)).toEqual(expected));

  it('loses and adds nothing, whatever the text', () => {
    for (const text of [...HOSTILE_TEXTS.map(([, hostile]) => hostile), '', ' ', 'https://']) {
      expect(
        toParts(text)
          .map((part) => part.text)
          .join(''),
      ).toBe(text);
      for (const link of links(text)) expect(new URL(link).protocol).toMatch(/^https?:$/);
    }
  });

  it('takes time in proportion to the length', () => {
    const text = `https://a.example/${'('.repeat(8000)}${')'.repeat(16000)} ${'https://'.repeat(2000)}`;
    const begin = performance.now();
    toParts(text);
    expect(performance.now() - begin).toBeLessThan(1000);
  });

  it('follows only the web', () => {
    expect(isWebAddress('HTTPS://a.example')).toBe(true);
    expect(isWebAddress(' https://a.example')).toBe(false);
    expect(isWebAddress('javascript://a.example/%0aalert(1)')).toBe(false);
  });
});

describe('only emoji', () => {
  it.each(['👍', '🏔️🥾', '👨‍👩‍👧‍👦', '🇨🇳 🇩🇪', '1️⃣', '👋🏽', ' 🍊 '])('%s', (text) =>
    expect(isOnlyEmoji(text)).toBe(true),
  );
  it.each(['', '1', 'a👍', '👍👍👍👍', '好', '#', '👍!'])('not %s', (text) =>
    expect(isOnlyEmoji(text)).toBe(false),
  );
});

describe('what stands in a thread', () => {
  const { thread } = fixtureState(NOW);
  const items = thread?.items ?? [];
  const outline = (unreadFrom?: number, of: readonly Item[] = items) =>
    toBlocks(of, unreadFrom).map((block) =>
      block.kind === 'run' ? `${block.senderId}×${block.items.length}` : block.kind,
    );

  it('is in runs of one sender, under days', () => {
    expect(outline()).toEqual([
      'day',
      '5×2',
      '2×1',
      '7×2',
      '4×1',
      '3×1',
      'day',
      '6×1',
      '7×2',
      '5×2',
      '2×1',
      '7×2',
    ]);
  });

  it('has a line above what is new, even within a run', () => {
    expect(outline(22).slice(-6)).toEqual(['7×2', '5×1', 'unread', '5×1', '2×1', '7×2']);
    expect(outline(9999)).not.toContain('unread');
  });

  it('keeps every message once, under keys that differ', () => {
    const blocks = toBlocks(items, 21);
    expect(blocks.flatMap((block) => (block.kind === 'run' ? block.items : []))).toEqual(items);
    expect(new Set(blocks.map((block) => block.key)).size).toBe(blocks.length);
    expect(toBlocks([], 1)).toEqual([]);
  });
});

describe('times', () => {
  it.each([
    [0, 'Today', '14:30'],
    [20 * HOUR, 'Yesterday', 'Yesterday'],
    [3 * 24 * HOUR, 'Thursday', 'Thu'],
    [30 * 24 * HOUR, '23 October', '23/10'],
    [400 * 24 * HOUR, '18 October 2025', '18/10/2025'],
  ])('%i ms ago', (ago, day, short) => {
    expect(dayText(NOW - ago, TEXTS.en, NOW)).toBe(day);
    expect(shortTime(NOW - ago, TEXTS.en, NOW)).toBe(short);
  });

  it('in Chinese', () => {
    expect(dayText(NOW - 30 * 24 * HOUR, TEXTS.zh, NOW)).toBe('10月23日');
    expect(agoText(NOW - 5 * 60_000, TEXTS.zh, NOW)).toBe('5 分钟前');
    expect(agoText(NOW - 20 * HOUR, TEXTS.zh, NOW)).toBe('昨天 18:30');
  });
});

it('says the same things in both languages', () => {
  const shape = (text: object) => Object.entries(text).map(([key, value]) => `${key}: ${typeof value}`);
  expect(shape(TEXTS.en)).toEqual(shape(TEXTS.zh));
  for (const text of [TEXTS.zh, TEXTS.en]) expect(Object.values(text)).not.toContain('');
});
