import type { ReadFrame } from '../protocol/frames.ts';

/** ms between two marks of a conversation. */
const EVERY = 300;

interface Mark {
  seq: number;
  /** What the server was told on this connection. */
  saidSeq: number;
}

/** How far the user has read: the highest counts, said now and then, and again until the server is known to have it. */
export class ReadMarks {
  readonly #send: (text: string) => boolean;
  readonly #marks = new Map<string, Mark>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(send: (text: string) => boolean) {
    this.#send = send;
  }

  add(conversationId: string, seq: number): void {
    const mark = this.#marks.get(conversationId);
    if (mark === undefined) this.#marks.set(conversationId, { seq, saidSeq: 0 });
    else if (seq > mark.seq) mark.seq = seq;
    else return;
    if (this.#timer === undefined) this.say();
  }

  /** The server says how far it knows the user to have read. */
  known(conversationId: string, seq: number): void {
    if (seq >= (this.#marks.get(conversationId)?.seq ?? Number.POSITIVE_INFINITY)) {
      this.#marks.delete(conversationId);
    }
  }

  /** The server did not take it. */
  refused(conversationId: string, isForNow: boolean): void {
    const mark = this.#marks.get(conversationId);
    if (mark === undefined) return;
    if (!isForNow) this.#marks.delete(conversationId);
    else mark.saidSeq = 0;
    this.#timer ??= setTimeout(() => this.say(), 1000);
  }

  /** Says what has not been said. */
  say(): void {
    this.#endWait();
    let hasSaid = false;
    for (const [conversationId, mark] of this.#marks) {
      if (mark.saidSeq >= mark.seq) continue;
      const frame: ReadFrame = { type: 'read', conversationId, seq: mark.seq };
      if (!this.#send(JSON.stringify(frame))) return;
      mark.saidSeq = mark.seq;
      hasSaid = true;
    }
    if (hasSaid) this.#timer = setTimeout(() => this.say(), EVERY);
  }

  /** The connection is gone: what it was told may be lost. */
  lost(): void {
    this.#endWait();
    for (const mark of this.#marks.values()) mark.saidSeq = 0;
  }

  #endWait(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
