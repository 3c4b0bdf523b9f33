import type {
  ChatFrame,
  ErrorFrame,
  PresenceFrame,
  ServerFrame,
  SyncFrame,
  SystemFrame,
} from '../protocol/frames.ts';
import { CatchUp } from './catch-up.ts';
import type { ClientOptions, CloseReason } from './chat-client.ts';
import { Conversations } from './conversations.ts';
import { createHeartbeat, type Heartbeat } from './heartbeat.ts';
import { isPassing } from './is-passing.ts';
import type { Listeners } from './listeners.ts';
import { createPendingRecalls, type PendingRecalls } from './pending-recalls.ts';
import { PendingSends } from './pending-sends.ts';
import { createReadMarks, type ReadMarks } from './read-marks.ts';
import { decodeServerText } from './server-text.ts';

export interface TalkOptions {
  readonly options: ClientOptions;
  readonly listeners: Listeners;
  readonly send: (text: string) => boolean;
  readonly onCaughtUp: () => void;
  /** The connection is of no use. */
  readonly onLost: () => void;
}

/** What is said to the server and heard from it, over all the connections there are one after the other. */
export class Talk {
  readonly sends: PendingSends;
  readonly recalls: PendingRecalls;
  readonly marks: ReadMarks;
  readonly conversations: Conversations;
  readonly heartbeat: Heartbeat;
  readonly #listeners: Listeners;
  readonly #send: (text: string) => boolean;
  readonly #catchUp: CatchUp;
  #watched: readonly string[] = [];
  #isOn = false;
  /** Of what was sent on this connection. */
  #largest = '{}';

  constructor({ options, listeners, send: write, onCaughtUp, onLost }: TalkOptions) {
    const { since = {}, history = 0, maxPending = 1000 } = options;
    this.#listeners = listeners;
    const send = (text: string): boolean => write(text) && this.#wasSent(text);
    this.#send = send;
    this.recalls = createPendingRecalls(send);
    this.marks = createReadMarks(send);
    this.conversations = new Conversations({
      since,
      history,
      tell: (event, value) => listeners.tell(event, value),
      // Who was closed by a listener has taken what came before, and no more.
      isAwaited: (message) => !this.#isOn || this.sends.mayBe(message),
    });
    listeners.add('conversation', ({ conversationId, readSeq }) => this.marks.known(conversationId, readSeq));
    // What was read of it is no more: said again, it would count as read what nobody has seen.
    const forget = ({ conversationId }: { readonly conversationId: string }): void =>
      this.marks.known(conversationId, Number.POSITIVE_INFINITY);
    listeners.add('reset', forget);
    listeners.add('gone', forget);
    this.sends = new PendingSends({
      maxPending,
      send,
      onRefused: (error) => listeners.tell('refused', error),
      onPrivate: (ack) => {
        if (ack !== undefined) this.conversations.takeAck(ack);
        this.conversations.handOnAwaited();
      },
    });
    this.#catchUp = new CatchUp({
      conversations: this.conversations,
      history,
      send,
      onDone: () => {
        this.marks.say();
        onCaughtUp();
      },
      onHopeless: (error) => {
        listeners.tell('error', error);
        onLost();
      },
    });
    this.heartbeat = createHeartbeat(send, onLost);
  }

  /** A connection is open. */
  start(): void {
    this.#isOn = true;
    this.#largest = '{}';
    this.heartbeat.start();
    this.#catchUp.start();
    this.#sayWatched();
    this.sends.pump();
  }

  /** It has ended. */
  stop(why?: CloseReason): void {
    this.#isOn = false;
    this.heartbeat.stop();
    this.#catchUp.stop();
    this.sends.lost();
    this.recalls.lost();
    this.marks.lost();
    if (why?.name === 'too_big') this.#wasTooLarge();
  }

  take(text: string): void {
    this.heartbeat.heard();
    const frame = decodeServerText(text);
    if (frame === undefined) return;
    this.#act(frame);
    if (this.#isOn) this.#catchUp.look();
  }

  watch(userIds: readonly string[]): void {
    this.#watched = userIds;
    if (this.#isOn) this.#sayWatched(true);
  }

  #act(frame: ServerFrame): void {
    if (!('type' in frame)) return this.#takeUntyped(frame);
    switch (frame.type) {
      case 'ack':
        return this.sends.acked(frame);
      case 'error':
        return this.#takeError(frame);
      case 'sync':
        return this.#catchUp.take(frame);
      case 'recall':
        return this.conversations.takeRecall(frame);
      case 'pong':
        return this.recalls.ponged(frame.id);
      case 'read':
      case 'typing':
      case 'presence':
        return this.#listeners.tell(frame.type, frame as never);
    }
  }

  #takeUntyped(frame: Exclude<ServerFrame, { readonly type: string }>): void {
    if (frame.chatType === 99) this.#takeNotice(frame);
    else if (frame.chatType === 1 || frame.chatType === 2) this.conversations.take(frame);
  }

  /** Of a group the user has come into, nothing else may tell until somebody says something there. */
  #takeNotice(frame: SystemFrame): void {
    if (/join|create/.test(frame.systemType))
      this.conversations.takeIn(frame.groupInfo.groupId, this.#catchUp.isAsking);
    this.#listeners.tell('system', frame);
  }

  #takeError(frame: ErrorFrame): void {
    const { about, code, clientMsgId } = frame;
    if (clientMsgId !== undefined && this.sends.refused(frame)) return;
    if (about?.type === 'recall' && this.recalls.refused(frame)) return;
    if (about?.type === 'sync') return this.#catchUp.refused(frame);
    if (about?.type === 'read' && about.conversationId !== undefined) {
      this.marks.refused(about.conversationId, isPassing(code));
      if (isPassing(code)) return;
    }
    this.#listeners.tell('error', frame);
  }

  #wasSent(text: string): true {
    if (bytesOf(text) > bytesOf(this.#largest)) this.#largest = text;
    return true;
  }

  /** The server has closed over a frame: it can only have been the largest. */
  #wasTooLarge(): void {
    const largest = JSON.parse(this.#largest) as ChatFrame | SyncFrame | PresenceFrame;
    if (largest.type === 'sync') this.#catchUp.tooLarge();
    else if (largest.type === 'presence') this.#watched = [];
    else if (largest.clientMsgId !== undefined) this.sends.tooLarge(largest.clientMsgId);
  }

  #sayWatched(isNew = false): void {
    const { length } = this.#watched;
    if (length > 0 || isNew) this.#send(JSON.stringify({ type: 'presence', userIds: this.#watched }));
  }
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
