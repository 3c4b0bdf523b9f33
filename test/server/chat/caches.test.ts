import { describe, expect, test } from 'vitest';
import type { GroupId, UserId } from '../../../src/protocol/ids.ts';
import { LOBBY } from '../../../src/protocol/ids.ts';
import { createMembersCache } from '../../../src/server/chat/members-cache.ts';
import type { GroupMembers, User } from '../../../src/server/chat/store-ports.ts';
import { createUserCache } from '../../../src/server/chat/user-cache.ts';

const alice = toUser(2, 'alice');

describe('the user cache', () => {
  test('50 who ask at once cost one query, and later ones none', async () => {
    const { cache, loads } = loadingUsers();
    const asked = Array.from({ length: 50 }, () => cache.get(alice.id));
    expect(loads).toHaveLength(1);
    loads[0]?.resolve(alice);
    expect(await Promise.all(asked)).toEqual(Array.from({ length: 50 }, () => alice));
    expect(cache.get(alice.id)).toBe(alice);
    expect(loads).toHaveLength(1);
  });

  test('a user who is not there yet is found a moment later', async () => {
    const { cache, loads } = loadingUsers();
    const before = cache.get(alice.id);
    loads[0]?.resolve(undefined);
    expect(await before).toBeUndefined();
    const after = cache.get(alice.id);
    loads[1]?.resolve(alice);
    expect(await after).toBe(alice);
  });

  test('a change during a load wins over what the load read', async () => {
    const { cache, loads } = loadingUsers();
    const asked = cache.get(alice.id);
    const renamed = { ...alice, name: 'alicia' };
    cache.put(renamed);
    expect(cache.get(alice.id)).toBe(renamed);
    loads[0]?.resolve(alice);
    expect(await asked).toBe(renamed);
    expect(cache.get(alice.id)).toBe(renamed);
  });

  test('a drop during a load makes everybody who waits read again', async () => {
    const { cache, loads } = loadingUsers();
    const asked = cache.get(alice.id);
    cache.drop(alice.id);
    loads[0]?.resolve(alice);
    await expect.poll(() => loads.length).toBe(2);
    loads[1]?.resolve(undefined);
    expect(await asked).toBeUndefined();
  });

  test('a failed load fails those who waited and is tried again by the next', async () => {
    const { cache, loads } = loadingUsers();
    const asked = cache.get(alice.id);
    loads[0]?.reject(new Error('gone'));
    await expect(asked).rejects.toThrow('gone');
    const again = cache.get(alice.id);
    loads[1]?.resolve(alice);
    expect(await again).toBe(alice);
  });
});

describe('the members cache', () => {
  const team = (membersVersion: number): GroupMembers => ({
    groupId: 'team' as GroupId,
    name: 'Team',
    creatorId: alice.id,
    membersVersion,
    members: new Map([[alice.id, { role: 'owner', joinedAfter: 0 }]]),
  });

  test('keeps the newest version, whatever the order of the puts', () => {
    const cache = createMembersCache({ load: () => Promise.resolve(undefined) });
    cache.put(team(3));
    cache.put(team(2));
    expect(cache.get('team' as GroupId)).toEqual(team(3));
    cache.put(team(4));
    expect(cache.get('team' as GroupId)).toEqual(team(4));
  });

  test('reads everything again after a clear, what was being loaded too', async () => {
    let stored = team(1);
    const cache = createMembersCache({ load: async () => stored });
    const asked = cache.get('team' as GroupId);
    stored = team(2);
    cache.clear();
    expect(await asked).toEqual(team(2));
    stored = team(3);
    expect(cache.get('team' as GroupId)).toEqual(team(2));
    cache.clear();
    expect(await cache.get('team' as GroupId)).toEqual(team(3));
  });

  test('knows no members of the lobby', () => {
    const cache = createMembersCache({ load: () => Promise.reject(new Error('must not be asked')) });
    expect(cache.get(LOBBY)).toBeUndefined();
  });
});

function loadingUsers() {
  const loads: PromiseWithResolvers<User | undefined>[] = [];
  const cache = createUserCache({
    byId: () => {
      const load = withResolvers<User | undefined>();
      loads.push(load);
      return load.promise;
    },
  });
  return { cache, loads };
}

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve: (value: T) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

function toUser(id: number, name: string): User {
  return {
    id: id as UserId,
    name,
    role: 'user',
    enabled: true,
    tokensValidFrom: 0,
    lobbyJoinedAfter: 0,
    createdAt: 0,
    keepOut: undefined,
  };
}
