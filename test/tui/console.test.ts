import { describe, expect, test } from 'vitest';
import { NOW } from './server-of-the-spec.ts';
import { startScreen, type ScreenDriver } from './screen-driver.ts';

/** What the console does with keys, over all its views. Every view is the real one. */

const text = (screen: ScreenDriver) => screen.picture().lines.join('\n');
const last = (screen: ScreenDriver) => screen.calls.at(-1);

describe('the console', () => {
  test('numbers go to screens, escape back from pages, and the screen below is as it was', () => {
    const screen = startScreen();
    screen.type('j\r');
    expect(text(screen)).toContain('─ User 2');
    screen.type('\u001B');
    expect(text(screen)).toMatch(/^ > 2 /m);
    screen.type('\r3');
    expect(text(screen)).toContain('[3 Users]');
    screen.type('1');
    expect(text(screen)).toContain('[1 Conns]');
  });

  test('keys that merge go one after the other: those behind the one that opens a dialog are the dialog’s', () => {
    const screen = startScreen();
    screen.type('j\u0004spam');
    expect(text(screen)).toMatch(/Disconnect 2 王小明[^]*Reason +spam/);
  });

  test('an action says what it did, and u takes it back', () => {
    const screen = startScreen();
    screen.type('\u0004spam');
    for (let key = 0; key < 6 && last(screen)?.method !== 'user.kick'; key += 1)
      screen.type(key % 2 ? '\r' : '\t\t\u001B[C');
    expect(last(screen)).toMatchObject({ method: 'user.kick', input: { reason: 'spam' } });
    expect(text(screen)).toMatch(/✓ 14:02:07 .*u undo/);
    screen.type('u');
    expect(screen.effects.at(-1)).toBe('undo');
    screen.type('u');
    expect(text(screen)).toContain('nothing to take back');
  });

  test('a notice goes after a minute, and with it what u would take back', () => {
    const screen = startScreen();
    screen.input({
      type: 'notice',
      notice: {
        tone: 'good',
        text: 'done it',
        undo: { method: 'user.unban', input: { users: ['2'] }, done: 'lifted' },
      },
    });
    screen.input({ type: 'second', now: NOW + 59_000 });
    expect(text(screen)).toContain('done it');
    screen.input({ type: 'second', now: NOW + 61_000 });
    expect(text(screen)).not.toContain('done it');
    screen.type('u');
    expect(screen.effects).not.toContain('undo');
  });

  test('while the server is gone, keys that act say so and do nothing; those that look go on', () => {
    const screen = startScreen();
    screen.lose();
    const { length } = screen.calls;
    for (const key of ['\u0004', 'b', 'B', 'm', 'u']) {
      screen.input({ type: 'second', now: NOW });
      screen.type(key);
      expect(text(screen)).toContain('not connected: nothing was done');
    }
    screen.type('?');
    expect(text(screen)).toContain('─ Keys');
    expect(screen.calls).toHaveLength(length);
    screen.type('r');
    expect(screen.effects.at(-1)).toBe('reconnect');
  });

  test('it has been gone since it was lost, however often it was tried since', () => {
    const screen = startScreen();
    screen.lose();
    screen.input({
      type: 'link',
      link: { state: 'gone', since: NOW, nextTryAt: NOW + 9000, why: '' },
      now: NOW,
    });
    expect(text(screen)).toContain('gone 12 s, next try 9 s');
  });

  test('the clock is the server’s', () => {
    const screen = startScreen();
    const ready = { actor: 'a@b', name: 'x', version: '', node: '', maxContent: 16_384, at: NOW + 3_600_000 };
    screen.input({ type: 'link', link: { state: 'live' }, ready, now: NOW });
    screen.input({ type: 'second', now: NOW + 1000 });
    expect(text(screen)).toContain('15:02:08');
  });

  test('in a text field letters are text: nothing acts, nothing leaves but ctrl-c', () => {
    const screen = startScreen();
    screen.type('/q1?bu\u0004');
    expect(text(screen)).toContain('/ q1?bu');
    expect(screen.left()).toBeUndefined();
    screen.type('\u0003');
    expect(screen.left()).toBe(130);
  });

  test('a paste outside a text field is nothing', () => {
    const screen = startScreen();
    screen.type('\u001B[200~q\r\u0004\u001B[201~');
    expect(screen.left()).toBeUndefined();
    expect(text(screen)).not.toContain('Disconnect');
  });

  test('the command line: opened, edited, left, and what it does not know', () => {
    const screen = startScreen();
    screen.type(':nonsense\r');
    expect(text(screen)).toContain('no such screen: nonsense');
    screen.type(':events\u001B');
    expect(text(screen)).toContain('[1 Conns]');
    screen.type(':\u007F6');
    expect(text(screen)).toContain('[6 Metrics]');
    screen.type(':q\r');
    expect(screen.left()).toBe(0);
  });

  test('read-only: no dialog opens, whichever way', () => {
    const screen = startScreen({ isReadonly: true });
    screen.type('\u0004bBm:send 2\r');
    expect(text(screen)).toContain('this console is read-only');
    expect(text(screen)).not.toMatch(/Disconnect|Send a message/);
  });

  test('a draft is kept when its form is left', () => {
    const screen = startScreen();
    screen.type(':send 2\rhello\u001B');
    expect(text(screen)).not.toContain('Send a message');
    screen.type(':send\r');
    expect(text(screen)).toContain('hello');
  });
});
