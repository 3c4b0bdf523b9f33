import { createWebSocket } from '../../src/client/index.ts';
import { toUserId, type UserId } from '../../src/protocol/ids.ts';
import { privateConversation } from '../../src/server/chat/conversation-id.ts';
import type { Actor } from './api.ts';
import type { Chatd } from './chatd.ts';
import { openCuttingProxy, type CuttingProxy, type Fate, type Passing } from './cutting-proxy.ts';
import { talk, type TalkOptions, type Told } from './talk.ts';
import { faultsIn, type Heard, type History, type TalkReport, type Target } from './talk-report.ts';

/** People who all write to each other, privately and in a group, through a proxy that cuts. */
export interface CutScene {
  readonly proxy: CuttingProxy;
  /** Goes on until the proxy has cut `cuts` times, lets everybody come to rest, and says what is wrong. Once. */
  run(cuts: number): Promise<CutReport>;
  close(): Promise<void>;
}

export interface CutReport {
  readonly cuts: number;
  readonly stored: number;
  readonly refused: number;
  readonly recalled: number;
  readonly faults: readonly string[];
}

export interface SceneOptions {
  readonly random: () => number;
  /** Who has one more device, signed in as on the first. Single sign-on has to be off. */
  readonly twice?: Actor;
  /** Where the talkers are. In this process unless said otherwise. */
  readonly start?: StartTalker;
}

/** A talker as a scene needs it: as Talk, but maybe in a browser. */
export interface Talker {
  start(): Promise<void>;
  finish(): Promise<void>;
  knows(everything: Readonly<Record<string, Told>>): Promise<boolean>;
  report(): Promise<TalkReport> | TalkReport;
  close(): Promise<void> | void;
}

export type StartTalker = (options: Omit<TalkOptions, 'createWebSocket'>) => Promise<Talker>;

const startHere: StartTalker = async (options) => {
  const here = talk({ ...options, createWebSocket });
  return { ...here, close: () => here.client.close() };
};

/** The group is made here, with all of them in it. */
export async function openCutScene(
  chatd: Chatd,
  people: readonly Actor[],
  { random, twice, start = startHere }: SceneOptions,
): Promise<CutScene> {
  const proxy = await openCuttingProxy(chatd);
  const group = `cut-${Math.floor(random() * 1e9)}`;
  const memberIds = people.map(({ id }) => id);
  await people[0]?.request('POST /v1/group/create', { groupId: group, groupName: 'cut', memberIds });
  const talkers: SeatedTalker[] = [];
  for (const actor of twice === undefined ? people : [...people, twice]) {
    const others = people.filter((other) => other !== actor);
    const targets: Target[] = [
      { chatType: 1, conversationId: group },
      ...others.map(({ id }): Target => ({ chatType: 2, recvId: id })),
    ];
    const { token, id: userId } = actor;
    const name = `${actor.name}, talker ${talkers.length + 1},`;
    const talker = await start({ url: proxy.ws, token, userId, name, targets, atOnce: 4 });
    talkers.push({ userId, talker });
  }
  const before = await historiesOf(people, group);
  const everybody = talkers.map(({ talker }) => talker);
  await Promise.all(everybody.map((talker) => talker.start()));
  return {
    proxy,
    async run(cuts) {
      proxy.decide = fateful(random);
      await proxy.until(() => proxy.cuts >= cuts, cuts * 300);
      proxy.decide = () => 'pass';
      await Promise.all(everybody.map((talker) => talker.finish()));
      const after = await historiesOf(people, group);
      const histories = after.map((now, at) => ({ ...now, began: before[at]?.messages.length ?? 0 }));
      await Promise.all(talkers.map(({ userId, talker }) => talker.knows(everythingFor(userId, histories))));
      return reportOf(proxy.cuts, everybody, histories);
    },
    async close() {
      for (const talker of everybody) await talker.close();
      await proxy.close();
    },
  };
}

interface SeatedTalker {
  readonly userId: string;
  readonly talker: Talker;
}

/** What there is to be known for a user. */
function everythingFor(userId: string, histories: readonly History[]): Readonly<Record<string, Told>> {
  const his = histories.filter(({ members }) => members.includes(userId));
  return Object.fromEntries(
    his.map(({ conversationId, messages, began }) => {
      const recalled = messages.slice(began).filter((message) => message.recalled);
      return [conversationId, { seq: messages.length, recalled: recalled.map(({ seq }) => seq) }];
    }),
  );
}

async function reportOf(
  cuts: number,
  talkers: readonly Talker[],
  histories: readonly History[],
): Promise<CutReport> {
  const reports: TalkReport[] = [];
  for (const talker of talkers) reports.push(await talker.report());
  const said = reports.flatMap((report) => report.said);
  const stored = histories.flatMap(({ messages, began }) => messages.slice(began));
  return {
    cuts,
    stored: stored.length,
    refused: said.filter(({ refused }) => refused !== undefined).length,
    recalled: stored.filter(({ recalled }) => recalled).length,
    faults: faultsIn(reports, histories),
  };
}

const CUTS = ['cut before', 'cut within', 'cut after'] as const;

/** At a tenth of what passes, something happens: mostly a cut, at any point of a handshake, a send, an ack, a sync. */
function fateful(random: () => number): (passing: Passing) => Fate {
  return ({ frame }) => {
    const dice = random();
    if (dice < 0.06) return CUTS[Math.floor(random() * CUTS.length)] ?? 'pass';
    // A send, its ack, a delivery: no network repeats the answer to a question that was put once.
    if (dice < 0.09 && (frame?.['content'] !== undefined || frame?.type === 'ack')) return 'twice';
    if (dice < 0.16) return { delayMs: Math.floor(random() * 15) };
    return 'pass';
  };
}

/** What every conversation of these people holds, as the server tells it. */
async function historiesOf(people: readonly Actor[], group: string): Promise<readonly History[]> {
  const [first] = people;
  if (first === undefined) return [];
  const ids = people.map(({ id }) => id);
  const inGroup = await messagesOf(first, `conversationId=${group}&chatType=1`);
  const pairs = people.flatMap((one, at) => people.slice(at + 1).map((other) => [one, other] as const));
  const histories: History[] = [
    { conversationId: group, members: ids, isGroup: true, messages: inGroup, began: 0 },
  ];
  for (const [one, other] of pairs) {
    const messages = await messagesOf(one, `targetUserId=${other.id}&chatType=2`);
    const conversationId = privateConversation(userIdOf(one), userIdOf(other));
    histories.push({ conversationId, members: [one.id, other.id], isGroup: false, messages, began: 0 });
  }
  return histories;
}

async function messagesOf(reader: Actor, which: string): Promise<readonly Heard[]> {
  const messages: Heard[] = [];
  for (;;) {
    const { data } = await reader.request<{ list: readonly (Heard & { id: number })[] }>(
      `GET /v1/chat/messages?${which}&afterSeq=${messages.length}&limit=300`,
    );
    if (data.list.length === 0) return messages;
    for (const message of data.list) messages.push({ ...message, id: String(message.id) });
  }
}

function userIdOf({ id }: Actor): UserId {
  const userId = toUserId(id);
  if (userId === undefined) throw new Error(`${id} is no user id`);
  return userId;
}
