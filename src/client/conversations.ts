import type {
  AckFrame,
  MessageFrame,
  RecallNotice,
  SyncedConversation,
  SyncPosition,
} from '../protocol/frames.ts';
import { type Conversation, isMessage, nextSeq, toPosition } from './conversation.ts';
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

/** Messages of a conversation that came by themselves and wait for what lies before them. */
const MAX_HELD = 500;

/** The order of every conversation: each message is handed on once, and none before the one it follows. No I/O, no time. */
export class Conversations {
  readonly #options: ConversationsOptions;
  readonly #byId = new Map<string, Conversation>();
  /** Those that hold something, or miss something. */
  readonly #unsettled = new Set<Conversation>();
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
    conversation.isGone = false;
    this.#beginNew(conversation, message.seq);
    // What does not fit is asked for later.
    if (conversation.held.size < MAX_HELD) this.#hold(conversation, message);
    else conversation.hasMissed = true;
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
    for (const conversation of this.#unsettled) this.#handOn(conversation);
  }

  /** The user is in it. If that is news, or news to an answer on its way (`isAsking`), what there is of it is asked for. */
  takeIn(conversationId: string, isAsking: boolean): void {
    if (!this.#areTold || (!isAsking && this.#byId.get(conversationId)?.isGone === false)) return;
    const conversation = this.#at(conversationId);
    conversation.seq ??= 0;
    conversation.isGone = false;
    conversation.hasMissed = true;
    this.#note(conversation);
  }

  takeRecall(recall: RecallNotice): void {
    const { conversationId, rev } = recall;
    const conversation = this.#at(conversationId);
    const { rev: lastRev } = conversation;
    const isNext = lastRev === rev - 1;
    if (isNext) conversation.rev = rev;
    // Not of one it has had: those may be told again.
    else if (lastRev !== undefined && rev > lastRev) conversation.hasMissed = true;
    this.#recall(conversation, recall);
    this.#note(conversation);
  }

  /** A page of an answer to `sync`. */
  takePage(page: SyncedConversation, round: Round): void {
    const { conversationId, recalled, rev } = page;
    const conversation = this.#at(conversationId);
    if (!round.told.has(conversationId)) {
      round.told.add(conversationId);
      conversation.isGone = false;
      if (page.reset === true) this.#reset(conversation);
      this.#options.tell('conversation', { peerReadSeq: undefined, ...page });
    }
    // It covers what is told up to here.
    conversation.rev = rev;
    for (const seq of recalled) {
      this.#options.tell('recall', { type: 'recall', conversationId, seq, by: '', rev });
    }
    this.#takeMessages(conversation, page, Object.hasOwn(round.named, conversationId));
    this.#handOn(conversation);
  }

  /** The answer is complete. `isWhole`: all that was asked, of all conversations, has been answered. */
  endRound(round: Round, isWhole: boolean): void {
    for (const id of Object.keys(round.named)) {
      const conversation = this.#at(id);
      if (!round.told.has(id)) {
        // Who came back meanwhile asks again.
        if (!conversation.hasMissed) this.#gone(conversation);
      } else if (conversation.held.size > 0 && conversation.seq === conversation.askedAt) {
        // The server has been asked, and nothing lies before what is held.
        conversation.begins.push(Math.min(...conversation.held.keys()));
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
    for (const conversation of this.#unsettled) {
      const { conversationId, seq, held, hasMissed, isGone } = conversation;
      if (
        isGone ||
        seq === undefined ||
        (!hasMissed && (held.size === 0 || nextSeq(conversation) !== undefined))
      )
        continue;
      conversation.hasMissed = false;
      conversation.askedAt = seq;
      gaps[conversationId] = toPosition(conversation, seq);
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
      conversationId: id,
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
    const { seq = 0, held } = conversation;
    if (message.seq > seq && !held.has(message.seq)) held.set(message.seq, message);
  }

  /** What is held is handed on without its content; of what was handed on, or will not be, it is told. */
  #recall({ held, seq: last }: Conversation, recall: RecallNotice): void {
    const { seq } = recall;
    const waiting = held.get(seq);
    if (waiting !== undefined && isMessage(waiting)) {
      held.set(seq, { ...waiting, content: '', recalled: true });
    } else if (waiting !== undefined || seq <= (last ?? seq)) this.#options.tell('recall', recall);
  }

  #takeMessages(conversation: Conversation, page: SyncedConversation, isNamed: boolean): void {
    const { conversationId, rev } = page;
    const [first] = page.messages;
    // Some may have come by themselves while this was asked for: it may be the only word of their recall.
    for (const { seq, recalled } of conversation.seq === undefined ? [] : page.messages)
      if (recalled === true) this.#recall(conversation, { type: 'recall', conversationId, seq, by: '', rev });
    if (conversation.seq === undefined) this.#begin(conversation, page);
    // What the server gives for a position follows it, whatever lies between. Behind the last page there may be nothing yet.
    else if (isNamed) conversation.begins.push(first?.seq ?? 0, page.more ? 0 : page.fromSeq);
    for (const message of page.messages) this.#hold(conversation, message);
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

  #reset(conversation: Conversation): void {
    conversation.held.clear();
    conversation.begins = [];
    conversation.seq = 0;
    conversation.id = '';
    this.#options.tell('reset', { conversationId: conversation.conversationId });
  }

  /** What is held behind a gap stays so: should the user be let in again, the server gives what lies before it. */
  #gone(conversation: Conversation): void {
    const { conversationId, isGone } = conversation;
    conversation.isGone = true;
    if (!isGone) this.#options.tell('gone', { conversationId });
  }

  #handOn(conversation: Conversation): void {
    const { held } = conversation;
    for (let seq = nextSeq(conversation); seq !== undefined; seq = nextSeq(conversation)) {
      const next = held.get(seq);
      if (next === undefined || (isMessage(next) && this.#isAwaited(next, conversation))) break;
      held.delete(seq);
      conversation.seq = seq;
      conversation.id = next.id;
      if (isMessage(next)) this.#options.tell('message', next);
    }
    const { seq = 0 } = conversation;
    for (const passed of held.keys()) if (passed <= seq) held.delete(passed);
    conversation.begins = conversation.begins.filter((begin) => begin > seq);
    this.#note(conversation);
  }

  /** Acks keep the order of a conversation: one behind the message says that it was not one's own. */
  #isAwaited(message: MessageFrame, { held }: Conversation): boolean {
    if (!this.#options.isAwaited(message)) return false;
    return ![...held.values()].some((other) => !isMessage(other) && other.seq > message.seq);
  }

  #note(conversation: Conversation): void {
    if (conversation.held.size > 0 || conversation.hasMissed) this.#unsettled.add(conversation);
    else this.#unsettled.delete(conversation);
  }
}
