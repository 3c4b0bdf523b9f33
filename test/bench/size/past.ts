import { seededRandom } from '../../support/random.ts';
import type { Conversation } from './conversations.ts';

export interface PastMessage {
  /** 1, 2, 3 … in the order of time. */
  readonly id: number;
  readonly conversation: Conversation;
  readonly seq: number;
  readonly senderId: number;
  readonly sentAt: number;
  /** undefined where a server would have forgotten it by now. */
  readonly clientId: string | undefined;
}

/** ms the messages are spread over, evenly. */
const SPAN_MS = 365 * 86_400_000;
/** ms a server remembers client ids. */
const REMEMBERED_MS = 7 * 86_400_000;

/** Talks that go on at a time. */
const TALKS = 20;

export interface PastShape {
  readonly messages: number;
  /**
   * Messages to a talk, on average. 1: each message is in a conversation drawn anew, so that those of one lie as far
   * apart as they can, which is the worst for whoever reads them.
   */
  readonly talk: number;
}

/**
 * What was said: talks in conversations drawn at random, of which some are drawn more often. Of 100 messages to a
 * conversation on average, the smallest have 50, and the busiest hundredth has a tenth of all.
 */
export class Past {
  /** By index of the conversation; right once all messages have been drawn. */
  readonly lastSeqs: Uint32Array;
  readonly lastTimes: Float64Array;
  readonly count: number;
  readonly begin: number;
  readonly #conversations: readonly Conversation[];
  readonly #talk: number;

  constructor(conversations: readonly Conversation[], { messages, talk }: PastShape, now: number) {
    this.#conversations = conversations;
    this.#talk = talk;
    this.count = messages;
    this.begin = now - SPAN_MS;
    this.lastSeqs = new Uint32Array(conversations.length);
    this.lastTimes = new Float64Array(conversations.length).fill(this.begin);
  }

  /** Once. */
  *messages(): Generator<PastMessage> {
    const random = seededRandom(this.count);
    const byRank = shuffled(this.#conversations.length, random);
    const talks = Array.from({ length: TALKS }, () => ({ index: 0, left: 0 }));
    const everyMs = SPAN_MS / this.count;
    const rememberedFrom = this.begin + SPAN_MS - REMEMBERED_MS;
    for (let id = 1; id <= this.count; id += 1) {
      const talk = talks[Math.floor(random() * TALKS)]!;
      if (talk.left === 0) {
        talk.index = byRank[Math.floor(random() ** 2 * byRank.length)] ?? 0;
        talk.left = 1 + Math.floor(random() * (2 * this.#talk - 1));
      }
      talk.left -= 1;
      const { index } = talk;
      const conversation = this.#conversations[index]!;
      const seq = (this.lastSeqs[index] ?? 0) + 1;
      const sentAt = Math.floor(this.begin + id * everyMs);
      this.lastSeqs[index] = seq;
      this.lastTimes[index] = sentAt;
      const clientId = sentAt < rememberedFrom ? undefined : clientIdOf(id);
      yield { id, conversation, seq, senderId: senderOf(conversation, seq), sentAt, clientId };
    }
  }

  /** How far a member of a conversation has read: all of it, or all but `unread`, yet never less than what he has sent. */
  readSeqOf(index: number, userId: number, unread: number): number {
    const conversation = this.#conversations[index]!;
    const lastSeq = this.lastSeqs[index] ?? 0;
    for (let seq = lastSeq; seq > lastSeq - unread && seq > 0; seq -= 1) {
      if (senderOf(conversation, seq) === userId) return seq;
    }
    return Math.max(0, lastSeq - unread);
  }
}

function senderOf({ no, members }: Conversation, seq: number): number {
  const mixed = Math.imul(no ^ Math.imul(seq, 0x9e3779b1), 0x85ebca6b) >>> 8;
  return members[mixed % members.length] ?? 0;
}

/** Of the form and length of what a client makes. */
function clientIdOf(id: number): string {
  const digits = id.toString(16).padStart(12, '0');
  return `00000000-0000-4000-8000-${digits}`;
}

function shuffled(length: number, random: () => number): Int32Array {
  const order = Int32Array.from({ length }, (_, at) => at);
  for (let at = length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    const [one = 0, two = 0] = [order[at], order[other]];
    order[at] = two;
    order[other] = one;
  }
  return order;
}
