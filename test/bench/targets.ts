import type { FigureName } from './figures.ts';
import { figureAt, type Results } from './results.ts';
import { BARE_INSERT, type ScenarioName } from './scenarios.ts';

/** What chatd is to reach, against whom. */
export interface Target {
  readonly what: string;
  /** `at most 3` */
  readonly aim: string;
  /** What was measured; undefined: it was not. */
  readonly got: number | undefined;
  readonly isReached: boolean | undefined;
}

const MARIADB = 'chatd, MariaDB';
const SQLITE = 'chatd, SQLite';
const WS = 'plain ws';
const UWS = 'uWebSockets.js';
const SOCKET_IO = 'Socket.IO + INSERT';

/** The rows of the table of targets. */
export function compareWithTargets(results: Results): readonly Target[] {
  return [
    ...TARGETS.map((target) => compare(results, target)),
    ...[MARIADB, SQLITE].flatMap((name) => faultless(results, name)),
  ];
}

/** What is to be reached, and whether `got` does; undefined: it was not measured. */
export function toTarget(what: string, { atMost, atLeast }: Bounds, got: number | undefined): Target {
  const aim = atMost === undefined ? `at least ${atLeast}` : `at most ${atMost}`;
  const isReached = got === undefined ? undefined : got <= (atMost ?? Infinity) && got >= (atLeast ?? 0);
  return { what, aim, got, isReached };
}

export interface Bounds {
  readonly atMost?: number;
  readonly atLeast?: number;
}

interface Ratio extends Bounds {
  readonly what: string;
  readonly in: ScenarioName;
  readonly figure: FigureName;
  readonly of: string;
  /** Whose figure it is divided by; undefined: it is to be reached as it is. */
  readonly to?: string;
}

const TARGETS: readonly Ratio[] = [
  ...toRelay(MARIADB, 0.45),
  {
    what: 'private on MariaDB: messages/s, to plain ws (hoped for)',
    in: 'private',
    figure: 'messagesPerSecond',
    of: MARIADB,
    to: WS,
    atLeast: 0.6,
  },
  {
    what: 'private on MariaDB: messages/s, to Socket.IO with one INSERT each',
    in: 'private',
    figure: 'messagesPerSecond',
    of: MARIADB,
    to: SOCKET_IO,
    atLeast: 5,
  },
  ...toRelay(SQLITE, 0.4),
  ...[MARIADB, SQLITE].flatMap(toPublish),
  {
    what: '1,000 messages/s on MariaDB: p50, to one bare INSERT',
    in: 'latency',
    figure: 'p50Ms',
    of: MARIADB,
    to: BARE_INSERT,
    atMost: 4,
  },
  {
    what: '1,000 messages/s on MariaDB: p99, to one bare INSERT',
    in: 'latency',
    figure: 'p99Ms',
    of: MARIADB,
    to: BARE_INSERT,
    atMost: 5,
  },
  {
    what: 'one message on an idle server, on MariaDB: p50, to one bare INSERT',
    in: 'single',
    figure: 'p50Ms',
    of: MARIADB,
    to: BARE_INSERT,
    atMost: 4,
  },
  ...[SQLITE, MARIADB].map(
    (of): Ratio => ({
      what: `2,000 messages/s on ${databaseOf(of)}: the event loop late, p99 ms`,
      in: 'loop',
      figure: 'loopP99Ms',
      of,
      atMost: 20,
    }),
  ),
  ...idleMemory('kibPerConnection', 'resident'),
  ...idleMemory('kibInUsePerConnection', 'in use'),
  {
    what: 'connections/s with a token checked, to plain ws',
    in: 'connect',
    figure: 'connectionsPerSecond',
    of: SQLITE,
    to: WS,
    atLeast: 0.6,
  },
];

function toRelay(of: string, share: number): readonly Ratio[] {
  const common = { in: 'private', of, to: WS } as const;
  return [
    {
      ...common,
      what: `private on ${databaseOf(of)}: messages/s, to plain ws`,
      figure: 'messagesPerSecond',
      atLeast: share,
    },
    {
      ...common,
      what: `private on ${databaseOf(of)}: CPU per message, to plain ws`,
      figure: 'cpuUsPerMessage',
      atMost: 3,
    },
  ];
}

function toPublish(of: string): readonly Ratio[] {
  const common = { in: 'group', of, to: UWS } as const;
  const group = `group on ${databaseOf(of)}`;
  return [
    {
      ...common,
      what: `${group}: deliveries/s, to uWebSockets.js`,
      figure: 'deliveriesPerSecond',
      atLeast: 0.8,
    },
    {
      ...common,
      what: `${group}: CPU per delivery, to uWebSockets.js`,
      figure: 'cpuUsPerDelivery',
      atMost: 1.2,
    },
    { ...common, what: `${group}: p99, to uWebSockets.js`, figure: 'p99Ms', atMost: 2 },
    {
      ...common,
      to: WS,
      what: `${group}: deliveries/s, to plain ws`,
      figure: 'deliveriesPerSecond',
      atLeast: 5,
    },
  ];
}

function idleMemory(figure: FigureName, kind: string): readonly Ratio[] {
  const what = `idle: memory per connection after a collection (${kind}), to plain ws`;
  return [{ what, in: 'idle', figure, of: SQLITE, to: WS, atMost: 1.5 }];
}

function compare(results: Results, { what, in: scenario, figure, of, to, ...bounds }: Ratio): Target {
  const figureOf = (contender: string) => figureAt(results, { scenario, contender, figure });
  const [ours, theirs] = [figureOf(of), to === undefined ? 1 : figureOf(to)];
  return toTarget(what, bounds, ours === undefined || theirs === undefined ? undefined : ours / theirs);
}

/** Lost, twice or out of order, in any scenario in which `contender` stores messages. */
function faultless(results: Results, contender: string): readonly Target[] {
  const counts = (['private', 'group', 'latency', 'single', 'loop'] as const).flatMap((scenario) =>
    (['lost', 'duplicated', 'outOfOrder', 'unanswered', 'refused'] as const).flatMap(
      (figure) => figureAt(results, { scenario, contender, figure }) ?? [],
    ),
  );
  const what = `on ${databaseOf(contender)}: lost, twice, out of order, refused or unanswered, all rounds`;
  const got = counts.length === 0 ? undefined : counts.reduce((total, count) => total + count, 0);
  return [{ what, aim: '0', got, isReached: got === undefined ? undefined : got === 0 }];
}

function databaseOf(contender: string): string {
  return contender.replace('chatd, ', '');
}
