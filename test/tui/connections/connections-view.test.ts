import { describe, expect, test } from 'vitest';
import type { ConnectionItem, ConnectionView } from '../../../src/protocol/admin-connections.ts';
import { connectionsView } from '../../../src/tui/connections/connections-view.ts';
import type { Target } from '../../../src/tui/view.ts';
import { connectionOf, NOW, sharedFor, SMALL, ViewInHand, viewOfAll } from './view-in-hand.ts';

const MINUTE = 60_000;

/** The picture of the specification, in this order. */
const SHOWN: readonly ConnectionItem[] = [
  connectionOf(1043, {
    name: '王芳 🚀',
    address: '10.0.4.99',
    since: NOW - 12 * MINUTE,
    idleMs: 31_000,
    in: 7,
    out: 55,
    queued: 812 * 1024,
  }),
  connectionOf(2, {
    name: '王小明',
    address: '10.0.4.17',
    client: 'seed',
    since: NOW - 131 * MINUTE,
    in: 118,
    out: 942,
  }),
  connectionOf(77, { name: '王\u202Ex', address: '192.168.7.20', since: NOW - 3000, idleMs: 3000 }),
  connectionOf(410, {
    name: '王 (admin)',
    address: '10.0.4.2',
    since: NOW - 5 * 24 * 60 * MINUTE,
    in: 0,
    out: 12,
  }),
];

function open(items: readonly ConnectionItem[] = SHOWN, more: Partial<ConnectionView> = {}): ViewInHand {
  const view = new ViewInHand(connectionsView, {});
  view.tick(viewOfAll(items, more));
  return view;
}

function dialogTargets(view: ViewInHand): readonly Target[] | undefined {
  const opened = view.take('open');
  return opened?.view === 'disconnect' ? opened.argument.targets : undefined;
}

/** The ids of the users of the rows with a cursor. */
function underCursor(view: ViewInHand): string[] {
  return view.lines.flatMap((line) => /^(?: >|>\*) +(\d+)/.exec(line)?.[1] ?? []);
}

describe('going on after a pause', () => {
  /** Held when there was one; 416 came since. */
  function heldWithOne(): ViewInHand {
    const view = open(SHOWN.slice(0, 1));
    view.press('pause');
    view.tick(viewOfAll(SHOWN.slice(0, 1), { all: 417, arrived: 416 }));
    return view;
  }

  test('p j p goes on live however many came meanwhile, and before the server has told of them', () => {
    const view = heldWithOne();
    expect(view.lines[0]).toMatch(/ paused, 416 new ─$/);
    view.press('pause', 'down');
    expect(view.lines[0]).toMatch(/ paused ─$/);
    view.press('pause');
    expect(view.lines[0]).toMatch(/^─ Connections 417 .* live ─$/);
  });

  test('nobody is idle for longer than he is there', () => {
    const view = open([connectionOf(2, { since: NOW - 22_900, idleMs: 23_400 })]);
    expect(view.lines[2]).toMatch(/ 23s +23s /);
  });
});

describe('what it shows', () => {
  test('80 columns hold the table of the specification', () => {
    const view = new ViewInHand(connectionsView, { filter: '王' });
    view.tick(viewOfAll(SHOWN, { all: 9874 }));
    view.press('mark');
    expect(view.text.split('\n')).toEqual([
      '─ Connections 4 of 9,874 · /王 · sort queue ↓ · 1 marked ────────────── paused ─',
      '   USER   NAME            ADDRESS         UP     IDLE     IN  OUT QUEUE↓ CLIENT',
      ' * 1043   王芳 🚀         10.0.4.99       12m    31s       7   55   812K v1',
      ' > 2      王小明          10.0.4.17       2h11m  4s      118  942      0 seed',
      '   77     王‹202E›x       192.168.7.20    3s     3s        1    2      0 v1',
      '   410    王 (admin)      10.0.4.2        5d00h  4s        0   12      0 v1',
    ]);
  });

  test.each([40, 57, 80, 99, 120, 200])(
    'at %i columns no line is wider, and the user is named',
    (columns) => {
      const view = new ViewInHand(connectionsView, {}, sharedFor({ columns, rows: 18 }));
      view.tick(
        viewOfAll([...SHOWN, connectionOf(5, { name: '名'.repeat(3000), address: '::ffff:1:2:3:4:5:6' })]),
      );
      expect(view.widths.filter((width) => width > columns)).toEqual([]);
      expect(view.text).toContain('1043');
      expect(view.text).toContain('王小明');
    },
  );

  test('wider terminals name the connection and the program', () => {
    const view = new ViewInHand(connectionsView, {}, sharedFor({ columns: 140, rows: 18 }));
    view.tick(viewOfAll([connectionOf(2, { userAgent: 'wscat/6' })]));
    expect(view.text).toContain('c-2');
    expect(view.text).toContain('wscat/6');
  });

  test('says why there is nothing to show', () => {
    const view = new ViewInHand(connectionsView, {});
    expect(view.text).toContain('waiting for the server');
    view.tick(viewOfAll([]));
    expect(view.text).toContain('nobody is connected');
    const filtered = new ViewInHand(connectionsView, { filter: 'nobody' });
    filtered.tick(viewOfAll([], { all: 3 }));
    expect(filtered.text).toContain('no connection matches');
  });

  test('speaks Chinese', () => {
    const view = new ViewInHand(connectionsView, {}, sharedFor(SMALL, { language: 'zh' }));
    view.tick(viewOfAll(SHOWN));
    expect(view.lines[0]).toContain('连接 4 · 排序 积压 ↓');
    expect(view.widths.filter((width) => width > 80)).toEqual([]);
  });
});

describe('the cursor belongs to a connection', () => {
  test('it goes where its row goes, and what is done is done to that one', () => {
    const view = open();
    view.tick(viewOfAll(SHOWN.toReversed()));
    expect(underCursor(view)).toEqual(['1043']);
    view.press('disconnect');
    expect(dialogTargets(view)).toEqual([
      { userId: '1043', name: '王芳 🚀', connection: 'c-1043', address: '10.0.4.99', client: 'v1' },
    ]);
  });

  test('when its connection has gone it is on nobody: no key acts on the neighbour that moved in', () => {
    const view = open();
    view.tick(viewOfAll(SHOWN.slice(1)));
    expect(underCursor(view)).toEqual([]);
    view.press('disconnect', 'ban', 'unban', 'details', 'message', 'history', 'mark', 'copy-id');
    expect(view.effects).toEqual([]);
    view.press('down', 'disconnect');
    expect(dialogTargets(view)).toHaveLength(1);
  });

  test('whatever moves, the dialog is for the row that had the cursor when it was drawn', () => {
    const random = createRandom(7);
    const users = Array.from({ length: 40 }, (_, at) => connectionOf(at + 1));
    const view = open(users.slice(0, 16), { total: 40, all: 40 });
    let acted = 0;
    for (let step = 0; step < 3000; step += 1) {
      const [seen] = underCursor(view);
      const pick = random(6);
      if (pick < 3) view.press((['down', 'up', 'page-down'] as const)[pick] ?? 'down');
      else if (pick < 5) shuffle(view, users, random);
      else view.press('disconnect');
      const targets = dialogTargets(view);
      acted += targets?.length ?? 0;
      if (pick === 5)
        expect(targets?.map(({ userId }) => userId)).toEqual(seen === undefined ? undefined : [seen]);
    }
    expect(acted).toBeGreaterThan(100);
  });
});

/** Tells the window that is watched, of users in some order, some of them gone. */
function shuffle(
  view: ViewInHand,
  users: readonly ConnectionItem[],
  random: (below: number) => number,
): void {
  const there = users.filter(() => random(10) > 0).toSorted(() => random(3) - 1);
  const { offset = 0, limit = 50 } = view.watches['connection.watch'] as { offset?: number; limit?: number };
  const first = Math.max(0, Math.min(offset, there.length - limit));
  view.tick({
    items: there.slice(first, first + limit),
    offset: first,
    total: there.length,
    all: 40,
    arrived: 0,
  });
}

/** The same numbers every time (a linear congruential generator). */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

describe('live and paused', () => {
  test('it is live, and moving away from the top holds the order', () => {
    const view = open();
    expect(view.lines[0]).toMatch(/ live ─$/);
    expect(view.watches['connection.watch']).toEqual({ filter: '', sort: '-queue', offset: 0, limit: 16 });
    view.press('down');
    expect(view.watches['connection.watch']).toMatchObject({ hold: true, offset: 0 });
    view.tick(viewOfAll(SHOWN, { arrived: 31, all: 35 }));
    expect(view.lines[0]).toContain(' paused, 31 new ─');
    view.press('pause');
    expect(view.watches['connection.watch']).not.toHaveProperty('hold');
  });

  test('a key that goes further than what was told takes its row when it comes', () => {
    const all = Array.from({ length: 500 }, (_, at) => connectionOf(at + 1));
    const view = open(all.slice(0, 16), { total: 500, all: 500 });
    view.press('bottom');
    expect(underCursor(view)).toEqual([]);
    const { offset, limit } = view.watches['connection.watch'] as { offset: number; limit: number };
    expect(offset + limit).toBeGreaterThanOrEqual(500);
    view.tick({ items: all.slice(offset, offset + limit), offset, total: 500, all: 500, arrived: 0 });
    expect(underCursor(view)).toEqual(['500']);
  });

  test('is live again when the server is: the order it held is not known there', () => {
    const view = open();
    view.press('down');
    view.tell({ type: 'live' });
    expect(view.watches['connection.watch']).not.toHaveProperty('hold');
    view.tick(viewOfAll(SHOWN));
    expect(underCursor(view)).toEqual(['2']);
  });

  test('what has gone from a held order stays in its place, and says so', () => {
    const view = open();
    view.press('down');
    view.tick({
      ...viewOfAll(SHOWN),
      items: SHOWN.map((item, at) => (at === 1 ? { ...item, gone: true } : item)),
    });
    expect(view.text).toMatch(/ > 2 .*gone/);
  });
});

describe('filter and order', () => {
  test('enter asks the server, escape does not', () => {
    const view = open();
    view.press('filter');
    view.write('client:seed');
    expect(view.picture.cursor).toEqual({ row: 1, column: 14 });
    view.type('enter');
    expect(view.watches['connection.watch']).toMatchObject({ filter: 'client:seed' });
    view.press('filter');
    view.write('x');
    view.type('escape');
    expect(view.watches['connection.watch']).toMatchObject({ filter: 'client:seed' });
  });

  test('what is wrong with a filter is said while it is typed, and it is not asked for', () => {
    const view = open();
    view.press('filter');
    view.write('queue>lots');
    expect(view.text).toContain('queue cannot be compared with "lots"');
    view.type('enter');
    expect(view.text).toContain('queue cannot be compared');
    expect(view.watches['connection.watch']).toMatchObject({ filter: '' });
    view.type('delete-to-start');
    view.write('queue>1k');
    view.type('enter');
    expect(view.watches['connection.watch']).toMatchObject({ filter: 'queue>1k' });
    expect(view.text).not.toContain('compared');
  });

  test('one that came from the command line wrong stands in the field, to be mended', () => {
    const view = new ViewInHand(connectionsView, { filter: 'queue>lots' });
    expect(view.watches['connection.watch']).toMatchObject({ filter: '' });
    expect(view.text).toContain('queue cannot be compared with "lots"');
    view.type('escape');
    view.tick(viewOfAll(SHOWN));
    expect(view.lines[0]).toContain('Connections 4 · sort');
  });

  test('s goes through the columns, S turns the order round', () => {
    const view = open();
    view.press('sort');
    expect(view.watches['connection.watch']).toMatchObject({ sort: 'client' });
    view.press('sort', 'sort-direction');
    expect(view.watches['connection.watch']).toMatchObject({ sort: '-user' });
    expect(view.text).toContain('USER↓');
  });
});

describe('marks', () => {
  test('they belong to connections, wherever their rows go', () => {
    const view = open();
    view.press('mark', 'mark');
    view.tick(viewOfAll(SHOWN.toReversed()));
    expect(view.lines.filter((line) => /^.\*/.test(line))).toHaveLength(2);
    view.press('disconnect');
    expect(dialogTargets(view)?.map(({ connection }) => connection)).toEqual(['c-1043', 'c-2']);
  });

  test('ctrl-a marks all that match, page by page', () => {
    const view = new ViewInHand(connectionsView, { filter: 'client:v1' });
    view.tick(viewOfAll(SHOWN));
    view.press('mark-all');
    const page = (items: readonly ConnectionItem[], next?: string) => ({ items, total: 4, all: 9, next });
    expect(view.answer('connection.list', page(SHOWN.slice(0, 2), 'more'))).toMatchObject({
      filter: 'client:v1',
    });
    expect(view.answer('connection.list', page(SHOWN.slice(2)))).toMatchObject({ cursor: 'more' });
    expect(view.lines[0]).toContain('4 marked');
    view.press('back');
    expect(view.lines[0]).not.toContain('marked');
    expect(view.watches['connection.watch']).toMatchObject({ filter: 'client:v1' });
    view.press('back');
    expect(view.watches['connection.watch']).toMatchObject({ filter: '' });
  });

  test('escape ends marking; a page that comes later marks nobody', () => {
    const view = open();
    view.press('mark-all', 'back');
    view.answer('connection.list', { items: SHOWN, total: 4, all: 4 });
    expect(view.lines[0]).not.toContain('marked');
  });

  test('after a dialog those who have gone are unmarked', () => {
    const view = open();
    view.press('mark', 'mark');
    view.tell({ type: 'back' });
    view.answer('connection.list', { items: [SHOWN[1]], total: 1, all: 1 });
    view.press('disconnect');
    expect(dialogTargets(view)?.map(({ connection }) => connection)).toEqual(['c-2']);
  });
});
