import type { ConversationState } from './chat-client.ts';
import type {
  AckFrame,
  MessageFrame,
  RecallNotice,
  SyncedConversation,
  SyncPosition,
} from '../protocol/frames.ts';
import type { Listeners } from './listeners.ts';
import { isSyncPosition } from './sync-position.ts';

/** What leaves in order, and what has to be known to order it. */
export interface ConversationsOptions {
  readonly since: Readonly<Record<string, SyncPosition>>;
  /** Messages of each conversation that is not in `since`, to be handed on when it is first heard of. */
  readonly history: number;
  readonly tell: Listeners['tell'];
  /** It may be one of the client's own private sends, whose ack is still to come. */
  readonly isAwaited: (message: MessageFrame) => boolean;
}

/** An answer to `sync` that is coming in. */
export interface Round {
  /** What it asked for, by conversation. */
  readonly named: Readonly<Record<string, SyncPosition>>;
  /** Those it has told something of. */
  readonly told: Set<string>;
}

/** One's own private message: its sender gets no copy, but it has a place in the order. */
interface Mark {
  readonly id: string;
  readonly seq: number;
}

interface Conversation {
  /** Of the last message that was handed on; undefined while it is not known where to begin. */
  seq: number | undefined;
  /** Empty while that message itself was never here. */
  id: string;
  rev: number | undefined;
  /** What cannot be handed on yet, by seq. */
  readonly held: Map<number, MessageFrame | Mark>;
  /** Seqs before which nothing is missing: where the server's pages begin. Ascending. */
  readonly begins: number[];
  /** Something was missed, though nothing that is held says so. */
  hasMissed: boolean;
  /** `seq` when a gap was last asked about. */
  askedAt: number | undefined;
  isGone: boolean;
}

/** Held of one conversation; what is beyond it is asked for again. */
const MAX_HELD = 1000;

/** The order of every conversation: each message is handed on once, and none before the one it follows. No I/O, no time. */
export class Conversations {
  readonly #options: ConversationsOptions;
  readonly #byId = new Map<string, Conversation>();
  /** The conversations of the user have been told once: one that is not known is a new one, and begins at its beginning. */
  #areTold = false;

  constructor(options: ConversationsOptions) {
    this.#options = options;
    for (const [id, position] of Object.entries(options.since)) {
      if (isSyncPosition(id, position)) Object.assign(this.#at(id), position);
    }
  }

  get areTold(): boolean {
    return this.#areTold;
  }

  /** A message as it arrived, at its own time. */
  take(message: MessageFrame): void {
    const conversation = this.#at(message.conversationId);
    this.#beginNew(conversation, message.seq);
    this.#hold(conversation, message);
    this.#handOn(conversation);
  }

  /** One's own private message was stored. */
  takeAck({ conversationId, seq, id }: AckFrame): void {
    const conversation = this.#at(conversationId);
    this.#beginNew(conversation, seq);
    if (conversation.seq === undefined || seq > conversation.seq) conversation.held.set(seq, { seq, id });
    this.#handOn(conversation);
  }

  /** What an own send held up may go on: its outcome is known. */
  handOnAwaited(): void {
    for (const conversation of this.#byId.values())
      if (conversation.held.size > 0) this.#handOn(conversation);
  }

  takeRecall(recall: RecallNotice): void {
    const { conversationId, seq, rev } = recall;
    const conversation = this.#at(conversationId);
    if (conversation.rev !== undefined && rev > conversation.rev + 1) conversation.hasMissed = true;
    if (conversation.rev === rev - 1) conversation.rev = rev;
    const held = conversation.held.get(seq);
    if (held !== undefined && isMessage(held)) {
      conversation.held.set(seq, { ...held, content: '', recalled: true });
    } else if (conversation.seq === undefined || seq <= conversation.seq)
      this.#options.tell('recall', recall);
  }

  /** A page of an answer to `sync`. */
  takePage(page: SyncedConversation, round: Round): void {
    const { conversationId, recalled, rev } = page;
    const conversation = this.#at(conversationId);
    if (!round.told.has(conversationId)) {
      round.told.add(conversationId);
      conversation.isGone = false;
      if (page.reset === true) this.#reset(conversation, conversationId);
      this.#options.tell('conversation', toState(page));
    }
    // It covers what is told up to here.
    conversation.rev = rev;
    for (const seq of recalled) {
      this.#options.tell('recall', { type: 'recall', conversationId, seq, by: '', rev });
    }
    this.#takeMessages(conversation, page, Object.hasOwn(round.named, conversationId));
    if (!page.more) addBegin(conversation, page.fromSeq);
    this.#handOn(conversation);
  }

  /** The answer is complete. `isWhole`: all that was asked, of all conversations, has been answered. */
  endRound(round: Round, isWhole: boolean): void {
    for (const id of Object.keys(round.named)) {
      const conversation = this.#at(id);
      if (!round.told.has(id)) this.#gone(conversation, id);
      else if (conversation.held.size > 0 && conversation.seq === conversation.askedAt) {
        // The server has been asked, and nothing lies before what is held.
        addBegin(conversation, Math.min(...conversation.held.keys()));
        this.#handOn(conversation);
      }
    }
    if (!isWhole || this.#areTold) return;
    this.#areTold = true;
    for (const conversation of this.#byId.values()) {
      if (conversation.seq !== undefined || conversation.held.size === 0) continue;
      conversation.seq = Math.min(...conversation.held.keys()) - 1;
      this.#handOn(conversation);
    }
  }

  /** What to ask again about: where something is missing before what is held. Empty if nothing is. */
  gaps(): Record<string, SyncPosition> {
    const gaps: Record<string, SyncPosition> = {};
    for (const [id, conversation] of this.#byId) {
      if (conversation.seq === undefined) continue;
      const isGap = conversation.held.size > 0 && nextSeq(conversation) === undefined;
      if (!isGap && !conversation.hasMissed) continue;
      conversation.hasMissed = false;
      conversation.askedAt = conversation.seq;
      gaps[id] = toPosition(conversation, conversation.seq);
    }
    return gaps;
  }

  positions(): Record<string, SyncPosition> {
    const positions: Record<string, SyncPosition> = {};
    for (const [id, conversation] of this.#byId) {
      if (conversation.seq !== undefined) positions[id] = toPosition(conversation, conversation.seq);
    }
    return positions;
  }

  #at(id: string): Conversation {
    const known = this.#byId.get(id);
    if (known !== undefined) return known;
    const conversation: Conversation = {
      seq: undefined,
      id: '',
      rev: undefined,
      held: new Map(),
      begins: [],
      hasMissed: false,
      askedAt: undefined,
      isGone: false,
    };
    this.#byId.set(id, conversation);
    return conversation;
  }

  /** Heard of for the first time: if it does not begin here, the server is asked what came before. */
  #beginNew(conversation: Conversation, seq: number): void {
    if (conversation.seq !== undefined || !this.#areTold) return;
    conversation.seq = 0;
    if (seq === 1) conversation.rev = 0;
  }

  #hold(conversation: Conversation, message: MessageFrame): void {
    const { seq, held } = conversation;
    if ((seq !== undefined && message.seq <= seq) || held.has(message.seq)) return;
    if (held.size < MAX_HELD) held.set(message.seq, message);
    else conversation.hasMissed = true;
  }

  #takeMessages(conversation: Conversation, page: SyncedConversation, isNamed: boolean): void {
    const [first] = page.messages;
    if (conversation.seq === undefined) this.#begin(conversation, page);
    else if (isNamed && first !== undefined) addBegin(conversation, first.seq);
    const { seq = 0, held } = conversation;
    for (const message of page.messages) {
      if (message.seq > seq && !held.has(message.seq)) held.set(message.seq, message);
    }
  }

  /** Where a conversation begins that nobody named: at once, `history` messages ago, or with all there is if it is new. */
  #begin(conversation: Conversation, { messages }: SyncedConversation): void {
    const { history } = this.#options;
    const newest = messages.at(-1);
    conversation.seq = 0;
    if (this.#areTold) {
      conversation.hasMissed = true;
      return;
    }
    // What arrived by itself is meant to be seen, whatever `history` is.
    const begun = [...conversation.held.values()].filter(isMessage).concat(history > 0 ? messages : []);
    if (begun.length > 0) conversation.seq = Math.min(...begun.map(({ seq }) => seq)) - 1;
    else if (newest !== undefined) Object.assign(conversation, { seq: newest.seq, id: newest.id });
  }

  #reset(conversation: Conversation, conversationId: string): void {
    conversation.held.clear();
    conversation.begins.length = 0;
    conversation.seq = 0;
    conversation.id = '';
    this.#options.tell('reset', { conversationId });
  }

  /** What was delivered before it ended was meant for the user. */
  #gone(conversation: Conversation, conversationId: string): void {
    for (const seq of [...conversation.held.keys()].toSorted((one, other) => one - other)) {
      addBegin(conversation, seq);
    }
    this.#handOn(conversation);
    if (!conversation.isGone) this.#options.tell('gone', { conversationId });
    conversation.isGone = true;
  }

  #handOn(conversation: Conversation): void {
    const { held } = conversation;
    for (let seq = nextSeq(conversation); seq !== undefined; seq = nextSeq(conversation)) {
      const next = held.get(seq);
      if (next === undefined || (isMessage(next) && this.#options.isAwaited(next))) break;
      held.delete(seq);
      conversation.seq = seq;
      conversation.id = next.id;
      if (isMessage(next)) this.#options.tell('message', next);
    }
    const { seq = 0 } = conversation;
    for (const passed of held.keys()) if (passed <= seq) held.delete(passed);
  }
}

/** Which of what is held comes next; undefined if something is missing before it. */
function nextSeq({ seq, held, begins }: Conversation): number | undefined {
  if (seq === undefined) return undefined;
  if (held.has(seq + 1)) return seq + 1;
  while (begins[0] !== undefined && begins[0] <= seq) begins.shift();
  const [begin] = begins;
  return begin !== undefined && held.has(begin) ? begin : undefined;
}

function addBegin({ begins, seq = 0 }: Conversation, begin: number): void {
  if (begin <= seq || begins.includes(begin)) return;
  begins.push(begin);
  begins.sort((one, other) => one - other);
}

function isMessage(held: MessageFrame | Mark): held is MessageFrame {
  return 'sendId' in held;
}

/** Where the last message's id is not known, all is asked for, and what was handed on is passed over. */
function toPosition({ id, rev }: Conversation, seq: number): SyncPosition {
  return { seq: id === '' ? 0 : seq, id, ...(rev === undefined ? {} : { rev }) };
}

function toState(page: SyncedConversation): ConversationState {
  const { conversationId, chatType, fromSeq, lastSeq, readSeq, peerReadSeq } = page;
  return { conversationId, chatType, fromSeq, lastSeq, readSeq, peerReadSeq };
}
