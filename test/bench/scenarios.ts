import type { LoadConversation } from '../../src/cli/bench/load-order.ts';
import { chatdSubject } from './chatd-subject.ts';
import type { BenchMariadb } from './database.ts';
import type { Figures } from './figures.ts';
import {
  type LoadPlan,
  measureBareInserts,
  measureComing,
  measureIdle,
  measureMessages,
  MINUTE_MS,
} from './measure.ts';
import { relaySubject, socketIoSubject, uwsSubject } from './peer-subjects.ts';
import type { Subject } from './subject.ts';

/** One kind of work, and who does it. */
export interface Scenario {
  readonly name: ScenarioName;
  readonly title: string;
  readonly contenders: readonly Contender[];
  /** Rounds that are enough, where the usual number would take too long. */
  readonly rounds?: number;
}

/** In the order they are measured. */
export const SCENARIOS = ['private', 'group', 'latency', 'single', 'loop', 'idle', 'connect'] as const;

export type ScenarioName = (typeof SCENARIOS)[number];

export interface Contender {
  readonly name: string;
  /** One round, from a server just started. */
  measure(): Promise<Figures>;
}

export interface Lengths {
  readonly warmupMs: number;
  readonly durationMs: number;
}

export const BARE_INSERT = 'bare INSERT';

/** `titles` say what was done: they head the tables of the results. */
export function createScenarios(mariadb: BenchMariadb, lengths: Lengths): readonly Scenario[] {
  const [onSqlite, onMariadb] = [chatdSubject(), chatdSubject(mariadb)];
  const [relay, socketIo, uws] = [relaySubject(), socketIoSubject(mariadb), uwsSubject()];
  const sending = (subjects: readonly (Subject | undefined)[], plan: LoadPlan) =>
    subjects
      .filter((subject) => subject !== undefined)
      .map((subject) => ({ name: subject.name, measure: () => measureMessages(subject, plan) }));
  const everyThousandth = { ...PRIVATE, ...lengths, window: 0, rate: 1000 };
  const oneByOne = { ...ONE_PAIR, ...lengths, rate: 20 };
  const forAMinute = { ...PRIVATE, ...lengths, durationMs: MINUTE_MS, window: 0, rate: 2000 };
  return [
    {
      name: 'private',
      title: 'Private messages: 200 connections in pairs, 100 bytes, each with 4 in flight',
      contenders: sending([relay, onSqlite, onMariadb, socketIo, uws], { ...PRIVATE, ...lengths }),
    },
    {
      name: 'group',
      title: 'A group of 1000, 20 of them send 100 bytes, each with 4 in flight',
      contenders: sending([relay, onSqlite, onMariadb, uws, socketIo], { ...GROUP, ...lengths }),
    },
    {
      name: 'latency',
      title: '1,000 private messages a second, evenly',
      contenders: [
        { name: BARE_INSERT, measure: () => measureBareInserts(mariadb, everyThousandth) },
        ...sending([onMariadb, onSqlite, relay], everyThousandth),
      ],
    },
    {
      name: 'single',
      title: 'One message at a time: 20 a second from one to another, on an idle server',
      contenders: [
        { name: BARE_INSERT, measure: () => measureBareInserts(mariadb, oneByOne) },
        ...sending([onMariadb, onSqlite, relay], oneByOne),
      ],
    },
    {
      name: 'loop',
      title:
        '2,000 private messages a second for a minute: how late the event loop is, as the server says of itself',
      contenders: sending([onSqlite, onMariadb, relay], forAMinute),
      rounds: 1,
    },
    {
      name: 'idle',
      title: '10,000 connections that say nothing; chatd with its heartbeat',
      contenders: [relay, onSqlite].map((subject) => ({
        name: subject.name,
        measure: () => measureIdle(subject, 10_000, 26_000),
      })),
      rounds: 1,
    },
    {
      name: 'connect',
      title: 'Connections that come and leave, 50 at once; chatd checks a token each',
      contenders: [relay, onSqlite].map((subject) => ({
        name: subject.name,
        measure: () => measureComing(subject, 1000, lengths),
      })),
    },
  ];
}

const PRIVATE = {
  users: 200,
  conversations: Array.from({ length: 100 }, (_, pair): LoadConversation => {
    const members = [2 * pair, 2 * pair + 1];
    return { members, senders: members };
  }),
  size: 100,
  window: 4,
  rate: 0,
};

const ONE_PAIR = { ...PRIVATE, users: 2, conversations: [{ members: [0, 1], senders: [0] }], window: 0 };

const GROUP = {
  users: 1000,
  group: 'everybody',
  conversations: [
    {
      group: 'everybody',
      members: Array.from({ length: 1000 }, (_, at) => at),
      senders: Array.from({ length: 20 }, (_, at) => at * 50),
    },
  ],
  size: 100,
  window: 4,
  rate: 0,
};
