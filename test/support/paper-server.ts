import type { ChatFrame, ClientFrame, MessageFrame, SyncFrame } from '../../src/protocol/frames.ts';

/** A server on paper: what the client's own logic needs of one, step by step, with nothing that takes time. */

export interface PaperConversation {
  readonly id: string;
  readonly chatType: 1 | 2;
  readonly messages: PaperMessage[];
  /** Memberships: first and last seq; no last while it lasts. */
  readonly stretches: { readonly from: number; to: number | undefined }[];
  readonly recalls: { readonly seq: number; readonly rev: number }[];
}

interface PaperMessage {
  readonly frame: MessageFrame;
  readonly key: string | undefined;
}

interface Answer {
  readonly pages: (() => void)[];
  /** Live frames wait until their conversation's pages are through. */
  readonly waiting: Map<string, object[]>;
}

const PAGE = 3;

export class PaperServer {
  readonly conversations: ReadonlyMap<string, PaperConversation>;
  /** Sent by the client, not read yet; written by the server, not arrived yet. */
  up: string[] = [];
  down: string[] = [];
  /** Contents that were refused once. */
  readonly refused = new Set<string>();
  #isConnected = false;
  #answer: Answer | undefined;
  #syncs: SyncFrame[] = [];
  #lastId = 0;

  constructor(conversations: readonly PaperConversation[]) {
    this.conversations = new Map(conversations.map((conversation) => [conversation.id, conversation]));
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  get isQuiet(): boolean {
    return this.up.length + this.down.length + this.#syncs.length === 0 && this.#answer === undefined;
  }

  connect(): void {
    this.#isConnected = true;
  }

  cut(): void {
    this.#isConnected = false;
    this.#answer = undefined;
    this.#syncs = [];
    this.up = [];
    this.down = [];
  }

  /** A message of somebody else. */
  say(id: string): void {
    this.#store(this.#at(id), { sendId: '2', recvId: '1', content: 'theirs', key: undefined });
  }

  leave(id: string): void {
    const last = this.#at(id).stretches.at(-1);
    if (last !== undefined) last.to ??= this.#at(id).messages.length;
  }

  join(id: string): void {
    const { stretches, messages } = this.#at(id);
    if (stretches.some(({ to }) => to === undefined)) return;
    stretches.push({ from: messages.length + 1, to: undefined });
    const groupInfo = { groupId: id, groupName: id, memberIds: ['1'], creatorId: '2' };
    this.#live(this.#at(id), { chatType: 99, systemType: 'group_join', content: '', groupInfo });
  }

  recall(id: string, seq: number): void {
    const conversation = this.#at(id);
    const message = conversation.messages[seq - 1];
    if (message === undefined || message.frame.recalled === true) return;
    conversation.messages[seq - 1] = { ...message, frame: { ...message.frame, content: '', recalled: true } };
    const rev = conversation.recalls.length + 1;
    conversation.recalls.push({ seq, rev });
    if (isReadable(conversation, seq) && isMember(conversation)) {
      this.#live(conversation, { type: 'recall', conversationId: id, seq, by: '2', rev });
    }
  }

  /** Reads one frame of the client. */
  readOne(): void {
    const text = this.up.shift();
    if (text === undefined) return;
    const frame = JSON.parse(text) as ClientFrame;
    if (frame.type === 'chat') this.#take(frame);
    else if (frame.type === 'sync') this.#syncs.push(frame);
  }

  /** Writes one page of an answer to a sync. */
  writePage(): void {
    if (this.#answer === undefined) {
      const sync = this.#syncs.shift();
      if (sync !== undefined) this.#answer = this.#begin(sync);
    }
    this.#answer?.pages.shift()?.();
  }

  #take({ chatType, conversationId, recvId, content, clientMsgId = '' }: ChatFrame): void {
    const id = chatType === 1 ? conversationId : 'private';
    const conversation = this.#at(id);
    if (!isMember(conversation)) {
      this.refused.add(content);
      return this.#write({ type: 'error', code: 'not_member', error: '', clientMsgId });
    }
    const known = conversation.messages.find(({ key }) => key === clientMsgId);
    const { frame } =
      known ??
      this.#store(conversation, {
        sendId: '1',
        recvId: chatType === 2 ? recvId : '',
        content,
        key: clientMsgId,
      });
    const { seq, sentAt } = frame;
    const ack = { type: 'ack', clientMsgId, id: frame.id, conversationId: id, seq, sentAt };
    this.#write(known === undefined ? ack : { ...ack, duplicate: true });
  }

  #store(
    conversation: PaperConversation,
    {
      key,
      ...said
    }: Pick<MessageFrame, 'sendId' | 'recvId' | 'content'> & { readonly key: string | undefined },
  ): PaperMessage {
    this.#lastId += 1;
    const seq = conversation.messages.length + 1;
    const { id: conversationId, chatType } = conversation;
    const place = { conversationId, chatType, id: String(this.#lastId), seq, sentAt: seq };
    const message: PaperMessage = { frame: { ...said, ...place, contentType: 1 }, key };
    conversation.messages.push(message);
    const isOwnPrivate = chatType === 2 && said.sendId === '1';
    if (isMember(conversation) && !isOwnPrivate) this.#live(conversation, message.frame);
    return message;
  }

  #live({ id }: PaperConversation, frame: object): void {
    const waiting = this.#answer?.waiting.get(id);
    if (waiting !== undefined) waiting.push(frame);
    else this.#write(frame);
  }

  /** What an answer is made of is read page by page, when it is written. */
  #begin({ since, limit, only }: SyncFrame): Answer {
    const answer: Answer = { pages: [], waiting: new Map() };
    for (const conversation of this.conversations.values()) {
      const position = since[conversation.id];
      if ((position === undefined && only) || !isMember(conversation)) continue;
      answer.waiting.set(conversation.id, []);
      const readable = conversation.messages
        .map(({ frame }) => frame.seq)
        .filter((seq) => isReadable(conversation, seq));
      let at = position?.seq ?? readable.at(-1 - limit) ?? (limit === 0 ? conversation.messages.length : 0);
      if (position === undefined && limit === 0) at = conversation.messages.length;
      let rev = position?.rev ?? (position === undefined ? conversation.recalls.length : 0);
      const page = (): void => {
        const all = conversation.messages.map(({ frame }) => frame);
        const missed = all.filter(({ seq }) => seq > at && isReadable(conversation, seq));
        const [first] = missed;
        const stretch =
          conversation.stretches.find(
            ({ from, to = Infinity }) => first !== undefined && first.seq >= from && first.seq <= to,
          ) ?? conversation.stretches.at(-1);
        const { from = 1, to = Infinity } = stretch ?? {};
        const messages =
          position === undefined && limit === 0 ? [] : missed.filter(({ seq }) => seq <= to).slice(0, PAGE);
        const recalled = conversation.recalls
          .filter((recall) => recall.rev > rev && recall.seq <= at)
          .map(({ seq }) => seq);
        rev = conversation.recalls.length;
        at = messages.at(-1)?.seq ?? at;
        const more = messages.length > 0 && messages.length < missed.length;
        this.#write({
          type: 'sync',
          done: false,
          conversations: [
            {
              conversationId: conversation.id,
              chatType: conversation.chatType,
              fromSeq: from,
              lastSeq: all.length,
              readSeq: 0,
              rev,
              recalled,
              messages,
              more,
            },
          ],
        });
        if (more) return void answer.pages.unshift(page);
        const waiting = answer.waiting.get(conversation.id) ?? [];
        answer.waiting.delete(conversation.id);
        for (const frame of waiting) this.#write(frame);
      };
      answer.pages.push(page);
    }
    answer.pages.push(() => {
      this.#write({ type: 'sync', conversations: [], done: true });
      this.#answer = undefined;
    });
    return answer;
  }

  #write(frame: object): void {
    if (this.#isConnected) this.down.push(JSON.stringify(frame));
  }

  #at(id: string): PaperConversation {
    const conversation = this.conversations.get(id);
    if (conversation === undefined) throw new Error(`no conversation ${id}`);
    return conversation;
  }
}

export function isReadable({ stretches }: PaperConversation, seq: number): boolean {
  return stretches.some(({ from, to = Infinity }) => seq >= from && seq <= to);
}

function isMember({ stretches }: PaperConversation): boolean {
  return stretches.some(({ to }) => to === undefined);
}
