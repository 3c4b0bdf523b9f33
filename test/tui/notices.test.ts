import { describe, expect, test } from 'vitest';
import type { Notice } from '../../src/tui/view.ts';
import { startScreen, type ScreenDriver } from './screen-driver.ts';
import { NOW } from './server-of-the-spec.ts';

const DONE: Notice = {
  tone: 'good',
  text: 'disconnected 91 mallory',
  undo: { method: 'user.unban', input: { users: ['91'] }, done: 'let in again: 91 mallory' },
};

function afterAction(): ScreenDriver {
  const screen = startScreen();
  screen.input({ type: 'notice', notice: DONE });
  return screen;
}

describe('the last action can be taken back', () => {
  test('whatever was said since', () => {
    const screen = afterAction();
    screen.type(':nowhere\r');
    expect(screen.picture().lines.join('\n')).toContain('no such screen: nowhere');
    screen.type('u');
    expect(screen.effects).toContain('undo');
  });

  test('when the server is back, if it was gone when u was pressed', () => {
    const screen = afterAction();
    screen.lose();
    screen.type('u');
    expect(screen.effects).not.toContain('undo');
    screen.input({ type: 'link', link: { state: 'live' }, now: NOW });
    screen.type('u');
    expect(screen.effects).toContain('undo');
  });

  test('once', () => {
    const screen = afterAction();
    screen.type('uu');
    expect(screen.effects.filter((effect) => effect === 'undo')).toHaveLength(1);
  });

  test('for a minute, though its notice was replaced', () => {
    const screen = afterAction();
    screen.type(':nowhere\r');
    screen.input({ type: 'second', now: NOW + 61_000 });
    screen.type('u');
    expect(screen.effects).not.toContain('undo');
  });
});

test('in ASCII, names of keys that are words are told apart', () => {
  const screen = startScreen({ isAscii: true });
  screen.type('\u0004');
  expect(screen.picture().lines.at(-1)).toContain('left/right choose');
});
