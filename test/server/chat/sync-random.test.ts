import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { SyncNotice } from '../../../src/protocol/frames.ts';
import { groupConversation, toGroupId } from '../../../src/protocol/ids.ts';
import type { Appended, Draft, User } from '../../../src/server/chat/store-ports.ts';
import type { SyncStore } from '../../../src/server/chat/sync-ports.ts';
import { type Connection, openStage, type Stage, toGroup } from './chat-stage.ts';

/**
 * Whatever happens at any moment of a sync (talk in bursts, deliveries that come late, joining and leaving), a client that
 * takes pages and live frames as they come holds every conversation whole: no seq missing, none twice.
 */

const GROUPS = 3;
type Step =
  | { readonly kind: 'talk'; readonly group: number; readonly count: number }
  | { readonly kind: 'late'; readonly group: number; readonly count: number }
  | { readonly kind: 'leave'; readonly group: number }
  | { readonly kind: 'join'; readonly group: number };

const group = fc.nat(GROUPS - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('talk' as const),
      group,
      count: fc.integer({ min: 1, max: 60 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('late' as const),
      group,
      count: fc.integer({ min: 1, max: 5 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('leave' as const, 'join' as const), group }) },
);

let stage: Stage;
let ann: User;
let ben: User;
/** What happens behind each question to the database, in turn. */
let script: Step[][] = [];
let act: (steps: readonly Step[]) => Promise<void> = async () => {};
/** Appends that are committed and not yet known to be. */
const late: (() => void)[] = [];
let isLate = false;

beforeAll(async () => {
  const behind = async <T>(answer: Promise<T>): Promise<T> => {
    const answered = await answer;
    await act(script.shift() ?? []);
    return answered;
  };
  const sync = (real: SyncStore): SyncStore => ({
    list: (...asked) => behind(real.list(...asked)),
    read: (...asked) => behind(real.read(...asked)),
  });
  stage = await openStage({ sync, maxQueue: 64 * 1024, log: { append } });
  ann = await stage.addUser('ann');
  ben = await stage.addUser('ben');
});
afterAll(() => stage?.close());

async function append(draft: Draft): Promise<Appended> {
  const appended = await stage.store.log.append(draft);
  if (isLate) await new Promise<void>((resolve) => late.push(resolve));
  return appended;
}

async function deliverLate(): Promise<void> {
  for (const deliver of late.splice(0)) deliver();
  await new Promise(setImmediate);
}

async function run(ids: readonly string[], writer: Connection, steps: readonly Step[]): Promise<void> {
  await deliverLate();
  for (const each of steps) {
    const id = ids[each.group] ?? '';
    const by = { userId: ann.id };
    if (each.kind === 'leave') await stage.chat.groups.removeMember(id, ben.id, by);
    else if (each.kind === 'join') await stage.chat.groups.addMembers(id, [ben.id], by);
    else {
      isLate = each.kind === 'late';
      const said = Array.from({ length: each.count }, () => writer.say(toGroup(id, 'x')));
      if (isLate) await vi.waitUntil(() => late.length === each.count, PATIENT);
      else await Promise.all(said);
      if (isLate) break;
    }
  }
  isLate = false;
}

/** What is waited for comes at once, but others may have the machine. */
const PATIENT = { interval: 1, timeout: 20_000 };
let rounds = 0;

async function round({
  before,
  during,
  limit,
}: {
  before: number;
  during: Step[][];
  limit: number;
}): Promise<void> {
  rounds += 1;
  const ids = Array.from({ length: GROUPS }, (_, n) => `r-${rounds}-${n}`);
  for (const groupId of ids) {
    await stage.chat.groups.create({ groupId, groupName: groupId, creatorId: ann.id, memberIds: [ben.id] });
  }
  const writer = stage.connect(ann);
  const reader = stage.connect(ben);
  await Promise.all(
    ids.flatMap((id) => Array.from({ length: before }, () => writer.say(toGroup(id, 'old')))),
  );
  reader.clear();
  act = (steps) => run(ids, writer, steps);
  script = [...during];
  const since = Object.fromEntries(ids.slice(1).map((id) => [id, { seq: 0, id: '' }]));
  reader.signal({ type: 'sync', since, limit, only: false });
  await vi.waitUntil(() => partsOf(reader).some(({ done }) => done), PATIENT);
  await deliverLate();
  script = [];
  for (const id of ids) {
    await stage.chat.groups.addMembers(id, [ben.id], { userId: ann.id });
    await writer.say(toGroup(id, 'end'));
  }
  expect(reader.received.filter(({ type }) => type === 'close' || type === 'error')).toEqual([]);
  const left = new Set(during.flat().flatMap((each) => (each.kind === 'leave' ? [ids[each.group]] : [])));
  for (const id of ids) {
    if (left.has(id)) expectAscending(seqsOf(reader, id));
    else await expectWhole(reader, id);
  }
}

const partsOf = ({ received }: Connection): SyncNotice[] =>
  received.flatMap((frame) => (frame['type'] === 'sync' ? [frame as unknown as SyncNotice] : []));

/** Who was away from a group in between is told the rest of what he might read when he asks again. */
function expectAscending(seqs: readonly number[]): void {
  expect(seqs).toEqual([...new Set(seqs)].toSorted((one, other) => one - other));
}

async function expectWhole(reader: Connection, id: string): Promise<void> {
  const got = seqsOf(reader, id);
  const groupId = toGroupId(id);
  if (groupId === undefined) throw new Error('no group id');
  const conversationId = groupConversation(groupId);
  const { messages } = await stage.store.conversations.history({
    viewer: ben.id,
    conversationId,
    window: { afterSeq: (got[0] ?? 1) - 1, limit: 10_000 },
  });
  expect([id, got]).toEqual([id, messages.map(({ seq }) => seq)]);
}

function seqsOf(reader: Connection, id: string): readonly number[] {
  return reader.received.flatMap((frame): readonly number[] => {
    if (frame['type'] === 'sync') {
      const { conversations } = frame as unknown as SyncNotice;
      const told = conversations.filter((each) => each.conversationId === id);
      return told.flatMap(({ messages }) => messages.map(({ seq }) => seq));
    }
    return 'sendId' in frame && frame['conversationId'] === id ? [Number(frame['seq'])] : [];
  });
}

test('nothing is missing, nothing comes twice', async () => {
  const rounds = fc.record({
    before: fc.constantFrom(0, 3, 120),
    during: fc.array(fc.array(step, { maxLength: 4 }), { minLength: 1, maxLength: 6 }),
    limit: fc.constantFrom(0, 2, 300),
  });
  await fc.assert(fc.asyncProperty(rounds, round), { numRuns: 20, endOnFailure: true });
}, 30_000);
