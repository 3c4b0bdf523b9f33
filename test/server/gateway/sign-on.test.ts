import { describe, expect, it } from 'vitest';
import { createOpenSignOn, createSignOn, type SignIn } from '../../../src/server/gateway/sign-on.ts';

/** A connection: `name` for people, its token, when its user logged in for it. */
interface Connection extends SignIn {
  readonly name: string;
}

/** The rules at work on one user: who is live after each arrival, under an injected clock. */
function createHouse(enabled = true): {
  at(seconds: number): void;
  arrive(name: string, token: string, issuedAt?: number): string;
  leave(name: string): void;
} {
  let now = 1_000_000;
  let live: readonly Connection[] = [];
  const signOn = enabled ? createSignOn({ now: () => now }) : createOpenSignOn();
  const start = now;
  return {
    at: (seconds) => {
      now = start + seconds * 1000;
    },
    arrive(name, tokenKey, issuedAt = 0) {
      const newcomer = { name, tokenKey, issuedAt };
      const ruling = signOn.judge(newcomer, live);
      if (!ruling.admitted) return ruling.retryMs === undefined ? 'refused' : `refused for ${ruling.retryMs}`;
      live = [...live.filter((each) => !ruling.replaces.includes(each)), newcomer];
      signOn.tookOver(newcomer, ruling.replaces);
      return live.map((each) => each.name).join(' ');
    },
    leave: (name) => {
      live = live.filter((each) => each.name !== name);
    },
  };
}

describe('single sign-on, different tokens', () => {
  const orders: [name: string, first: number, second: number, outcome: string][] = [
    ['the later sign-in wins', 1, 2, 'b'],
    ['the earlier one is refused', 2, 1, 'refused'],
    ['of two at the same moment the newcomer wins', 1, 1, 'b'],
  ];
  it.each(orders)('%s', (_name, first, second, outcome) => {
    const house = createHouse();
    expect(house.arrive('a', 'A', first)).toBe('a');
    expect(house.arrive('b', 'B', second)).toBe(outcome);
  });

  it('a token that was taken over stays out, also when its rival has gone, until its user logs in again', () => {
    const house = createHouse();
    house.arrive('a', 'A', 1);
    house.arrive('b', 'B', 2);
    expect(house.arrive('a2', 'A', 1)).toBe('refused');
    house.leave('b');
    house.at(3600);
    expect(house.arrive('a3', 'A', 1)).toBe('refused');
    expect(house.arrive('c', 'C', 3)).toBe('c');
    expect(house.arrive('b2', 'B', 2)).toBe('refused');
    expect(house.arrive('a4', 'A', 1)).toBe('refused');
  });

  it('a token taken over by one of the same moment does not take over in turn', () => {
    const house = createHouse();
    house.arrive('a', 'A', 1);
    house.arrive('b', 'B', 1);
    expect(house.arrive('a2', 'A', 1)).toBe('refused');
  });

  it('an older token that nobody took over may come when nobody is there', () => {
    const house = createHouse();
    house.arrive('b', 'B', 2);
    expect(house.arrive('a', 'A', 1)).toBe('refused');
    house.leave('b');
    expect(house.arrive('a2', 'A', 1)).toBe('a2');
    expect(house.arrive('b2', 'B', 2)).toBe('b2');
  });

  it('a later sign-in replaces all of the older token', () => {
    const house = createHouse();
    house.arrive('a', 'A', 1);
    house.arrive('a2', 'A', 1);
    expect(house.arrive('a3', 'A', 1)).toBe('a2 a3');
    expect(house.arrive('b', 'B', 2)).toBe('b');
  });
});

describe('single sign-on, the same token', () => {
  it('a takeover replaces; within 30 s of it the others live side by side', () => {
    const house = createHouse();
    house.arrive('1', 'A');
    expect(house.arrive('2', 'A')).toBe('2');
    house.at(3);
    expect(house.arrive('1 again', 'A')).toBe('2 1 again');
    house.at(29.999);
    expect(house.arrive('3', 'A')).toBe('2 1 again 3');
  });

  it('30 s after the takeover the next one takes over, from all', () => {
    const house = createHouse();
    house.arrive('1', 'A');
    house.arrive('2', 'A');
    house.arrive('3', 'A');
    house.at(30);
    expect(house.arrive('4', 'A')).toBe('4');
    house.at(59.999);
    expect(house.arrive('5', 'A')).toBe('4 5');
  });

  it('a clock that was set back does not keep the others side by side until it is there again', () => {
    const house = createHouse();
    house.at(3600);
    house.arrive('a', 'A');
    expect(house.arrive('b', 'A')).toBe('b');
    house.at(0);
    expect(house.arrive('c', 'A')).toBe('c');
  });

  it('one whose old connection had ended takes nothing over', () => {
    const house = createHouse();
    house.arrive('1', 'A');
    house.leave('1');
    house.arrive('2', 'A');
    expect(house.arrive('3', 'A')).toBe('3');
  });

  it('the fifth is refused for as long as it keeps trying as the seed does', () => {
    const house = createHouse();
    for (const name of ['1', '2', '3', '4', '5']) house.arrive(name, 'A');
    // 3 s × attempt, five attempts: it gives up before the truce ends.
    for (const seconds of [0, 3, 9, 18, 30, 45]) {
      house.at(seconds);
      expect(house.arrive('6', 'A')).toBe('refused for 30000');
    }
    house.leave('2');
    expect(house.arrive('7', 'A')).toBe('3 4 5 7');
  });

  it('of another user is no rival', () => {
    const one = createHouse();
    one.arrive('1', 'A');
    const signOn = createSignOn({ now: () => 0 });
    expect(signOn.judge({ tokenKey: 'B', issuedAt: 0 }, [])).toEqual({ admitted: true, replaces: [] });
  });
});

describe('without single sign-on', () => {
  it('everybody lives side by side', () => {
    const house = createHouse(false);
    house.arrive('1', 'A', 1);
    house.arrive('2', 'A', 1);
    house.arrive('3', 'B', 2);
    expect(house.arrive('4', 'A', 1)).toBe('1 2 3 4');
  });
});

describe('seed clients of one account', () => {
  interface Tab {
    readonly token: string;
    readonly issuedAt: number;
    attempts: number;
    /** The second of its next attempt; never, once it has given up. */
    dueAt: number;
  }

  /** Ten minutes of tabs that come back 3 s × attempt after every end, five times, counted anew at every open. */
  function play(logins: readonly [token: string, issuedAt: number][]): { restsSince: number; live: string } {
    const house = createHouse();
    const tabs = logins.map(
      ([token, issuedAt], index): Tab => ({ token, issuedAt, attempts: 0, dueAt: index }),
    );
    let live: readonly string[] = [];
    let restsSince = 0;
    for (let second = 0; second < 600; second += 1) {
      house.at(second);
      const comeBack = (tab: Tab | undefined): void => {
        if (tab === undefined) return;
        tab.attempts += 1;
        tab.dueAt = tab.attempts <= 5 ? second + 3 * tab.attempts : Number.POSITIVE_INFINITY;
      };
      for (const [index, tab] of tabs.entries()) {
        if (tab.dueAt !== second) continue;
        restsSince = second;
        const outcome = house.arrive(String(index), tab.token, tab.issuedAt);
        if (outcome.startsWith('refused')) {
          comeBack(tab);
          continue;
        }
        tab.attempts = 0;
        const now = outcome.split(' ');
        for (const ended of live.filter((name) => !now.includes(name))) comeBack(tabs[Number(ended)]);
        live = now;
      }
    }
    return { restsSince, live: live.toSorted().join(' ') };
  }

  it('come to rest with different tokens: the later login is there', () => {
    const { restsSince, live } = play([
      ['A', 1],
      ['B', 2],
    ]);
    expect(live).toBe('1');
    expect(restsSince).toBeLessThanOrEqual(46);
  });

  it('come to rest with the same token: both are there', () => {
    const { restsSince, live } = play([
      ['A', 1],
      ['A', 1],
    ]);
    expect(live).toBe('0 1');
    expect(restsSince).toBeLessThanOrEqual(4);
  });

  it('come to rest when they are too many: four are there, the others have given up', () => {
    const { restsSince, live } = play(Array.from({ length: 6 }, () => ['A', 1]));
    expect(live.split(' ')).toHaveLength(4);
    expect(restsSince).toBeLessThanOrEqual(60);
  });
});
