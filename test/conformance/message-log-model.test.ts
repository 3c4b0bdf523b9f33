import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Draft, MembersChange } from '../../src/server/chat/store-ports.ts';
import { AppendFailure } from '../../src/server/store/append-driver.ts';
import {
  answers,
  createGroup,
  group,
  kinds,
  openLog,
  storedIn,
  toGroup,
  toUser,
  user,
  type World,
} from './message-log-world.ts';

/**
 * Any sequence of sends and membership changes, with answers lost at any place, against a model that does one thing
 * after the other. All of them are in flight at once: what the log answers and stores must be what the model does.
 */
type Step =
  | {
      readonly kind: 'private';
      readonly from: number;
      readonly to: number;
      readonly text: string;
      readonly key: number;
    }
  | {
      readonly kind: 'group';
      readonly from: number;
      readonly isWarm: boolean;
      readonly text: string;
      readonly key: number;
    }
  | { readonly kind: 'change'; readonly add: readonly number[]; readonly remove: readonly number[] };

const person = fc.integer({ min: 1, max: 4 });
const text = fc.constantFrom('a', 'b', '你好 \0 ');
/** 0: without a client id. */
const key = fc.integer({ min: 0, max: 4 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('private'), from: person, to: person, text, key }) },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('group'), from: person, isWarm: fc.boolean(), text, key }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('change'),
      add: fc.array(person, { maxLength: 2 }),
      remove: fc.array(person, { maxLength: 2 }),
    }),
  },
) as fc.Arbitrary<Step>;
const fate = fc.constantFrom('pass', 'lost before', 'lost after', 'conflict') as fc.Arbitrary<Fate>;
type Fate = 'pass' | 'lost before' | 'lost after' | 'conflict';

describe.each(kinds())('message log on $name against a model', ({ open }) => {
  let world: World;
  let runs = 0;

  beforeAll(async () => {
    world = await open();
  });
  afterAll(() => world.close());

  test('does what the model does', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 40 }),
        fc.array(fate, { maxLength: 4 }),
        async (steps, fates) => {
          runs += 1;
          const id = `model-${runs}`;
          const base = runs * 10;
          await createGroup(world, id, [base + 1, base + 2]);
          const log = openLog(unreliable(world, fates));
          const actual = await answers(
            steps.map(async (one) =>
              one.kind === 'change'
                ? log.changeMembers(toChange(one, id, base)).then(({ joined, left }) => ({ joined, left }))
                : log
                    .append(toDraft(one, id, base))
                    .then(({ message, duplicate }) => ({ seq: message.seq, duplicate })),
            ),
          );
          const model = createModel([base + 1, base + 2]);
          const expected = steps.map((one) =>
            one.kind === 'change'
              ? model.change(toChange(one, id, base))
              : model.append(toDraft(one, id, base)),
          );
          expect(actual).toEqual(expected);
          for (const [conversation, messages] of model.stored) {
            const rows = await storedIn(world, conversation as never);
            expect(rows.map(({ seq, senderId, content }) => ({ seq, senderId, content }))).toEqual(messages);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

function toDraft(one: Exclude<Step, { kind: 'change' }>, id: string, base: number): Draft {
  const clientMsgId = one.key === 0 ? undefined : `key-${one.key}`;
  if (one.kind === 'private') return toUser(base + one.from, base + one.to, one.text, clientMsgId);
  // Whoever was a member at first may have been authorized with that membership; nobody else was.
  const more = { membersVersion: one.isWarm && one.from <= 2 ? 1 : 0 };
  return toGroup(base + one.from, id, one.text, clientMsgId === undefined ? more : { ...more, clientMsgId });
}

function toChange(one: Extract<Step, { kind: 'change' }>, id: string, base: number): MembersChange {
  return {
    groupId: group(id),
    add: one.add.map((n) => user(base + n)),
    remove: one.remove.map((n) => user(base + n)),
    by: undefined,
    maxMembers: 10,
  };
}

/** The world with transactions that fail as told, one after the other; later ones pass. */
function unreliable(world: World, fates: readonly Fate[]): World {
  const left = [...fates];
  const under = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const next = left.shift() ?? 'pass';
    if (next === 'conflict') throw new AppendFailure('conflict', 'unknown');
    if (next === 'lost before') throw new AppendFailure('unavailable', 'unknown');
    const result = await work();
    if (next === 'lost after') throw new AppendFailure('unavailable', 'unknown');
    return result;
  };
  const { driver } = world;
  return {
    ...world,
    driver: {
      ...driver,
      append: (batch) => under(() => driver.append(batch)),
      changeMembers: (change) => under(() => driver.changeMembers(change)),
    },
  };
}

interface ModelMessage {
  readonly seq: number;
  readonly senderId: number;
  readonly content: string;
}

/** The contract's rules, one step after the other. */
function createModel(first: readonly number[]) {
  const stored = new Map<string, ModelMessage[]>();
  const sends = new Map<string, { readonly text: string; readonly seq: number }>();
  const members = new Set(first);
  let version = 1;

  function append({ target, senderId, content, clientMsgId }: Draft) {
    const send = sends.get(`${target.conversationId} ${senderId} ${clientMsgId}`);
    if (clientMsgId !== undefined && send !== undefined) {
      return send.text === content ? { seq: send.seq, duplicate: true } : 'id_reused';
    }
    // A draft with the stored version has been authorized: the log need not ask again.
    if (target.chatType === 1 && target.membersVersion !== version && !members.has(senderId))
      return 'not_member';
    const messages = stored.get(target.conversationId) ?? [];
    stored.set(target.conversationId, messages);
    const seq = messages.length + 1;
    messages.push({ seq, senderId, content });
    sends.set(`${target.conversationId} ${senderId} ${clientMsgId}`, { text: content, seq });
    return { seq, duplicate: false };
  }

  function change({ add, remove }: MembersChange) {
    const left = [...members].filter((member) => remove.includes(user(member)));
    const joined = [...new Set(add)].filter((member) => !members.has(member) && !remove.includes(member));
    for (const member of left) members.delete(member);
    for (const member of joined) members.add(member);
    if (left.length + joined.length > 0) version += 1;
    return { joined, left };
  }

  return { stored, append, change };
}
