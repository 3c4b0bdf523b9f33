import type { AckFrame, ErrorFrame, MessageFrame } from '../protocol/frames.ts';
import { isClientMsgId } from '../protocol/client-msg-id.ts';
import { type Ack, ClientError, type ClientErrorCode, type OutgoingMessage } from './chat-client.ts';
import { createOutcome, failed, type Outcome } from './outcome.ts';

export interface PendingSendsOptions {
  readonly maxPending: number;
  /** Whether it went out. */
  readonly send: (text: string) => boolean;
  /** The outcome of a private send is known: its ack, or undefined if it is not stored. */
  readonly onPrivate: (ack: AckFrame | undefined) => void;
  readonly onRefused: (error: ErrorFrame) => void;
}

interface Pending extends Outcome<Ack> {
  readonly clientMsgId: string;
  /** The other user of a private message; undefined in a group. */
  readonly recvId: string | undefined;
  readonly text: string;
  /** On the present connection. */
  isSent: boolean;
  /** On any: it may have been stored. */
  wasSent: boolean;
  tries: number;
}

/** Under way at a time: other frames of the connection wait behind them when the server slows a sender. */
const MAX_UNDER_WAY = 64;
/** Times a send is refused as too fast until its sender is told. */
const MAX_TRIES = 10;

/** Sends whose outcome is not known: each goes out again on every connection, in the order of the calls, until it is. */
export class PendingSends {
  readonly #options: PendingSendsOptions;
  readonly #byId = new Map<string, Pending>();
  #underWay = 0;
  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor(options: PendingSendsOptions) {
    this.#options = options;
  }

  add(message: OutgoingMessage): Promise<Ack> {
    if (typeof message?.content !== 'string') return refuse('invalid_field', undefined, 'content');
    const clientMsgId = message.clientMsgId ?? newId();
    const text = encode(message, clientMsgId);
    const known = this.#byId.get(clientMsgId);
    if (known?.text === text) return known.promise;
    if (!isClientMsgId(clientMsgId)) return refuse('invalid_field', undefined, 'clientMsgId');
    if (known !== undefined) return refuse('id_reused', clientMsgId);
    if (this.#byId.size >= this.#options.maxPending) return refuse('too_many', clientMsgId);
    const outcome = createOutcome<Ack>();
    const recvId = message.chatType === 2 ? message.recvId : undefined;
    const pending = { ...outcome, clientMsgId, recvId, text, isSent: false, wasSent: false, tries: 0 };
    this.#byId.set(clientMsgId, pending);
    this.pump();
    return outcome.promise;
  }

  /** Sends what can be sent. */
  pump(): void {
    if (this.#pause !== undefined) return;
    for (const pending of this.#byId.values()) {
      if (pending.isSent) continue;
      if (this.#underWay >= MAX_UNDER_WAY || !this.#options.send(pending.text)) return;
      pending.isSent = true;
      pending.wasSent = true;
      this.#underWay += 1;
    }
  }

  acked(frame: AckFrame): void {
    const pending = this.#settle(frame.clientMsgId);
    if (pending === undefined) return;
    const { type: _type, ...ack } = frame;
    pending.resolve(ack);
    if (pending.recvId !== undefined) this.#options.onPrivate(frame);
    this.pump();
  }

  /** Gives whether the error is about a send. */
  refused(error: ErrorFrame): boolean {
    const { clientMsgId = '', code, retryAfterMs = 1000 } = error;
    const pending = this.#byId.get(clientMsgId);
    if (pending === undefined) return false;
    pending.tries += 1;
    const isPassing = code === 'draining' || (code === 'rate_limited' && pending.tries < MAX_TRIES);
    if (isPassing) this.#sendAgain(pending, retryAfterMs);
    else this.#fail(pending, error);
    return true;
  }

  /** The connection is gone. */
  lost(): void {
    this.#endPause();
    this.#underWay = 0;
    for (const pending of this.#byId.values()) pending.isSent = false;
  }

  /** The server took this frame for too large, and closed. */
  tooLarge(clientMsgId: string): void {
    const error = { code: 'content_too_large', error: '消息内容过长', field: 'content' } as const;
    this.refused({ type: 'error', ...error, clientMsgId });
  }

  /** Nothing will be sent any more. */
  end(why: (clientMsgId: string) => ClientError): void {
    this.lost();
    const all = [...this.#byId.values()];
    this.#byId.clear();
    for (const { clientMsgId, reject } of all) reject(why(clientMsgId));
  }

  /** Whether a private message may be a send whose outcome is not known yet. */
  mayBe({ recvId, chatType, clientMsgId }: MessageFrame): boolean {
    if (chatType !== 2) return false;
    for (const pending of this.#byId.values()) {
      if (!pending.wasSent || pending.recvId !== recvId) continue;
      if (clientMsgId === undefined || clientMsgId === pending.clientMsgId) return true;
    }
    return false;
  }

  #sendAgain(pending: Pending, afterMs: number): void {
    if (pending.isSent) this.#underWay -= 1;
    pending.isSent = false;
    this.#pause ??= setTimeout(() => {
      this.#endPause();
      this.pump();
    }, afterMs);
  }

  #fail({ clientMsgId, reject, recvId }: Pending, error: ErrorFrame): void {
    this.#settle(clientMsgId);
    reject(new ClientError(error.code, error.error, { field: error.field, clientMsgId }));
    this.#options.onRefused(error);
    if (recvId !== undefined) this.#options.onPrivate(undefined);
    this.pump();
  }

  #settle(clientMsgId: string): Pending | undefined {
    const pending = this.#byId.get(clientMsgId);
    this.#byId.delete(clientMsgId);
    if (pending?.isSent === true) this.#underWay -= 1;
    return pending;
  }

  #endPause(): void {
    clearTimeout(this.#pause);
    this.#pause = undefined;
  }
}

function refuse(code: ClientErrorCode, clientMsgId: string | undefined, field?: string): Promise<never> {
  return failed(new ClientError(code, field ?? code, { field, clientMsgId }));
}

function encode(message: OutgoingMessage, clientMsgId: string): string {
  const { chatType, conversationId, recvId, content, contentType } = message;
  return JSON.stringify({
    type: 'chat',
    chatType,
    conversationId,
    recvId,
    content,
    contentType,
    clientMsgId,
  });
}

/** Not crypto.randomUUID, which pages over plain HTTP do not have. */
function newId(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join('-');
}
