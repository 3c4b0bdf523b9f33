import { describe, expect, it } from 'vitest';
import { toUserId } from '../../../src/protocol/ids.ts';
import { createIssuance } from '../../../src/server/auth/issuance.ts';
import { verifyToken } from '../../../src/server/auth/token.ts';
import type { User } from '../../../src/server/chat/store-ports.ts';

const SECRET = 'a secret of at least thirty-two bytes, for tests';
const NOW = Date.UTC(2026, 10, 22);

/** A clock that stands still: everything happens within one millisecond. */
function setup() {
  const time = { now: NOW };
  const issuance = createIssuance({ secret: SECRET, expire: 60, clock: { now: () => time.now } });
  let user: User = {
    id: toUserId(2)!,
    name: 'alice',
    role: 'user',
    enabled: true,
    tokensValidFrom: 0,
    lobbyJoinedAfter: 0,
    createdAt: NOW,
    keepOut: undefined,
  };
  const issue = (since = issuance.now()) => verifyToken(SECRET, issuance.issue(user, since).token).issuedAt;
  const store = async (tokensValidFrom: number) => {
    user = { ...user, tokensValidFrom };
  };
  return {
    issuance,
    time,
    issue,
    store,
    holds: (issuedAt: number) => issuedAt >= user.tokensValidFrom,
    id: user.id,
  };
}

describe('tokens that end', () => {
  it('are those issued before, within the same millisecond, and none issued after', async () => {
    const { issuance, issue, store, holds, id } = setup();
    const before = issue();
    expect(holds(before)).toBe(true);
    await issuance.end(id, store);
    const after = issue();
    expect(holds(before)).toBe(false);
    expect(holds(after)).toBe(true);
    await issuance.end(id, store);
    expect(holds(after)).toBe(false);
    expect(holds(issue())).toBe(true);
  });

  it('are those issued while the ending is being stored', async () => {
    const { issuance, issue, store, holds, id } = setup();
    const { promise: commit, resolve } = Promise.withResolvers<void>();
    const ending = issuance.end(id, (validFrom) => commit.then(() => store(validFrom)));
    const meanwhile = issue();
    resolve();
    await ending;
    expect(holds(meanwhile)).toBe(false);
    expect(holds(issue())).toBe(true);
  });

  it('are those whose password was read before and whose token was made after', async () => {
    const { issuance, issue, store, holds, id } = setup();
    const { promise: commit, resolve } = Promise.withResolvers<void>();
    const ending = issuance.end(id, (validFrom) => commit.then(() => store(validFrom)));
    const since = issuance.now();
    resolve();
    await ending;
    expect(holds(issue(since))).toBe(false);
    expect(holds(issue())).toBe(true);
  });

  it('are those between two endings that overlap', async () => {
    const { issuance, issue, store, holds, id } = setup();
    const first = Promise.withResolvers<void>();
    const second = Promise.withResolvers<void>();
    const endings = [first, second].map(({ promise }) =>
      issuance.end(id, (validFrom) => promise.then(() => store(validFrom))),
    );
    second.resolve();
    await endings[1];
    const between = issue();
    first.resolve();
    await endings[0];
    expect(holds(between)).toBe(false);
  });

  it('go on if the ending could not be stored', async () => {
    const { issuance, issue, holds, id } = setup();
    const before = issue();
    const { promise, reject } = Promise.withResolvers<void>();
    const ending = issuance.end(id, () => promise);
    const meanwhile = issue();
    reject(new Error('no database'));
    await expect(ending).rejects.toThrow('no database');
    expect([before, meanwhile, issue()].map(holds)).toEqual([true, true, true]);
  });

  it('end for good, though the clock is set back', async () => {
    const { issuance, time, issue, store, holds, id } = setup();
    const before = issue();
    time.now -= 10_000;
    await issuance.end(id, store);
    expect(holds(before)).toBe(false);
    expect(holds(issue())).toBe(true);
  });
});
