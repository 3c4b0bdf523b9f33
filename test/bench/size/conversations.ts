import { privateConversation } from '../../../src/server/chat/conversation-id.ts';
import type { UserId } from '../../../src/protocol/ids.ts';
import { seededRandom } from '../../support/random.ts';

export interface Population {
  readonly users: number;
  readonly conversations: number;
}

/** Members are ids of users, in ascending order. */
export interface Conversation {
  readonly no: number;
  readonly id: string;
  readonly isGroup: boolean;
  readonly members: readonly number[];
}

/** The user who is in more conversations than anybody: his list is read. */
export const HUB = 1;
export const HUB_CONVERSATIONS = 500;

/** chatd's own lobby is number 1. */
const FIRST_NO = 2;
/** One in twenty is a group, of 5 to 15. */
const GROUP_EVERY = 20;
const GROUP = { least: 5, most: 15 };

/**
 * Conversations of users 1, 2, 3 …: 500 private ones of the first, spread evenly over all of them, private ones of two
 * who are drawn, and groups. The same for the same numbers.
 */
export function planConversations({ users, conversations }: Population): readonly Conversation[] {
  const random = seededRandom(conversations);
  const draw = () => 1 + Math.floor(random() * users);
  const hubEvery = Math.max(1, Math.floor(conversations / HUB_CONVERSATIONS));
  const pairs = new Set<number>();
  const pairOf = (one: number): readonly number[] => {
    for (;;) {
      const other = draw();
      const pair = [Math.min(one, other), Math.max(one, other)] as const;
      const key = pair[0] * (users + 1) + pair[1];
      if (one === other || pairs.has(key)) continue;
      pairs.add(key);
      return pair;
    }
  };
  return Array.from({ length: conversations }, (_, at): Conversation => {
    const no = FIRST_NO + at;
    if (at % GROUP_EVERY === GROUP_EVERY - 1) {
      const size = GROUP.least + Math.floor(random() * (GROUP.most - GROUP.least + 1));
      const members = new Set<number>();
      while (members.size < size) members.add(draw());
      return { no, id: `size-${no}`, isGroup: true, members: [...members].sort((a, b) => a - b) };
    }
    const isOfHub = at % hubEvery === 0 && at / hubEvery < HUB_CONVERSATIONS;
    // Whoever is drawn again and again has all the pairs there are: a fresh one each time.
    const members = pairOf(isOfHub ? HUB : 1 + ((at * 7919) % users));
    return { no, id: privateId(members), isGroup: false, members };
  });
}

/** Some of them, in no order; the same for the same numbers. */
export function drawConversations(all: readonly Conversation[], count: number): readonly Conversation[] {
  const random = seededRandom(count);
  const left = [...all];
  return Array.from({ length: Math.min(count, all.length) }, () => {
    const at = Math.floor(random() * left.length);
    const [drawn, last] = [left[at]!, left.pop()!];
    if (at < left.length) left[at] = last;
    return drawn;
  });
}

function privateId([one = 0, other = 0]: readonly number[]): string {
  return privateConversation(one as UserId, other as UserId);
}
