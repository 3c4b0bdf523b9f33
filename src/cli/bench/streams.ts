import type { LoadConversation, LoadOrder } from './load-order.ts';
import { MAX_STREAMS } from './mark.ts';

/** A sender in a conversation: what has to come one after the other. */
export interface StreamPlan {
  readonly stream: number;
  /** Index of a client. */
  readonly sender: number;
  /** Index of the conversation. */
  readonly conversation: number;
  /** How many get what it sends: of a private conversation the other, of a group all, its sender too. */
  readonly receivers: number;
}

/** All streams of the load, numbered in the same way in each of its processes. */
export function planStreams({ conversations }: LoadOrder): readonly StreamPlan[] {
  const streams = conversations.flatMap((conversation, index) =>
    conversation.senders.map((sender) => ({
      sender,
      conversation: index,
      receivers: receiversOf(conversation),
    })),
  );
  if (streams.length > MAX_STREAMS) throw new Error(`at most ${MAX_STREAMS} senders`);
  return streams.map((plan, stream) => ({ ...plan, stream }));
}

/** Where a receiver's places of the ledger begin, for each conversation it is in. */
export class Places {
  readonly #firstStream: Int32Array;
  readonly #conversationOf: Int32Array;
  readonly #bases = new Map<number, Map<number, number>>();
  readonly #isPrivate: readonly boolean[];
  count = 0;

  constructor(order: LoadOrder, streams: readonly StreamPlan[], isMine: (client: number) => boolean) {
    this.#conversationOf = Int32Array.from(streams, ({ conversation }) => conversation);
    this.#isPrivate = order.conversations.map(({ group }) => group === undefined);
    this.#firstStream = new Int32Array(order.conversations.length);
    streams.forEach(({ conversation, stream }) => {
      const isFirst = streams[stream - 1]?.conversation !== conversation;
      if (isFirst) this.#firstStream[conversation] = stream;
    });
    order.conversations.forEach(({ members, senders }, conversation) => {
      for (const member of members.filter(isMine)) this.#add(member, conversation, senders.length);
    });
  }

  /** Those of one client, to be asked for every message it gets. */
  of(client: number): Receiver {
    const bases = this.#bases.get(client) ?? new Map<number, number>();
    const [only = { conversation: -1, base: -1 }] = [...bases].map(([conversation, base]) => ({
      conversation,
      base,
    }));
    return { client, bases, onlyConversation: only.conversation, onlyBase: only.base };
  }

  /** The place of a message of `stream` at this receiver; -1 if it is not for him. */
  placeOf(receiver: Receiver, stream: number, sender: number): number {
    const conversation = this.#conversationOf[stream] ?? -1;
    if (sender === receiver.client && this.#isPrivate[conversation] === true) return -1;
    const base =
      receiver.onlyConversation === conversation ? receiver.onlyBase : receiver.bases.get(conversation);
    return base === undefined ? -1 : base + stream - (this.#firstStream[conversation] ?? 0);
  }

  /** One number for each conversation of each receiver. */
  baseOf(receiver: Receiver, stream: number): number {
    const conversation = this.#conversationOf[stream] ?? -1;
    if (receiver.onlyConversation === conversation) return receiver.onlyBase;
    return receiver.bases.get(conversation) ?? 0;
  }

  #add(member: number, conversation: number, senders: number): void {
    const bases = this.#bases.get(member) ?? new Map<number, number>();
    this.#bases.set(member, bases.set(conversation, this.count));
    this.count += senders;
  }
}

export interface Receiver {
  readonly client: number;
  readonly bases: ReadonlyMap<number, number>;
  /** Most are in one conversation: no map is asked for them. */
  readonly onlyConversation: number;
  readonly onlyBase: number;
}

/** The other one of a private conversation. */
export function otherOf({ members }: LoadConversation, client: number): number {
  return members.find((member) => member !== client) ?? client;
}

function receiversOf({ group, members }: LoadConversation): number {
  return group === undefined ? 1 : members.length;
}
