import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { UserId } from '../../../src/protocol/ids.ts';
import type { User } from '../../../src/server/chat/store-ports.ts';
import { engines } from '../../support/databases.ts';
import { type Connection, openStage, type Stage, toGroup } from './chat-stage.ts';

/**
 * Whatever is sent, joined and left at the same moment: every connection hears exactly the seqs between its user's
 * joining and leaving, in order, as the store says them.
 */
const operator = { operator: true } as const;
const PEOPLE = 4;

type Step = { readonly kind: 'send' | 'join' | 'leave'; readonly who: number };

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('send', 'send', 'join', 'join', 'leave'),
  who: fc.nat(PEOPLE - 1),
});

let stage: Stage;
let founder: User;
let people: readonly User[];
let round = 0;
let heard = 0;

describe.each(engines())('on $name', (engine) => {
  beforeAll(async () => {
    stage = await openStage({ database: await engine.createDatabase() });
    founder = await stage.addUser('founder');
    people = await Promise.all(Array.from({ length: PEOPLE }, (_, n) => stage.addUser(`user ${n}`)));
    heard = 0;
  });

  afterAll(async () => {
    await stage.close();
  });

  test('members hear exactly what is sent between their joining and leaving', async () => {
    const steps = fc.array(step, { minLength: 5, maxLength: 60 });
    await fc.assert(fc.asyncProperty(steps, playRound), { numRuns: 40 });
    expect(heard).toBeGreaterThan(100);
  });
});

async function playRound(steps: readonly Step[]): Promise<void> {
  round += 1;
  const groupId = `round-${round}`;
  await stage.chat.groups.create({ groupId, groupName: groupId, creatorId: founder.id, memberIds: [] });
  const listener = stage.connect(founder);
  const connections = people.map((user) => stage.connect(user));
  const changes: { readonly userId: UserId; readonly atSeq: number; readonly joins: boolean }[] = [];

  // Each of them does one thing after the other, all of them at the same time.
  async function act(who: number): Promise<void> {
    const userId = people[who]?.id ?? founder.id;
    for (const { kind } of steps.filter((step) => step.who === who)) {
      if (kind === 'send') await sendThree(who);
      else await change(kind, userId);
    }
  }

  async function sendThree(who: number): Promise<void> {
    await Promise.all([1, 2, 3].map((n) => connections[who]?.say(toGroup(groupId, `m${n}`))));
  }

  async function change(kind: 'join' | 'leave', userId: UserId): Promise<void> {
    const { joined, left, atSeq } = await (kind === 'join'
      ? stage.chat.groups.addMembers(groupId, [userId], operator)
      : stage.chat.groups.removeMember(groupId, userId, operator));
    if (joined.length > 0) changes.push({ userId, atSeq, joins: true });
    if (left.length > 0) changes.push({ userId, atSeq, joins: false });
  }

  await Promise.all(people.map((_, who) => act(who)));

  const all = seqsOf(listener);
  expect(all).toEqual(all.map((_, index) => index + 1));
  heard += all.length;
  for (const [n, user] of people.entries()) {
    expect(seqsOf(connections[n])).toEqual(all.filter((seq) => isIn(user.id, seq)));
  }

  function isIn(userId: UserId, seq: number): boolean {
    const before = changes.filter((change) => change.userId === userId && change.atSeq < seq);
    return before.at(-1)?.joins === true;
  }
}

function seqsOf(connection: Connection | undefined): number[] {
  const messages = connection?.received.filter((frame) => 'sendId' in frame) ?? [];
  return messages.map((frame) => Number(frame['seq']));
}
