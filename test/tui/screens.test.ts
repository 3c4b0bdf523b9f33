import { readFileSync, writeFileSync } from 'node:fs';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import type { Language } from '../../src/protocol/error-codes.ts';
import type { Size } from '../../src/tui/view.ts';
import { startScreen, type ScreenDriver } from './screen-driver.ts';

/** The screens as text: test/tui/screens/*.txt. UPDATE=1 writes them; read what changed before it is committed. */

interface Shot {
  readonly name: string;
  readonly keys: string;
  readonly size?: Size;
  readonly language?: Language;
  readonly isAscii?: true;
  readonly after?: (screen: ScreenDriver) => void;
}

const SHOTS: readonly Shot[] = [
  { name: 'connections', keys: '' },
  { name: 'connections-filter', keys: '/王' },
  { name: 'connections-wide', keys: '', size: { columns: 120, rows: 24 } },
  { name: 'connections-small', keys: '', size: { columns: 40, rows: 10 } },
  { name: 'connections-ascii-zh', keys: '', isAscii: true, language: 'zh' },
  { name: 'connections-gone', keys: '', after: (screen) => screen.lose() },
  { name: 'disconnect', keys: ' j \u0004维护' },
  { name: 'user', keys: 'j\r' },
  { name: 'send', keys: ':send 2\r你好, 这是一条测试消息' },
  { name: 'messages', keys: '2' },
  { name: 'users', keys: '3' },
  { name: 'groups', keys: '4' },
  { name: 'events', keys: '5' },
  { name: 'audit', keys: ':audit\r' },
  { name: 'metrics', keys: '6' },
  { name: 'keys', keys: '?' },
  { name: 'command-line', keys: ':conn 王' },
  { name: 'too-small', keys: '', size: { columns: 30, rows: 6 } },
];

describe('screens', () => {
  test.each(SHOTS)('$name', ({ name, keys, after, size = { columns: 80, rows: 24 }, ...more }) => {
    const screen = startScreen({ size, ...more });
    screen.type(keys);
    after?.(screen);
    const { lines, cursor } = screen.picture();
    expect(lines).toHaveLength(size.rows);
    expect(lines.filter((line) => stringWidth(line) > size.columns)).toEqual([]);
    const shown = [
      ...lines.map((line) => line.trimEnd()),
      cursor === undefined ? '' : `cursor ${cursor.row},${cursor.column}`,
      '',
    ];
    const file = new URL(`./screens/${name}.txt`, import.meta.url);
    if (process.env['UPDATE'] === '1') writeFileSync(file, shown.join('\n'));
    expect(shown.join('\n')).toBe(readFileSync(file, 'utf8'));
  });
});
