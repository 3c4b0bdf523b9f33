import * as fc from 'fast-check';

/** What people do in a generated table: who, where, and what. Places are indexes of rooms. */
export type Step = Say | Change | Read | Recall | Look | Sync;

export interface Say {
  readonly do: 'say';
  readonly who: number;
  readonly room: number;
  /** 0: without a client id. */
  readonly key: number;
}

export interface Change {
  readonly do: 'join' | 'leave';
  readonly who: number;
  readonly room: number;
}

export interface Read {
  readonly do: 'read';
  readonly who: number;
  readonly room: number;
  readonly seq: number;
}

export interface Recall {
  readonly do: 'recall';
  /** Undefined for an operator. */
  readonly who: number | undefined;
  readonly room: number;
  readonly seq: number;
}

/** Compares everything he can ask for. */
export interface Look {
  readonly do: 'look';
  readonly who: number;
}

export interface Sync {
  readonly do: 'sync';
  readonly who: number;
  readonly limit: number;
  readonly only: boolean;
  readonly held: readonly Held[];
}

export interface Held {
  readonly room: number;
  readonly seq: number;
  /** Another message's id than the one stored. */
  readonly isWrong: boolean;
  /** Of the recalls so many were seen; undefined: it does not say. */
  readonly rev: number | undefined;
}

export const PEOPLE = 4;
/** Two groups, the lobby, and everybody with everybody (himself too). */
export const ROOMS = 3 + (PEOPLE * (PEOPLE + 1)) / 2;

const who = fc.nat({ max: PEOPLE - 1 });
const group = fc.nat({ max: 1 });
/** The groups more than others. */
const room = fc.oneof({ weight: 3, arbitrary: group }, { weight: 2, arbitrary: fc.nat({ max: ROOMS - 1 }) });
const seq = fc.integer({ min: 1, max: 12 });

const say = fc.record({ do: fc.constant('say' as const), who, room, key: fc.nat({ max: 3 }) });
const change = fc.record({ do: fc.constantFrom('join' as const, 'leave' as const), who, room: group });
const read = fc.record({ do: fc.constant('read' as const), who, room, seq });
const recall = fc.record({
  do: fc.constant('recall' as const),
  who: fc.option(who, { nil: undefined, freq: 4 }),
  room,
  seq,
});
const look = fc.record({ do: fc.constant('look' as const), who });
const held = fc.record({
  room,
  seq: fc.nat({ max: 12 }),
  isWrong: fc.nat({ max: 4 }).map((one) => one === 4),
  rev: fc.option(fc.nat({ max: 6 }), { nil: undefined }),
});
const sync = fc.record({
  do: fc.constant('sync' as const),
  who,
  limit: fc.constantFrom(0, 1, 3, 100),
  only: fc.boolean(),
  held: fc.uniqueArray(held, { maxLength: 5, selector: (one) => one.room }),
});

export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: say },
    { weight: 3, arbitrary: change },
    { weight: 4, arbitrary: read },
    { weight: 3, arbitrary: recall },
    { weight: 1, arbitrary: look },
    { weight: 3, arbitrary: sync },
  ),
  { maxLength: 50, size: 'max' },
);
